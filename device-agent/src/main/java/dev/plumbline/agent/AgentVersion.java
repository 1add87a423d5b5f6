package dev.plumbline.agent;

import picocli.CommandLine.IVersionProvider;

/** The agent's version, as its jar tells it. */
final class AgentVersion implements IVersionProvider {
  static String text() {
    String version = AgentVersion.class.getPackage().getImplementationVersion();
    // Classes that were never packed into a jar have none.
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"plumbline-agent " + text()};
  }
}
