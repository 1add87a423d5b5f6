package dev.plumbline.host;

/** Plumbline's version, as the build writes it into the jar. */
public final class ToolVersion {
  private ToolVersion() {}

  /** The version; in words where the classes are not in their jar. */
  public static String text() {
    String version = ToolVersion.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
