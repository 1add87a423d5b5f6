package dev.plumbline.agent;

import dev.plumbline.agent.security.CallerShare;
import java.time.Duration;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** The agent's options for what it gives all its hosts together. */
final class QuotaOptions {
  private static final Quotas STANDARD = Quotas.DEFAULT;

  @Option(
      names = "--max-models",
      paramLabel = "N",
      description = "Models kept; those unused for longest make room (default: 64).")
  private int maxModels = STANDARD.maxModels();

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description = "Connections open at once; one address gets half of them (default: 64).")
  private int maxConnections = STANDARD.maxConnections();

  @Option(
      names = "--max-run-seconds",
      paramLabel = "N",
      description = "Time that a model may take for one batch (default: 120).")
  private long maxRunSeconds = STANDARD.longestRun().toSeconds();

  @Option(
      names = "--max-call-minutes",
      paramLabel = "N",
      description = "Time that a call may take in all (default: 360).")
  private long maxCallMinutes = STANDARD.longestCall().toMinutes();

  @Option(
      names = "--caller-percent",
      paramLabel = "N",
      description =
          "What one caller may have of the models kept, their bytes and the calls, where callers"
              + " show who they are (default: 50).")
  private int callerPercent = STANDARD.perCaller().percent();

  @Option(
      names = "--max-memory-bytes",
      paramLabel = "BYTES",
      description =
          "Memory of the agent's process; a model that asks for more is refused. Needs Linux and"
              + " prlimit (default: no bound).")
  private Long maxMemoryBytes;

  /**
   * @throws StartException if a number is out of its range
   */
  Quotas quotas() {
    AgentMain.checkRange("--max-models", maxModels, 1, 1_000_000);
    AgentMain.checkRange("--max-connections", maxConnections, 1, 100_000);
    AgentMain.checkRange("--max-run-seconds", maxRunSeconds, 1, 86_400);
    AgentMain.checkRange("--max-call-minutes", maxCallMinutes, 1, 100_000);
    AgentMain.checkRange("--caller-percent", callerPercent, 1, 100);
    return new Quotas(
        maxModels,
        maxConnections,
        STANDARD.maxCalls(),
        Duration.ofSeconds(maxRunSeconds),
        Duration.ofMinutes(maxCallMinutes),
        STANDARD.shortCall(),
        STANDARD.messageTime(),
        new CallerShare(callerPercent));
  }

  /** Bytes that the process may have. */
  OptionalLong maxMemoryBytes() {
    if (maxMemoryBytes == null) {
      return OptionalLong.empty();
    }
    AgentMain.checkRange("--max-memory-bytes", maxMemoryBytes, 256L << 20, Long.MAX_VALUE);
    return OptionalLong.of(maxMemoryBytes);
  }
}
