package dev.plumbline.agent.join;

/** Why the agent is not joined; the message is a part of a sentence, without the host's name. */
final class JoinException extends Exception {
  private static final long serialVersionUID = 1L;

  JoinException(String message) {
    super(message);
  }

  JoinException(String message, Throwable cause) {
    super(message, cause);
  }
}
