package dev.plumbline.host.judging;

/** The agent on a device ended while it worked, and the device is there. */
public final class DeviceCrashedException extends DeviceUnreachableException {
  private static final long serialVersionUID = 1L;

  public DeviceCrashedException(String message, Throwable cause) {
    super(message, cause);
  }
}
