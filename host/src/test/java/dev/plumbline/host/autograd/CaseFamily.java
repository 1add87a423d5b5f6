package dev.plumbline.host.autograd;

import dev.plumbline.host.autograd.OperatorCase.Body;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cases of one family of operators, and how they are written down. */
abstract class CaseFamily {
  static final long[] PICTURE = {2, 3, 7, 6};
  static final long[] MATRIX = {3, 4};

  private final List<OperatorCase> cases = new ArrayList<>();

  /** Adds all cases of the family. */
  abstract void fill();

  final List<OperatorCase> cases() {
    fill();
    return cases;
  }

  final void add(OperatorCase one) {
    cases.add(one);
  }

  static Map<String, Object> with(Object... pairs) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  static long[] l(long... values) {
    return values;
  }

  /** A case in opsets 13, 17 and 21. */
  final void add(String op, String note, long[] dims, double low, double high, Body body) {
    for (int opset : new int[] {13, 17, 21}) {
      add(new OperatorCase(op, opset, note, dims, low, high, true, body));
    }
  }

  /** A case in some opsets of a range, on numbers from -2 to 2. */
  final void since(int from, int to, String op, String note, long[] dims, Body body) {
    for (int opset : new int[] {13, 14, 17, 18, 21}) {
      if (opset >= from && opset <= to) {
        add(new OperatorCase(op, opset, note, dims, -2, 2, true, body));
      }
    }
  }

  /** A case in opsets of its own, on numbers from -2 to 2. */
  final void in(int[] opsets, boolean smooth, String op, String note, long[] dims, Body body) {
    for (int opset : opsets) {
      add(new OperatorCase(op, opset, note, dims, -2, 2, smooth, body));
    }
  }

  static int[] opsets(int... opsets) {
    return opsets;
  }

  /** A case of one input in opsets 13, 17 and 21. */
  final void unary(String op, double low, double high, Object... attributes) {
    add(
        op,
        text(with(attributes)),
        PICTURE,
        low,
        high,
        n -> n.add(op, List.of("x"), with(attributes)));
  }

  static String text(Map<String, Object> attributes) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(attributes)
        .forEach((k, v) -> text.append(k).append('=').append(listed(v)).append(' '));
    return text.toString();
  }

  private static Object listed(Object value) {
    if (value instanceof long[] numbers) {
      return Arrays.toString(numbers);
    }
    if (value instanceof float[] numbers) {
      return Arrays.toString(numbers);
    }
    return value instanceof Object[] objects ? Arrays.toString(objects) : value;
  }
}
