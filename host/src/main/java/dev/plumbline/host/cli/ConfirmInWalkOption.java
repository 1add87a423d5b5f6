package dev.plumbline.host.cli;

import dev.plumbline.host.onnx.RuntimeProvider;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether the host has the last word while a search walks. */
final class ConfirmInWalkOption {
  @Option(
      names = "--confirm-in-walk",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Whether ONNX Runtime on the host, as the compressed model is deployed, has to see each"
              + " deviation that a search finds too; else the walk goes on (default: it has to).")
  private boolean confirmInWalk;

  /** What confirms, of what runs models on the host. */
  Optional<RuntimeProvider> confirmer(RuntimeProvider host) {
    return confirmInWalk ? Optional.of(host) : Optional.empty();
  }
}
