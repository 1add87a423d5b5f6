package dev.plumbline.host.judging;

/**
 * A judge cannot run again under a condition, such as another number of threads. The message is one
 * sentence on why; the judge itself goes on.
 */
public final class NotRepeatableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NotRepeatableException(String message, Throwable cause) {
    super(message, cause);
  }
}
