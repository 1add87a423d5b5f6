package dev.plumbline.host.onnx;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.RowOutput.Read;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Rows of a model that lists the objects which it chose. Where it is known from which boxes and
 * scores it chose them, a row is laid out as one of these: boxes x 4, then boxes x classes with 0
 * for all classes but the object's. Else it is objects x (box, score, class).
 *
 * @param model what to call it in a message
 * @param classes of the scores; 0 where they are not known
 * @param parts what a run gave, by what it is
 */
record ObjectRows(String model, int classes, Map<Read, Tensor> parts) {
  private static final int SIDES = 4;

  /** Numbers of an object with its box, score and class. */
  private static final int OBJECT = 6;

  /** Numbers of an object that says of which input it is, too. */
  private static final int TABLE = 7;

  private record Listed(float[] box, float score, float label) {}

  float[][] rows(int inputs) {
    List<List<Listed>> listed = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      listed.add(new ArrayList<>());
    }
    if (parts.containsKey(Read.OBJECTS)) {
      readObjects(listed);
    } else if (parts.containsKey(Read.OBJECT_TABLE)) {
      readTable(listed);
    } else if (parts.containsKey(Read.SELECTED_OBJECTS)) {
      readSelected(listed);
    } else {
      readApart(listed);
    }
    return listed.stream().map(this::row).toArray(float[][]::new);
  }

  private void readObjects(List<List<Listed>> listed) {
    Tensor tensor = parts.get(Read.OBJECTS);
    int each = last(tensor);
    float[] numbers = RowReading.numbers(tensor);
    if (each < OBJECT || numbers.length % (each * listed.size()) != 0) {
      throw unexpected(tensor, "N x objects x 6: box, score, class");
    }
    int objects = numbers.length / each / listed.size();
    for (int i = 0; i < objects * listed.size(); i++) {
      int at = i * each;
      add(listed, i / objects, box(numbers, at), numbers[at + SIDES], numbers[at + SIDES + 1]);
    }
  }

  private void readTable(List<List<Listed>> listed) {
    Tensor tensor = parts.get(Read.OBJECT_TABLE);
    float[] numbers = RowReading.numbers(tensor);
    if (last(tensor) != TABLE) {
      throw unexpected(tensor, "objects x 7: input, box, class, score");
    }
    for (int at = 0; at < numbers.length; at += TABLE) {
      int input = place(numbers[at], listed.size(), "input");
      add(
          listed,
          input,
          box(numbers, at + 1),
          numbers[at + 1 + OBJECT - 1],
          numbers[at + 1 + SIDES]);
    }
  }

  private void readApart(List<List<Listed>> listed) {
    Tensor boxes = parts.get(Read.OBJECT_BOXES);
    float[] sides = RowReading.numbers(boxes);
    float[] scores = RowReading.numbers(parts.get(Read.OBJECT_SCORES));
    float[] labels = RowReading.numbers(parts.get(Read.OBJECT_CLASSES));
    if (last(boxes) != SIDES
        || sides.length != SIDES * scores.length
        || scores.length != labels.length
        || scores.length % listed.size() != 0) {
      throw unexpected(boxes, "a box for each of " + scores.length + " scores");
    }
    int objects = scores.length / listed.size();
    float[] counts = new float[listed.size()];
    Arrays.fill(counts, objects);
    if (parts.containsKey(Read.OBJECT_COUNT)) {
      counts = RowReading.numbers(parts.get(Read.OBJECT_COUNT));
    }
    for (int i = 0; i < scores.length; i++) {
      int input = i / objects;
      if (i % objects < counts[Math.min(input, counts.length - 1)]) {
        add(listed, input, box(sides, i * SIDES), scores[i], labels[i]);
      }
    }
  }

  private void readSelected(List<List<Listed>> listed) {
    Tensor boxes = parts.get(Read.ALL_BOXES);
    Tensor scores = parts.get(Read.ALL_SCORES);
    float[] sides = RowReading.numbers(boxes);
    float[] all = RowReading.numbers(scores);
    float[] selected = RowReading.numbers(parts.get(Read.SELECTED_OBJECTS));
    int each = last(scores);
    if (each == 0 || last(boxes) != SIDES || sides.length != SIDES * each * listed.size()) {
      throw unexpected(boxes, "a box for each of " + each + " scores of a class");
    }
    int rows = all.length / each / listed.size();
    for (int at = 0; at + 2 < selected.length; at += 3) {
      int input = place(selected[at], listed.size(), "input");
      int label = place(selected[at + 1], rows, "class");
      int box = place(selected[at + 2], each, "box");
      add(
          listed,
          input,
          box(sides, (input * each + box) * SIDES),
          all[(input * rows + label) * each + box],
          label);
    }
  }

  private static int last(Tensor tensor) {
    long[] dims = tensor.dims();
    return dims.length == 0 ? 1 : Math.toIntExact(dims[dims.length - 1]);
  }

  private static float[] box(float[] numbers, int at) {
    return Arrays.copyOfRange(numbers, at, at + SIDES);
  }

  private int place(float number, int count, String what) {
    int place = Math.round(number);
    if (place != number || place < 0 || place >= count) {
      throw new BadInputException(
          "model "
              + model
              + " lists an object of "
              + what
              + " "
              + number
              + ", expected 0 to "
              + (count - 1));
    }
    return place;
  }

  /** Lists are filled up with objects of score 0 or class -1. */
  private void add(List<List<Listed>> listed, int input, float[] box, float score, float label) {
    if (score != 0 && !(label < 0)) {
      listed.get(input).add(new Listed(box, score, label));
    }
  }

  private BadInputException unexpected(Tensor found, String expected) {
    return new BadInputException(
        "model "
            + model
            + " lists objects as "
            + Arrays.toString(found.dims())
            + ", expected "
            + expected);
  }

  /** A row without an object has one of score 0. */
  private float[] row(List<Listed> objects) {
    int count = Math.max(1, objects.size());
    int each = classes == 0 ? OBJECT : SIDES + classes;
    float[] row = new float[Math.multiplyExact(count, each)];
    for (int i = 0; i < objects.size(); i++) {
      Listed object = objects.get(i);
      if (classes == 0) {
        System.arraycopy(object.box(), 0, row, i * OBJECT, SIDES);
        row[i * OBJECT + SIDES] = object.score();
        row[i * OBJECT + SIDES + 1] = object.label();
      } else {
        System.arraycopy(object.box(), 0, row, i * SIDES, SIDES);
        int label = place(object.label(), classes, "class");
        row[count * SIDES + i * classes + label] = object.score();
      }
    }
    return row;
  }
}
