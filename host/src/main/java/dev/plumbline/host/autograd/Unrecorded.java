package dev.plumbline.host.autograd;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Computes without recording anything for gradients. libtorch begins a thread with recording
 * switched on, other than the one that loaded it.
 */
public final class Unrecorded {
  private Unrecorded() {}

  /** What a computation on this thread gives. */
  public static <T> T compute(Supplier<T> computation) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return computation.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
