package dev.plumbline.agent;

import dev.plumbline.agent.security.PlainLine;
import io.grpc.Status;

/**
 * The host asked for something that it does not get. {@link CallGuard} turns it into the status of
 * the call; the message is one sentence for the user.
 */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Status.Code code;

  RefusedException(Status.Code code, String message) {
    this(code, message, null);
  }

  RefusedException(Status.Code code, String message, Throwable cause) {
    // It may name what a caller has sent, and goes into the log and to a terminal.
    super(PlainLine.of(message), cause);
    this.code = code;
  }

  static RefusedException invalid(String message) {
    return new RefusedException(Status.Code.INVALID_ARGUMENT, message);
  }

  static RefusedException tooMuch(String message) {
    return new RefusedException(Status.Code.RESOURCE_EXHAUSTED, message);
  }

  Status status() {
    return Status.fromCode(code).withDescription(getMessage());
  }
}
