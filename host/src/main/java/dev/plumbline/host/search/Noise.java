package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.PixelSteps;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.WholeNumberBounds;
import dev.plumbline.host.onnx.OnnxModel;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A baseline that looks at no model: each picture is its seed with uniform noise in whole pixel
 * values, within the ball of radius epsilon and within 0 to 255; of whole numbers, its seed with as
 * many others as may change. A walk ends at the first effective picture.
 */
final class Noise implements SearchAlgorithm {
  @Override
  public String id() {
    return "noise";
  }

  @Override
  public Set<InputKind> moves() {
    return EnumSet.allOf(InputKind.class);
  }

  @Override
  public int usualSteps() {
    return 30;
  }

  @Override
  public Proposal movement(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    return settings.tensors().orElse(null) instanceof WholeNumberBounds bounds
        ? seen -> replaced(seen, new WholeNumberChanges(bounds))
        : Noise::next;
  }

  @Override
  public boolean isDone(MutatedPicture latest, SearchSettings settings) {
    return latest.pictureClass() == PictureClass.EFFECTIVE;
  }

  private static NDArray next(Seen seen) {
    PixelSteps steps = seen.settings().around(seen.seeds());
    NDArray seeds = PixelSteps.flat(seen.seeds());
    float[] noise = new float[Math.toIntExact(seeds.size())];
    int each = noise.length / seen.random().size();
    for (int i = 0; i < noise.length; i++) {
      // Drawn in Java, as a draw of libtorch's would depend on who else is in the batch.
      noise[i] = drawn(seen.random().get(i / each), steps);
    }
    NDArray change = DeviceArrays.beside(seeds, seeds.getManager().create(noise, seeds.getShape()));
    return seeds.add(steps.within(change)).reshape(seen.seeds().getShape());
  }

  private static NDArray replaced(Seen seen, WholeNumberChanges changes) {
    float[] seeds = seen.seeds().toFloatArray();
    float[] noise = new float[seeds.length];
    int each = seeds.length / seen.random().size();
    for (int row = 0; row < seen.random().size(); row++) {
      float[] seed = Arrays.copyOfRange(seeds, row * each, (row + 1) * each);
      int most = changes.bounds().maxChanges();
      System.arraycopy(
          changes.drawn(seed, seed, most, seen.random().get(row)), 0, noise, row * each, each);
    }
    NDArray made = seen.seeds().getManager().create(noise, seen.seeds().getShape());
    return DeviceArrays.beside(seen.seeds(), made);
  }

  /** One number of such noise. */
  static float drawn(SplittableRandom random, PixelSteps steps) {
    int radius = (int) steps.radius();
    return steps.whole()
        ? random.nextInt(-radius, radius + 1)
        : (float) random.nextDouble(-steps.radius(), steps.radius());
  }
}
