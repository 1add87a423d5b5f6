package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.judging.DeviceUnreachableException;
import io.grpc.Metadata;
import io.grpc.Status;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Tells a device that refuses what it was sent from one that is not there or was lost. */
final class Refusals {
  private static final Metadata.Key<String> ABSENT =
      Metadata.Key.of("plumbline-absent", Metadata.ASCII_STRING_MARSHALLER);

  private Refusals() {}

  /**
   * @param doing what was tried, such as "sending the model to"
   */
  static RuntimeException of(DeviceAddress device, String doing, Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String said = status.getDescription() == null ? "" : ": " + status.getDescription();
    Optional<String> distrust = distrust(status);
    if (distrust.isPresent()) {
      return new BadInputException(
          "device "
              + device
              + " and this host do not agree on TLS ("
              + distrust.get()
              + "); expected a certificate for '"
              + device.host()
              + "' of the CA that --ca names, and one of the host, with --certificate, if the agent"
              + " asks for it",
          failure);
    }
    if ((said + because(status)).contains("First received frame was not SETTINGS")) {
      return new BadInputException(
          "device "
              + device
              + " speaks something else than gRPC in the clear; where it is an agent with TLS, --ca"
              + " names its CA",
          failure);
    }
    if (device.agent().isPresent() && isAbsent(failure)) {
      return new DeviceUnreachableException(
          "device " + device + " could not be reached" + said, failure);
    }
    return switch (status.getCode()) {
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          RESOURCE_EXHAUSTED,
          PERMISSION_DENIED,
          UNAUTHENTICATED ->
          new BadInputException("device " + device + " refused" + said, failure);
      case UNIMPLEMENTED ->
          new BadInputException(
              "device " + device + " answers, but not as an agent of Plumbline" + said, failure);
      case DEADLINE_EXCEEDED ->
          new DeviceUnreachableException(
              "device " + device + " did not answer in time while " + doing + " it" + said,
              failure);
      default ->
          new DeviceUnreachableException(
              "device "
                  + device
                  + " could not be reached or was lost while "
                  + doing
                  + " it ("
                  + status.getCode()
                  + ")"
                  + said
                  + because(status),
              failure);
    };
  }

  /** Whether the host that answers says that the agent has not joined it. */
  private static boolean isAbsent(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    return trailers != null && trailers.containsKey(ABSENT);
  }

  /** The innermost words of a handshake that failed. */
  private static Optional<String> distrust(Status status) {
    boolean ofTls = false;
    String words = null;
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      ofTls |= cause instanceof SSLException || cause instanceof GeneralSecurityException;
      words = cause.getMessage() == null ? words : cause.getMessage();
    }
    return ofTls ? Optional.of(words == null ? "no reason given" : words) : Optional.empty();
  }

  /** The network's own words: "Connection refused" says more than gRPC's "io exception". */
  private static String because(Status status) {
    Throwable cause = status.getCause();
    return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
  }
}
