package dev.plumbline.host.cli;

import dev.plumbline.host.ToolVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"plumbline " + ToolVersion.text()};
  }
}
