package dev.plumbline.host.device;

/** The agent on a device ended while it worked, and the device is there. */
final class DeviceCrashedException extends DeviceUnreachableException {
  private static final long serialVersionUID = 1L;

  DeviceCrashedException(String message, Throwable cause) {
    super(message, cause);
  }
}
