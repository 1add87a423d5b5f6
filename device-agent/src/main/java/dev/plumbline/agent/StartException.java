package dev.plumbline.agent;

/** The agent cannot start as it was asked to; the message is one sentence for the user. */
final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
