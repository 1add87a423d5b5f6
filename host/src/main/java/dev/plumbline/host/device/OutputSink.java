package dev.plumbline.host.device;

/** Receives what a device puts out as it comes, in the order of the pictures. */
@FunctionalInterface
interface OutputSink {
  void accept(DeviceOutput output);
}
