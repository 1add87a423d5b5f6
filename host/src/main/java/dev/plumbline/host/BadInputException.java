package dev.plumbline.host;

/**
 * Something the user gave cannot be used. The message is one sentence that names the thing, says
 * what was found and what was expected; the command line prints it as it is and ends with exit code
 * 2.
 */
public final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    super(OneLine.of(message));
  }

  public BadInputException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
