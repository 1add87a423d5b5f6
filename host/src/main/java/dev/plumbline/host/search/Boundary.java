package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.onnx.OnnxModel;

/**
 * A walk along the boundary of the compressed model, on the side where the original holds. The
 * margin of a model is its logit of the seed's label less the largest other one; a picture is
 * effective where the compressed model's is below zero and the original's above. The walk never
 * leaves a ball around the seed, ends at the first effective picture, and the change that it took
 * is then made smaller.
 */
final class Boundary implements SearchAlgorithm {
  @Override
  public String id() {
    return "boundary";
  }

  @Override
  public int usualSteps() {
    return 30;
  }

  @Override
  public Objective objective(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    return new Walk();
  }

  @Override
  public boolean isDone(MutatedPicture latest) {
    return latest.pictureClass() == PictureClass.EFFECTIVE;
  }

  @Override
  public boolean shrinks() {
    return true;
  }

  /**
   * One step goes down the compressed model's margin and up the original's, weighted. Numbers were
   * chosen on a ResNet-20 and its int8 version; they are in logits and in pixels on the [0,1]
   * range.
   */
  private static final class Walk implements Objective {
    /** The original's margin below which a step does nothing but win it back. */
    private static final double LEAST_MARGIN = 0.35;

    /** How far beyond a boundary a step aims. */
    private static final double BEYOND = 0.02;

    /** The compressed model's margin from which on the gap between the models counts most. */
    private static final double NEAR = 0.3;

    private static final double WEIGHT_FAR = 0.7;
    private static final double WEIGHT_NEAR = 0.95;

    /** Root mean square change of a pixel by the first step at most, and by any at least. */
    private static final double LARGEST_STEP = 2.0 / 255;

    private static final double SMALLEST_STEP = 0.1 / 255;

    // How much the loss has to fall, by picture: from the forward pass that the step belongs to.
    private NDArray wanted;

    @Override
    public NDArray loss(Forward forward) {
      NDArray ofOriginal = margins(forward.original().logits(), forward.seedLabels());
      NDArray ofCompressed = margins(forward.compressed().logits(), forward.seedLabels());
      NDArray original = ofOriginal.stopGradient();
      NDArray compressed = ofCompressed.stopGradient();
      NDArray lost = original.lt(LEAST_MARGIN).toType(DataType.FLOAT32, false);
      NDArray held = lost.neg().add(1);
      NDArray near = compressed.lt(NEAR).toType(DataType.FLOAT32, false);
      NDArray weight = near.mul(WEIGHT_NEAR - WEIGHT_FAR).add(WEIGHT_FAR);
      NDArray back = original.neg().add(LEAST_MARGIN + BEYOND);
      NDArray on = compressed.maximum(0).add(BEYOND).mul(weight.neg().add(1));
      wanted = lost.mul(back).add(held.mul(on));
      NDArray loss = held.mul(ofCompressed.sub(weight.mul(ofOriginal))).sub(lost.mul(ofOriginal));
      return loss.sum();
    }

    /** Logit of a label less the largest other logit, N x 1. */
    private static NDArray margins(NDArray logits, NDArray labels) {
      int classes = (int) logits.getShape().get(1);
      NDArray chosen = labels.flatten().oneHot(classes).toType(DataType.FLOAT32, false);
      NDArray others = logits.sub(chosen.mul(1e9)).max(new int[] {1}, true);
      return logits.gather(labels, 1).sub(others);
    }

    @Override
    public NDArray move(Step step) {
      NDArray std = step.arrays().std();
      NDArray slope = step.gradient().div(std);
      long rows = slope.getShape().get(0);
      long size = slope.size() / rows;
      Shape each = new Shape(rows, 1, 1, 1);
      NDArray norm =
          slope
              .reshape(new Shape(rows, size))
              .square()
              .sum(new int[] {1}, true)
              .sqrt()
              .maximum(Float.MIN_NORMAL);
      NDArray asked = wanted.div(norm).div(Math.sqrt(size));
      NDArray most = largest(step, rows);
      NDArray length = asked.maximum(SMALLEST_STEP).minimum(most);
      // Far from the boundary every pixel goes as far as it may; near it, as the slope says.
      NDArray far = asked.gt(most).toType(DataType.FLOAT32, false).reshape(each);
      NDArray direct = slope.div(norm.reshape(each)).mul(Math.sqrt(size));
      NDArray change =
          direct.add(slope.sign().sub(direct).mul(far)).mul(length.neg().reshape(each));
      NDArray moved = step.inputs().sub(step.seeds()).mul(std).add(change);
      double radius = step.settings().epsilon();
      return step.seeds().add(moved.clip(-radius, radius).div(std));
    }

    /** Steps that shrink from the first to the last. */
    private static NDArray largest(Step step, long rows) {
      float[] bounds = new float[(int) rows];
      for (int row = 0; row < rows; row++) {
        double done = (step.numbers()[row] - 1.0) / step.settings().steps();
        bounds[row] = (float) (LARGEST_STEP + (SMALLEST_STEP - LARGEST_STEP) * done);
      }
      return step.gradient().getManager().create(bounds, new Shape(rows, 1));
    }
  }
}
