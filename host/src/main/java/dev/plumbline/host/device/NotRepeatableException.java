package dev.plumbline.host.device;

/**
 * A judge cannot run again under a condition, such as another number of threads. The message is one
 * sentence on why; the judge itself goes on.
 */
final class NotRepeatableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotRepeatableException(String message, Throwable cause) {
    super(message, cause);
  }
}
