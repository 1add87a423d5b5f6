package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.dataset.Input;
import java.util.List;

/** Who runs the compressed model and says what it predicts. */
public interface Judge extends AutoCloseable {
  /** Who this is, and what produces its verdicts. */
  JudgeInfo info();

  /**
   * Runs the model and hands on what comes as it comes, so that nothing is lost with a device.
   *
   * @param pictures of one size, or tensors of one shape
   * @throws DeviceUnreachableException if the device is lost on the way
   */
  void judge(List<? extends Input> pictures, LogitsSink sink);

  /**
   * As {@link #judge}, all at once.
   *
   * @return logits, a row per picture
   */
  default float[][] logits(List<? extends Input> pictures) {
    float[][] all = new float[pictures.size()][];
    judge(pictures, (first, logits) -> System.arraycopy(logits, 0, all, first, logits.length));
    return all;
  }

  /** Other ways to run the same that should change no label, as far as the judge can. */
  default List<Repeat> repeats() {
    return List.of(Repeat.sameBatch(this::judge));
  }

  /**
   * Which execution provider ran which nodes of the model; asked for when the model has run.
   *
   * @return {@link Placement#UNKNOWN} if the judge cannot tell
   */
  default Placement ran() {
    return Placement.UNKNOWN;
  }

  @Override
  void close();
}
