package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickles that CIFAR-10 and CIFAR-100 come as: dictionaries of texts, numbers, lists and
 * NumPy arrays of bytes. A pickle is a program that may call any function of Python; nothing is
 * called here. All protocols, 0 to 5, are read. The few functions that NumPy's arrays name are
 * recognised by their names, and every other one and every other operation is refused.
 *
 * <p>Texts become {@link String}, whole numbers {@link Long}, lists and tuples {@link List},
 * dictionaries {@link Map}, arrays {@link Bytes}.
 */
final class SafePickle {
  private static final int MAX_DEPTH_OF_STACK = 1_000_000;

  /** Names a function that is known and never called. */
  private record Global(String name) {}

  /** Where a list or tuple begins on the stack. */
  private record Mark() {}

  /** An array, filled when its state is read. */
  static final class Bytes {
    private List<Long> shape = List.of();
    private byte[] content = new byte[0];

    /** Numbers of elements in each dimension. */
    List<Long> shape() {
      return shape;
    }

    /** Unsigned bytes, in the order of C. */
    byte[] content() {
      return content;
    }
  }

  /** The type of an array's elements. */
  private record Type(String name) {}

  private final ByteBuffer in;
  private final Path file;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private SafePickle(byte[] content, Path file) {
    this.in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    this.file = file;
  }

  /**
   * @throws BadInputException if it is damaged, or does what data sets do not do
   */
  static Object read(byte[] content, Path file) {
    try {
      return new SafePickle(content, file).run();
    } catch (BufferUnderflowException
        | IndexOutOfBoundsException
        | ClassCastException
        | IllegalArgumentException
        | NegativeArraySizeException e) {
      throw new BadInputException(
          file + " is no whole pickle of a data set: expected one as CIFAR's", e);
    }
  }

  private Object run() {
    while (true) {
      int operation = in.get() & 0xff;
      switch (operation) {
        case 0x80 -> in.get();
        case 0x95 -> in.getLong();
        case '.' -> {
          return pop();
        }
        case '(' -> push(new Mark());
        case '}' -> push(new LinkedHashMap<Object, Object>());
        case ']' -> push(new ArrayList<Object>());
        case ')' -> push(List.of());
        case 'd' -> push(mapOf(popMarked()));
        case 'l' -> push(popMarked());
        case 'N' -> push(NONE);
        case 0x88 -> push(1L);
        case 0x89 -> push(0L);
        case 'K' -> push((long) (in.get() & 0xff));
        case 'M' -> push((long) (in.getShort() & 0xffff));
        case 'J' -> push((long) in.getInt());
        case 0x8a -> push(longOf(in.get() & 0xff));
        case 'U', 'C' -> push(bytes(in.get() & 0xff));
        case 'T', 'B' -> push(bytes(in.getInt()));
        case 0x8e -> push(bytes(Math.toIntExact(Math.min(in.getLong(), Integer.MAX_VALUE))));
        case 'X' -> push(text(in.getInt()));
        case 0x96 -> push(bytes(Math.toIntExact(Math.min(in.getLong(), Integer.MAX_VALUE))));
        case 'I' -> push(PickleLine.number(line()));
        case 'L' -> push(PickleLine.number(line().replaceFirst("L$", "")));
        case 'S' -> push(PickleLine.quoted(line()));
        case 'V' -> push(PickleLine.unicode(line()));
        case 0x8c -> push(text(in.get() & 0xff));
        case 'q' -> memo.put(in.get() & 0xff, peek());
        case 'r' -> memo.put(in.getInt(), peek());
        case 'p' -> memo.put((int) PickleLine.number(line()), peek());
        case 0x94 -> memo.put(memo.size(), peek());
        case 'h' -> push(remembered(in.get() & 0xff));
        case 'j' -> push(remembered(in.getInt()));
        case 'g' -> push(remembered((int) PickleLine.number(line())));
        case 'a' -> {
          Object last = pop();
          list(peek()).add(last);
        }
        case 'e' -> {
          List<Object> items = popMarked();
          list(peek()).addAll(items);
        }
        case 's' -> {
          Object value = pop();
          Object key = pop();
          map(peek()).put(key(key), value);
        }
        case 'u' -> {
          List<Object> items = popMarked();
          map(peek()).putAll(mapOf(items));
        }
        case 't' -> push(popMarked());
        case 0x85 -> push(popLast(1));
        case 0x86 -> push(popLast(2));
        case 0x87 -> push(popLast(3));
        case 'c' -> push(global(line(), line()));
        case 0x93 -> {
          String name = (String) plain(pop());
          push(global((String) plain(pop()), name));
        }
        case 'R' -> {
          List<Object> arguments = list(pop());
          push(made((Global) pop(), arguments));
        }
        case 'b' -> {
          Object state = pop();
          build(peek(), list(state));
        }
        default ->
            throw refused(
                String.format("the operation 0x%02x at byte %d", operation, in.position() - 1));
      }
    }
  }

