package dev.plumbline.host.cli;

import picocli.CommandLine.IVersionProvider;

/** Plumbline's version, as the build writes it into the jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"plumbline " + (version == null ? "(not packaged)" : version)};
  }
}
