package dev.plumbline.agent.security;

/** The agent's security cannot be set up as asked; the message is one sentence for the user. */
public final class UnusableFileException extends Exception {
  private static final long serialVersionUID = 1L;

  public UnusableFileException(String message) {
    super(message);
  }

  public UnusableFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