  // None, which no map or list of Java takes everywhere.
  private static final Object NONE = "None";

  private Global global(String module, String name) {
    String known =
        switch (module + " " + name) {
          case "numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct" ->
              "array";
          case "numpy.core.numeric _frombuffer", "numpy._core.numeric _frombuffer" -> "filled";
          case "numpy ndarray" -> "ndarray";
          case "numpy dtype" -> "dtype";
          case "_codecs encode" -> "encode";
          default -> throw refused("a call of " + module + "." + name);
        };
    return new Global(known);
  }

  private Object made(Global function, List<Object> arguments) {
    return switch (function.name()) {
      case "array" -> new Bytes();
      case "filled" -> filled(arguments);
      case "dtype" -> new Type((String) plain(arguments.get(0)));
      case "encode" -> ((String) arguments.get(0)).getBytes(StandardCharsets.ISO_8859_1);
      default -> throw refused("a call of " + function.name());
    };
  }

  private void build(Object object, List<Object> state) {
    if (object instanceof Type) {
      return;
    }
    Type type = (Type) state.get(2);
    fill((Bytes) object, type, state.get(3).equals(0L), list(state.get(1)), state.get(4));
  }

  /** An array whose bytes come with the call, as of protocol 5. */
  private Bytes filled(List<Object> arguments) {
    Bytes array = new Bytes();
    boolean rowByRow = "C".equals(arguments.get(3));
    fill(array, (Type) arguments.get(1), rowByRow, list(arguments.get(2)), arguments.get(0));
    return array;
  }

  private void fill(Bytes array, Type type, boolean rowByRow, List<Object> shape, Object content) {
    if (!type.name().equals("u1") || !rowByRow) {
      throw refused("an array of " + type.name() + (rowByRow ? "" : ", column by column"));
    }
    array.shape = shape.stream().map(each -> (Long) each).toList();
    array.content = (byte[]) content;
    long elements = 1;
    for (long dimension : array.shape) {
      elements = dimension < 0 ? -1 : Math.min(elements * dimension, Integer.MAX_VALUE);
    }
    if (elements != array.content.length) {
      throw refused("an array of shape " + array.shape + " in " + array.content.length + " bytes");
    }
  }

  /** Keys and values in turn. */
  private Map<Object, Object> mapOf(List<Object> items) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i + 1 < items.size(); i += 2) {
      map.put(key(items.get(i)), items.get(i + 1));
    }
    return map;
  }

  /** Hashing a list that holds itself would not end, so keys are texts and numbers. */
  private Object key(Object object) {
    Object key = plain(object);
    if (key instanceof String || key instanceof Long) {
      return key;
    }
    throw refused("a dictionary whose keys are neither texts nor numbers");
  }

  private BadInputException refused(String what) {
    return new BadInputException(
        file
            + " is a pickle with "
            + what
            + ": only texts, numbers, lists and arrays of bytes are read, nothing is executed");
  }

  private void push(Object object) {
    if (stack.size() >= MAX_DEPTH_OF_STACK) {
      throw refused("more than " + MAX_DEPTH_OF_STACK + " objects at a time");
    }
    stack.add(object);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private Object peek() {
    return stack.get(stack.size() - 1);
  }

  private List<Object> popLast(int count) {
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> last = new ArrayList<>(tail);
    tail.clear();
    return last;
  }

  private List<Object> popMarked() {
    int mark = stack.size() - 1;
    while (!(stack.get(mark) instanceof Mark)) {
      mark--;
    }
    List<Object> items = popLast(stack.size() - mark - 1);
    pop();
    return items;
  }

  private Object remembered(int number) {
    Object object = memo.get(number);
    if (object == null) {
      throw refused("a reference to nothing");
    }
    return object;
  }

  private byte[] bytes(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new IndexOutOfBoundsException(length);
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private String text(int length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (int c = in.get() & 0xff; c != '\n'; c = in.get() & 0xff) {
      line.append((char) c);
    }
    return line.toString();
  }

  private long longOf(int length) {
    byte[] bytes = bytes(length);
    if (length > 8) {
      throw refused("a number of " + length + " bytes");
    }
    long value = length > 0 && bytes[length - 1] < 0 ? -1 : 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | bytes[i] & 0xff;
    }
    return value;
  }

  /** Texts of Python 2 are bytes. */
  static Object plain(Object object) {
    return object instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : object;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object object) {
    return (List<Object>) object;
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Object object) {
    return (Map<Object, Object>) object;
  }
}
