package dev.plumbline.host.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.plumbline.host.BadInputException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a detector's outputs mean: whatever its layout, boxes and how sure it is of each class.
 *
 * @param layout of the outputs
 * @param classes that it knows, without the background
 * @param form of the boxes
 * @param width pixels that 1 is in a box, from left to right: 1 where boxes are pixels
 * @param height likewise, downwards
 * @param scores what they are
 * @param background where its score is among those of an anchor
 * @param counted whether a layout that lists objects says how many count
 */
record DetectionHead(
    HeadLayout layout,
    int classes,
    BoxForm form,
    int width,
    int height,
    ScoreForm scores,
    Background background,
    boolean counted) {

  /** Where the score of no object is. */
  enum Background {
    NONE,
    FIRST,
    LAST
  }

  DetectionHead {
    if (classes < 1 || width < 1 || height < 1) {
      throw new IllegalArgumentException(
          classes + " classes, boxes of " + width + " x " + height + ", expected at least 1 each");
    }
  }

  /** For files. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layout", layout.word());
    json.put("classes", classes);
    json.put("boxes", form.word());
    json.put("width", width);
    json.put("height", height);
    json.put("scores", scores.word());
    json.put("background", background.name().toLowerCase(Locale.ROOT));
    json.put("counted", counted);
    return json;
  }

  /**
   * Where the numbers are in a row of a length.
   *
   * @throws BadInputException if this head has no such rows
   */
  HeadAddresses addresses(int length) {
    int scored = classes + (background == Background.NONE ? 0 : 1);
    int first = background == Background.FIRST ? 1 : 0;
    int each =
        switch (layout) {
          case YOLOV5 -> 5 + scored;
          case YOLOV8, RTDETR, BOXES_SCORES -> 4 + scored;
          case END2END, NMS -> 6;
        };
    int extra = layout == HeadLayout.NMS && counted ? 1 : 0;
    if (length <= extra || (length - extra) % each != 0) {
      throw new BadInputException(
          "the model gives "
              + length
              + " numbers for a picture, expected "
              + each
              + " for each box, as of "
              + layout.word()
              + " with "
              + classes
              + " classes");
    }
    int n = (length - extra) / each;
    return switch (layout) {
      case YOLOV5 ->
          new HeadAddresses(n, classes, 0, each, 1, 5 + first, each, 1, 4, -1, -1, 5, scored);
      case YOLOV8 ->
          new HeadAddresses(n, classes, 0, 1, n, (4 + first) * n, 1, n, -1, -1, -1, 4 * n, scored);
      case RTDETR ->
          new HeadAddresses(n, classes, 0, each, 1, 4 + first, each, 1, -1, -1, -1, 4, scored);
      case BOXES_SCORES ->
          new HeadAddresses(
              n, classes, 0, 4, 1, 4 * n + first, scored, 1, -1, -1, -1, 4 * n, scored);
      case END2END -> new HeadAddresses(n, 1, 0, 6, 1, 4, 6, 1, -1, 5, -1, 4, 1);
      case NMS ->
          new HeadAddresses(n, 1, 0, 4, 1, 4 * n, 1, 1, -1, 5 * n, counted ? 6 * n : -1, 4 * n, 1);
    };
  }

  /**
   * Log odds of one score of each input; gradients flow.
   *
   * @param rows N x their length
   * @param anchors of the scores, one for each input
   * @param columns of the scores among those of the anchor
   * @return N x 1
   */
  NDArray logOdds(NDArray rows, int[] anchors, int[] columns) {
    HeadAddresses at = addresses((int) rows.getShape().get(1));
    int inputs = anchors.length;
    if (scores == ScoreForm.SOFTMAX) {
      int each = at.logitsOfAnchor();
      long[] places = new long[inputs * each];
      float[] asked = new float[inputs * each];
      int first = background == Background.FIRST ? 1 : 0;
      for (int i = 0; i < inputs; i++) {
        for (int c = 0; c < each; c++) {
          places[i * each + c] = at.logit(anchors[i], c);
        }
        asked[i * each + first + columns[i]] = 1;
      }
      NDArray logits = Gathering.gather(rows, places, each);
      return softmaxLogOdds(logits, Gathering.like(rows, asked, each), 1);
    }
    long[] places = new long[inputs];
    for (int i = 0; i < inputs; i++) {
      places[i] = at.score(anchors[i], columns[i]);
    }
    NDArray numbers = Gathering.gather(rows, places, 1);
    if (at.objectness() >= 0) {
      for (int i = 0; i < inputs; i++) {
        places[i] = at.objectness(anchors[i]);
      }
      numbers = numbers.mul(Gathering.gather(rows, places, 1));
    }
    return oddsOf(numbers);
  }

  /** Of numbers that are no softmax's logits. */
  private NDArray oddsOf(NDArray numbers) {
    double least = ScoreForm.LEAST;
    return switch (scores) {
      case PROBABILITIES -> {
        NDArray p = numbers.clip(least, 1 - least);
        yield p.log().sub(p.neg().add(1).log());
      }
      case LOGITS -> numbers;
      case LOG_PROBABILITIES, SOFTMAX -> {
        NDArray log = numbers.clip(Math.log(least), Math.log(1 - least));
        yield log.sub(log.exp().neg().add(1).log());
      }
    };
  }

  /** Log odds of the asked one among logits along an axis, which stays with length 1. */
  private static NDArray softmaxLogOdds(NDArray logits, NDArray asked, int axis) {
    int[] axes = {axis};
    NDArray others = logits.sub(Scalars.times(asked, 1e9));
    NDArray largest = others.max(axes, true).stopGradient();
    NDArray log = others.sub(largest).exp().sum(axes, true).log().add(largest);
    return logits.mul(asked).sum(axes, true).sub(log);
  }

  /** Log odds of all scores, N x anchors x columns; gradients flow. */
  NDArray logOdds(NDArray rows) {
    HeadAddresses at = addresses((int) rows.getShape().get(1));
    long inputs = rows.getShape().get(0);
    if (scores == ScoreForm.SOFTMAX) {
      NDArray logits =
          block(rows, at, at.logits(), at.step(), at.scoreClass(), at.logitsOfAnchor());
      NDList columns = new NDList();
      int first = background == Background.FIRST ? 1 : 0;
      for (int c = 0; c < classes; c++) {
        float[] asked = new float[at.logitsOfAnchor()];
        asked[first + c] = 1;
        NDArray one = Gathering.like(rows, asked, asked.length).reshape(1, 1, asked.length);
        columns.add(softmaxLogOdds(logits, one, 2));
      }
      return NDArrays.concat(columns, 2);
    }
    NDArray numbers = block(rows, at, at.score(), at.step(), at.scoreClass(), at.classes());
    if (at.objectness() >= 0) {
      numbers = numbers.mul(block(rows, at, at.objectness(), at.step(), 1, 1));
    }
    return oddsOf(numbers).reshape(inputs, at.anchors(), at.classes());
  }

  /** The four numbers of all boxes as the row has them, N x anchors x 4; gradients flow. */
  NDArray boxes(NDArray rows) {
    HeadAddresses at = addresses((int) rows.getShape().get(1));
    return block(rows, at, at.box(), at.boxStep(), at.boxNumber(), 4);
  }

  /** Numbers of all anchors, N x anchors x some. */
  private static NDArray block(
      NDArray rows, HeadAddresses at, int first, int step, int number, int numbers) {
    long[] places = new long[at.anchors() * numbers];
    for (int a = 0; a < at.anchors(); a++) {
      for (int n = 0; n < numbers; n++) {
        places[a * numbers + n] = first + (long) a * step + (long) n * number;
      }
    }
    return Gathering.columns(rows, places).reshape(rows.getShape().get(0), at.anchors(), numbers);
  }

  /**
   * Intersection over union of one box of each input with an object; gradients flow.
   *
   * @param rows N x their length
   * @param anchors of the boxes, one for each input
   * @param objects one for each input
   * @return N x 1
   */
  NDArray iou(NDArray rows, int[] anchors, Box[] objects) {
    HeadAddresses at = addresses((int) rows.getShape().get(1));
    NDArray a = side(rows, at, anchors, 0);
    NDArray b = side(rows, at, anchors, 1);
    NDArray c = side(rows, at, anchors, 2);
    NDArray d = side(rows, at, anchors, 3);
    NDArray left =
        (form == BoxForm.CENTRE ? a.sub(Scalars.dividedBy(c, 2)) : form == BoxForm.YXYX ? b : a);
    NDArray top =
        (form == BoxForm.CENTRE ? b.sub(Scalars.dividedBy(d, 2)) : form == BoxForm.YXYX ? a : b);
    NDArray right =
        (form == BoxForm.CENTRE ? a.add(Scalars.dividedBy(c, 2)) : form == BoxForm.YXYX ? d : c);
    NDArray bottom =
        (form == BoxForm.CENTRE ? b.add(Scalars.dividedBy(d, 2)) : form == BoxForm.YXYX ? c : d);
    float[][] sides = new float[4][objects.length];
    for (int i = 0; i < objects.length; i++) {
      sides[0][i] = objects[i].x1() / width;
      sides[1][i] = objects[i].y1() / height;
      sides[2][i] = objects[i].x2() / width;
      sides[3][i] = objects[i].y2() / height;
    }
    NDArray x1 = Gathering.like(rows, sides[0], 1);
    NDArray y1 = Gathering.like(rows, sides[1], 1);
    NDArray x2 = Gathering.like(rows, sides[2], 1);
    NDArray y2 = Gathering.like(rows, sides[3], 1);
    NDArray shared =
        Scalars.atLeast(right.minimum(x2).sub(left.maximum(x1)), 0)
            .mul(Scalars.atLeast(bottom.minimum(y2).sub(top.maximum(y1)), 0));
    NDArray own = Scalars.atLeast(right.sub(left), 0).mul(Scalars.atLeast(bottom.sub(top), 0));
    NDArray union = own.add(x2.sub(x1).mul(y2.sub(y1))).sub(shared);
    return shared.div(Scalars.atLeast(union, 1e-9));
  }

  private static NDArray side(NDArray rows, HeadAddresses at, int[] anchors, int number) {
    long[] places = new long[anchors.length];
    for (int i = 0; i < anchors.length; i++) {
      places[i] = at.box(anchors[i], number);
    }
    return Gathering.gather(rows, places, 1);
  }

  /** Squared sides of boxes as the row has them, mean of both; N x anchors x 1. */
  NDArray squaredSize(NDArray boxes) {
    NDArray first = boxes.get(":, :, 0:2");
    NDArray second = boxes.get(":, :, 2:4");
    NDArray sides = form == BoxForm.CENTRE ? second : second.sub(first);
    return sides.square().mean(new int[] {2}, true).toType(DataType.FLOAT32, false);
  }
}
