package dev.plumbline.host.memory;

import java.util.List;
import java.util.Optional;

/** Recognises that memory was refused, in the words of libtorch, ONNX Runtime, CUDA and Java. */
public final class RefusedMemory {
  private static final List<String> WORDS =
      List.of(
          "can't allocate memory",
          "not enough memory",
          "CUDA out of memory",
          "out of memory",
          "Failed to allocate memory",
          "std::bad_alloc",
          "bad allocation");

  private RefusedMemory() {}

  /** Whether a failure, or what caused it, is that memory was refused. */
  public static boolean isCauseOf(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      if (at instanceof OutOfMemoryError || WORDS.stream().anyMatch(message::contains)) {
        return true;
      }
    }
    return false;
  }

  /**
   * What is told of it.
   *
   * @return empty if the failure has another cause
   */
  public static Optional<String> sentence(Throwable failure) {
    if (!isCauseOf(failure)) {
      return Optional.empty();
    }
    return Optional.of(
        isJavaHeap(failure)
            ? "out of memory: Java's heap of "
                + MemorySize.text(Runtime.getRuntime().maxMemory())
                + " is full; expected a larger --max-memory, a quarter of which is the heap, or"
                + " PLUMBLINE_JAVA_OPTS=-Xmx4g"
            : "out of memory: an allocation was refused; " + MemoryBudget.ofProcess().advice());
  }

  private static boolean isJavaHeap(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }
}
