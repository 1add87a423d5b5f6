package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.onnx.OnnxModel;

/**
 * A baseline that looks at no model: each picture is its seed with uniform noise in whole pixel
 * values, within the ball of radius epsilon and within 0 to 255. A walk ends at the first effective
 * picture.
 */
final class Noise implements SearchAlgorithm {
  @Override
  public String id() {
    return "noise";
  }

  @Override
  public int usualSteps() {
    return 30;
  }

  @Override
  public Proposal movement(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    return Noise::next;
  }

  @Override
  public boolean isDone(MutatedPicture latest, SearchSettings settings) {
    return latest.pictureClass() == PictureClass.EFFECTIVE;
  }

  private static NDArray next(Seen seen) {
    double epsilon = seen.settings().epsilon();
    int radius = PixelSteps.radius(epsilon);
    NDArray seeds = PixelSteps.flat(seen.seeds());
    float[] noise = new float[Math.toIntExact(seeds.size())];
    int each = noise.length / seen.random().size();
    for (int i = 0; i < noise.length; i++) {
      // Drawn in Java, as a draw of libtorch's would depend on who else is in the batch.
      noise[i] = seen.random().get(i / each).nextInt(-radius, radius + 1);
    }
    NDArray change = DeviceArrays.beside(seeds, seeds.getManager().create(noise, seeds.getShape()));
    return seeds
        .add(PixelSteps.around(seen.seeds(), epsilon).within(change))
        .reshape(seen.seeds().getShape());
  }
}
