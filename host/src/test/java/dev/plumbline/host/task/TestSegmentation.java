package dev.plumbline.host.task;

import dev.plumbline.host.task.MaskOutput.Form;
import dev.plumbline.host.task.MaskOutput.Layout;
import java.util.OptionalInt;

/** Segmentations for tests of other rooms. */
public final class TestSegmentation {
  private TestSegmentation() {}

  /** Of scores, plane by plane, with the default rule. */
  public static Segmentation ofClasses(int classes) {
    return new Segmentation(
        new MaskOutput(Form.SCORES, classes, Layout.FIRST, 0.5),
        new MaskRule(0.5, 0.01, OptionalInt.empty()));
  }
}
