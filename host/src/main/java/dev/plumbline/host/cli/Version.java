package dev.plumbline.host.cli;

import picocli.CommandLine.IVersionProvider;

/** Plumbline's version, as the build writes it into the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"plumbline " + text()};
  }

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
