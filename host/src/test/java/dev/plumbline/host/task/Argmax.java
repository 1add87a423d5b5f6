package dev.plumbline.host.task;

import java.util.Arrays;
import java.util.List;

/** Labels as tests expect them, found apart from the rule of {@link Classification}. */
public final class Argmax {
  private Argmax() {}

  /** The first of the largest scores of each row. */
  public static int[] labels(float[][] scores) {
    int[] labels = new int[scores.length];
    for (int row = 0; row < scores.length; row++) {
      for (int c = 1; c < scores[row].length; c++) {
        labels[row] = scores[row][c] > scores[row][labels[row]] ? c : labels[row];
      }
    }
    return labels;
  }

  /** Of how many rows two lists of labels are the same, as a share. */
  public static double agreement(int[] a, int[] b) {
    int same = 0;
    for (int i = 0; i < a.length; i++) {
      same += a[i] == b[i] ? 1 : 0;
    }
    return (double) same / a.length;
  }

  /** Labels as decisions that no model gave. */
  public static List<Decision> known(int[] labels) {
    return Arrays.stream(labels).<Decision>mapToObj(Label::known).toList();
  }
}
