package dev.plumbline.host.campaign;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.device.AgentProgram;
import java.nio.file.Files;
import java.nio.file.Path;

/** The job on the models that come with Plumbline. */
public final class DemoJob {
  private DemoJob() {}

  /**
   * {@code models/demo.yaml} of the distribution.
   *
   * @throws BadInputException if it is not there
   */
  public static Path file() {
    String home = System.getProperty(AgentProgram.HOME);
    Path file = Path.of(home == null ? "." : home, "models", "demo.yaml");
    if (!Files.isRegularFile(file)) {
      throw new BadInputException("the demo's job " + file + " is not there, expected a YAML file");
    }
    return file;
  }
}
