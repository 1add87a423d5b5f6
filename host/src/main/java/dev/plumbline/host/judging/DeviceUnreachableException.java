package dev.plumbline.host.judging;

import dev.plumbline.host.OneLine;

/**
 * A device could not be reached or was lost. The message names the device; what was judged till
 * then is kept; the command line ends with exit code 3.
 */
public class DeviceUnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeviceUnreachableException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
