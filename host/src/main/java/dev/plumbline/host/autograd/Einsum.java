package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sums of products along axes that an equation names. Operands are multiplied one after the other
 * as matrices.
 */
final class Einsum implements Operator {
  private static final String ELLIPSIS = "...";

  /**
   * An array with a label for each axis: a letter, or below zero an axis of the ellipsis, counted
   * from its end.
   */
  private record Term(NDArray array, List<Integer> labels) {
    long size(int label) {
      int axis = labels.indexOf(label);
      return axis < 0 ? 1 : array.getShape().get(axis);
    }
  }

  @Override
  public Kernel compile(NodeContext context) {
    String equation = context.node().stringAttribute("equation", "").replace(" ", "");
    int arrow = equation.indexOf("->");
    String[] terms = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
    String output = arrow < 0 ? implicit(terms) : equation.substring(arrow + 2);
    check(context, equation, terms, output);
    return Kernel.ofArray(inputs -> compute(inputs, terms, output));
  }

  /** Without an arrow the result has the letters that come once, in order. */
  private static String implicit(String[] terms) {
    TreeMap<Character, Integer> counts = new TreeMap<>();
    String all = String.join("", terms);
    for (char letter : all.replace(".", "").toCharArray()) {
      counts.merge(letter, 1, Integer::sum);
    }
    StringBuilder output = new StringBuilder(all.contains(ELLIPSIS) ? ELLIPSIS : "");
    counts.forEach((letter, count) -> output.append(count == 1 ? String.valueOf(letter) : ""));
    return output.toString();
  }

  private static void check(NodeContext context, String equation, String[] terms, String output) {
    if (terms.length != context.node().inputs().size()) {
      throw context.unsupported(
          "its equation "
              + equation
              + " has "
              + terms.length
              + " terms, expected "
              + context.node().inputs().size());
    }
    List<String> all = new ArrayList<>(Arrays.asList(terms));
    all.add(output);
    for (String term : all) {
      if (!term.matches("[A-Za-z]*(\\.\\.\\.)?[A-Za-z]*")) {
        throw context.unsupported("its equation is " + equation + ", expected letters and '...'");
      }
      String letters = term.replace(".", "");
      if (letters.chars().distinct().count() != letters.length()) {
        throw context.unsupported(
            "term " + term + " of its equation names an axis twice, expected distinct letters");
      }
      if (term.contains(ELLIPSIS) && !output.contains(ELLIPSIS)) {
        throw context.unsupported("its equation " + equation + " sums over '...'");
      }
    }
    String known = String.join("", terms);
    if (output.replace(".", "").chars().anyMatch(letter -> known.indexOf(letter) < 0)) {
      throw context.unsupported("no term of its equation " + equation + " has all of the result");
    }
  }

  private static NDArray compute(Inputs inputs, String[] terms, String output) {
    List<Term> operands = new ArrayList<>();
    int ellipsis = 0;
    for (int i = 0; i < terms.length; i++) {
      NDArray array = inputs.array(i);
      int covered = array.getShape().dimension() - terms[i].replace(".", "").length();
      if (covered < 0 || covered > 0 && !terms[i].contains(ELLIPSIS)) {
        throw new IllegalArgumentException(
            "term "
                + terms[i]
                + " of its equation stands for an array of shape "
                + array.getShape());
      }
      ellipsis = Math.max(ellipsis, covered);
      operands.add(new Term(array, labels(terms[i], covered)));
    }
    List<Integer> wanted = labels(output, ellipsis);
    Term result = operands.get(0);
    for (int i = 1; i < operands.size(); i++) {
      Set<Integer> kept = new HashSet<>(wanted);
      operands.subList(i + 1, operands.size()).forEach(later -> kept.addAll(later.labels()));
      result = product(result, operands.get(i), kept);
    }
    Term summed = summed(result, wanted);
    return summed.array().transpose(wanted.stream().mapToInt(summed.labels()::indexOf).toArray());
  }

  private static List<Integer> labels(String term, int ellipsis) {
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < term.length(); i++) {
      if (term.charAt(i) != '.') {
        labels.add((int) term.charAt(i));
      } else if (term.startsWith(ELLIPSIS, i)) {
        for (int axis = ellipsis; axis > 0; axis--) {
          labels.add(-axis);
        }
      }
    }
    return labels;
  }

  /** A term summed over the axes that nobody wants. */
  private static Term summed(Term term, Collection<Integer> wanted) {
    List<Integer> labels = term.labels();
    int[] axes =
        labels.stream().filter(l -> !wanted.contains(l)).mapToInt(labels::indexOf).toArray();
    return axes.length == 0
        ? term
        : new Term(
            term.array().sum(axes, false), labels.stream().filter(wanted::contains).toList());
  }

  private static Term product(Term first, Term second, Set<Integer> kept) {
    Term a = summed(first, union(kept, second.labels()));
    Term b = summed(second, union(kept, first.labels()));
    List<Integer> batch = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    List<Integer> inner = new ArrayList<>();
    List<Integer> columns = new ArrayList<>();
    for (int label : union(a.labels(), b.labels())) {
      boolean shared = a.labels().contains(label) && b.labels().contains(label);
      if (label < 0 || shared && kept.contains(label)) {
        batch.add(label);
      } else if (shared) {
        inner.add(label);
      } else {
        (a.labels().contains(label) ? rows : columns).add(label);
      }
    }
    NDArray product = matrices(a, batch, rows, inner).matMul(matrices(b, batch, inner, columns));
    Shape shape = product.getShape().slice(0, batch.size());
    for (int label : rows) {
      shape = shape.add(a.size(label));
    }
    for (int label : columns) {
      shape = shape.add(b.size(label));
    }
    List<Integer> labels = new ArrayList<>(batch);
    labels.addAll(rows);
    labels.addAll(columns);
    return new Term(product.reshape(shape), labels);
  }

  private static Set<Integer> union(Collection<Integer> a, Collection<Integer> b) {
    Set<Integer> union = new HashSet<>(a);
    union.addAll(b);
    return union;
  }

  /** A term as matrices of flattened axes; the axes before them broadcast. */
  private static NDArray matrices(
      Term term, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
    List<Integer> order = new ArrayList<>(batch);
    order.addAll(rows);
    order.addAll(columns);
    int[] axes = order.stream().mapToInt(term.labels()::indexOf).filter(a -> a >= 0).toArray();
    Shape shape = new Shape();
    for (int label : batch) {
      shape = shape.add(term.size(label));
    }
    shape = shape.add(rows.stream().mapToLong(term::size).reduce(1, Math::multiplyExact));
    shape = shape.add(columns.stream().mapToLong(term::size).reduce(1, Math::multiplyExact));
    return term.array().transpose(axes).reshape(shape);
  }
}
