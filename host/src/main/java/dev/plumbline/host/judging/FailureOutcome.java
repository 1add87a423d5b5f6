package dev.plumbline.host.judging;

import dev.plumbline.host.corpus.Outcome;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.regex.Pattern;

/** What a judge's failure is among the outcomes of a verdict. */
public final class FailureOutcome {
  /** What ONNX Runtime, the C++ library and Java say. */
  private static final Pattern MEMORY =
      Pattern.compile(
          "bad_alloc|failed to allocate memory|outofmemory|out of memory",
          Pattern.CASE_INSENSITIVE);

  private FailureOutcome() {}

  /** Of a failure to reach a judge or to give it the model. */
  public static Outcome whileOpening(RuntimeException failure) {
    return of(failure, Outcome.MODEL_REFUSED);
  }

  /** Of a failure while a model runs: a bound of the agent is then one on memory. */
  public static Outcome whileJudging(RuntimeException failure) {
    return of(failure, Outcome.OUT_OF_MEMORY);
  }

  private static Outcome of(RuntimeException failure, Outcome exhausted) {
    if (failure instanceof DeviceCrashedException) {
      return Outcome.CRASHED;
    }
    Status status = status(failure);
    if (MEMORY.matcher(String.valueOf(failure.getMessage())).find()) {
      return Outcome.OUT_OF_MEMORY;
    }
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> Outcome.TIMED_OUT;
      case RESOURCE_EXHAUSTED -> exhausted;
      case INTERNAL, DATA_LOSS -> Outcome.CRASHED;
      // Without a status of its own it is a device that breaks the protocol, or the host.
      default ->
          failure instanceof DeviceUnreachableException
              ? Outcome.DEVICE_LOST
              : Outcome.MODEL_REFUSED;
    };
  }

  /** Whether the connection broke, so that the same may well succeed over another one. */
  public static boolean ofTheLine(DeviceUnreachableException failure) {
    return !(failure instanceof DeviceCrashedException)
        && status(failure).getCode() == Status.Code.UNAVAILABLE;
  }

  private static Status status(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StatusRuntimeException e) {
        return e.getStatus();
      }
      if (cause instanceof StatusException e) {
        return e.getStatus();
      }
    }
    return Status.OK;
  }
}
