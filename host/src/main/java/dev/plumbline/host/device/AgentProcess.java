package dev.plumbline.host.device;

import dev.plumbline.host.judging.DeviceUnreachableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An agent on this machine, as a process of its own on a free loopback port. It ends with the
 * program that started it, whatever becomes of that.
 */
public final class AgentProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final String READY = "plumbline-agent listening on ";
  private static final int KEPT_LINES = 20;

  private final Process process;
  private final Deque<String> lastWords = new ArrayDeque<>();
  private final Thread errors;
  private DeviceAddress address;

  private AgentProcess(Process process) {
    this.process = process;
    this.errors = new Thread(this::collectErrors, "agent-stderr");
    errors.setDaemon(true);
    errors.start();
  }

  /**
   * Starts the agent's distribution and waits until it listens.
   *
   * @param launcher {@code bin/plumbline-agent} of the distribution
   * @param args options of the agent apart from host and port, such as {@code --model-dir DIR}
   * @throws DeviceUnreachableException if it does not listen within 30 seconds
   */
  public static AgentProcess start(Path launcher, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(args);
    return start(command);
  }

  /**
   * Starts an agent by a whole command line, to which host and port are added.
   *
   * @throws DeviceUnreachableException if it does not listen within 30 seconds
   */
  public static AgentProcess start(List<String> command) {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of("--host", "127.0.0.1", "--port", "0"));
    return start(new ProcessBuilder(whole), START);
  }

  /**
   * Starts an agent by a whole command line with host and port.
   *
   * @param builder with the environment that it needs
   * @param patience how long it may take
   * @throws DeviceUnreachableException if it does not listen in this time
   */
  public static AgentProcess start(ProcessBuilder builder, Duration patience) {
    builder.command().add("--until-stdin-ends");
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    AgentProcess agent;
    try {
      agent = new AgentProcess(builder.start());
    } catch (IOException e) {
      throw new DeviceUnreachableException(
          "the agent could not be started as " + builder.command().get(0) + ": " + e.getMessage(),
          e);
    }
    try {
      agent.awaitAddress(patience);
      return agent;
    } catch (RuntimeException | Error e) {
      agent.process.destroyForcibly();
      throw e;
    }
  }

  private void awaitAddress(Duration patience) {
    CompletableFuture<String> firstLine = new CompletableFuture<>();
    Thread output = new Thread(() -> readOutput(firstLine), "agent-stdout");
    output.setDaemon(true);
    output.start();
    String line;
    try {
      line = firstLine.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw notStarted("did not listen within " + patience.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw notStarted("could not be read", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notStarted("was not waited for", e);
    }
    if (line == null) {
      throw notStarted("ended", null);
    }
    if (!line.startsWith(READY)) {
      throw notStarted("said '" + line + "' where '" + READY + "HOST:PORT' was due", null);
    }
    address = DeviceAddress.parse(line.substring(READY.length()));
  }

  /** Reads on after the first line, lest a full pipe stop the agent. */
  private void readOutput(CompletableFuture<String> firstLine) {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      firstLine.complete(reader.readLine());
      while (reader.readLine() != null) {
        // The agent says nothing more that the host wants.
      }
    } catch (IOException e) {
      firstLine.completeExceptionally(e);
    }
  }

  private void collectErrors() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lastWords) {
          if (lastWords.size() == KEPT_LINES) {
            lastWords.removeFirst();
          }
          lastWords.addLast(line);
        }
      }
    } catch (IOException e) {
      synchronized (lastWords) {
        lastWords.addLast("(its log ended: " + e.getMessage() + ")");
      }
    }
  }

  private DeviceUnreachableException notStarted(String what, Throwable cause) {
    try {
      // A process closes its output a little before it ends, and its last words may still be on
      // their way.
      if (cause == null && process.waitFor(2, TimeUnit.SECONDS)) {
        errors.join(1_000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String exit = process.isAlive() ? "" : " with exit code " + process.exitValue();
    String log = log();
    return new DeviceUnreachableException(
        "the agent " + what + exit + (log.isEmpty() ? "" : "; it said: " + log), cause);
  }

  /** Where it listens. */
  public DeviceAddress address() {
    return address;
  }

  /** The last lines that it logged. */
  public String log() {
    synchronized (lastWords) {
      return String.join("\n", lastWords);
    }
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until it ends.
   *
   * @return its exit code
   */
  public int awaitEnd() throws InterruptedException {
    int exit = process.waitFor();
    errors.join(1_000);
    return exit;
  }

  /** Number of the process. */
  public long pid() {
    return process.pid();
  }

  /**
   * Memory that the process holds now.
   *
   * @return bytes, or 0 where the system does not tell
   */
  public long residentBytes() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(status, StandardCharsets.UTF_8)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
      return 0;
    } catch (IOException e) {
      if (!process.isAlive()) {
        return 0;
      }
      throw new UncheckedIOException("memory of the agent, process " + process.pid(), e);
    }
  }

  /** Asks the process to stop, waits, and kills it if it does not. */
  @Override
  public void close() {
    // Process.destroy() would close its pipes too, and with them its last words.
    process.toHandle().destroy();
    try {
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
