package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;
import io.grpc.Status;

/** Tells a device that refuses what it was sent from one that is not there or was lost. */
final class Refusals {
  private Refusals() {}

  /**
   * @param doing what was tried, such as "sending the model to"
   */
  static RuntimeException of(DeviceAddress device, String doing, Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String said = status.getDescription() == null ? "" : ": " + status.getDescription();
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

  /** The network's own words: "Connection refused" says more than gRPC's "io exception". */
  private static String because(Status status) {
    Throwable cause = status.getCause();
    return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
  }
}
