package dev.plumbline.host.search;

import dev.plumbline.host.dataset.Dataset;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Inputs that a search begins from, each known by its global number. Only as many walk at a time as
 * lie in one group: numbers from a multiple of the size of a group to below the next. What is found
 * from a seed then depends on its group, and on no seed outside.
 */
public final class Seeds {
  /**
   * Batches in a group. The fewer they are, the more often a batch runs empty at the end of a
   * group; the more, the fewer parts a search can be split into.
   */
  private static final int BATCHES = 4;

  private final Dataset data;
  private final int[] numbers;

  /**
   * @param data its numbers rise
   */
  public Seeds(Dataset data) {
    this.data = data;
    this.numbers = IntStream.range(0, data.size()).map(data::number).toArray();
    for (int i = 1; i < numbers.length; i++) {
      if (numbers[i] <= numbers[i - 1]) {
        throw new IllegalArgumentException(
            "seed " + numbers[i] + " comes after seed " + numbers[i - 1]);
      }
    }
  }

  /**
   * Seeds of a group.
   *
   * @param batch seeds that walk together
   */
  public static int group(int batch) {
    return Math.multiplyExact(BATCHES, batch);
  }

  public int size() {
    return numbers.length;
  }

  /** Global number of the seed at a place here. */
  public int number(int index) {
    return numbers[index];
  }

  /** Where a seed is in the data, by its global number; negative where it is not among them. */
  public int index(int number) {
    return Arrays.binarySearch(numbers, number);
  }

  /** A seed by its global number. */
  public Input input(int number) {
    return data.input(index(number));
  }

  InputShape shape() {
    return data.inputShape();
  }

  /**
   * The place after the last seed of a group.
   *
   * @param first place of a seed of the group
   * @param batch seeds that walk together
   */
  public int groupEnd(int first, int batch) {
    int group = group(batch);
    int end = first;
    while (end < numbers.length && numbers[end] / group == numbers[first] / group) {
      end++;
    }
    return end;
  }
}
