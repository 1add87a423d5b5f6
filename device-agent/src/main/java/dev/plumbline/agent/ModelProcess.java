package dev.plumbline.agent;

import dev.plumbline.agent.ModelWire.Answer;
import io.grpc.Status;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A process that runs models, seen from the agent. One thread at a time asks it. */
final class ModelProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(5);

  /** As Java tells of a process that a signal has ended. */
  private static final int SIGNAL = 128;

  /** With which Java ends by -XX:+ExitOnOutOfMemoryError. */
  private static final int OUT_OF_MEMORY = 3;

  private final Process process;
  private final SocketChannel channel;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final String runtimeVersion;
  private long mustAnswerBy;
  private boolean asked;
  private boolean late;

  private ModelProcess(Process process, SocketChannel channel) throws IOException {
    this.process = process;
    this.channel = channel;
    this.in =
        new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16));
    this.out =
        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
    Answer answer = ModelWire.readAnswer(in);
    String said = ModelWire.readText(in);
    if (answer != Answer.DONE) {
      throw new StartException(said);
    }
    this.runtimeVersion = said;
  }

  /** Writes what is asked. */
  @FunctionalInterface
  interface Asking {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads what is answered. */
  @FunctionalInterface
  interface Reading<T> {
    T read(DataInputStream in) throws IOException;
  }

  /**
   * The process has ended, or was ended as it did not answer; the message is one sentence for the
   * host.
   */
  static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status.Code code;

    private EndedException(Status.Code code, String message, IOException cause) {
      super(message, cause);
      this.code = code;
    }

    RefusedException refusal() {
      return new RefusedException(code, getMessage(), this);
    }
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param settings by the socket on which it is waited for
   * @throws StartException if it does not start
   */
  static ModelProcess start(
      Function<Path, ModelProcessSettings> settings, OptionalLong maxMemoryBytes) {
    try {
      Path folder = Files.createTempDirectory("plumbline-agent-models-");
      Path socket = folder.resolve("socket");
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(socket));
        return start(server, command(settings.apply(socket)), maxMemoryBytes);
      } finally {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new StartException(
          "the process that runs models does not start (" + e.getMessage() + ")", e);
    }
  }

  private static ModelProcess start(
      ServerSocketChannel server, List<String> command, OptionalLong maxMemoryBytes)
      throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.INHERIT)
            .start();
    try {
      // Nobody will connect any more when it has ended, or takes too long.
      process.onExit().thenRun(() -> close(server));
      process
          .onExit()
          .orTimeout(START.toSeconds(), TimeUnit.SECONDS)
          .exceptionally(
              e -> {
                close(server);
                return process;
              });
      SocketChannel channel = server.accept();
      maxMemoryBytes.ifPresent(bytes -> ProcessMemory.limit(process.pid(), bytes));
      return new ModelProcess(process, channel);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static void close(ServerSocketChannel server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(ModelProcessSettings settings) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xms4m",
            "-Xmx" + Runtime.getRuntime().maxMemory(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:MinHeapFreeRatio=10",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            // Of a crash only the few lines that Java says of it.
            "-XX:ErrorFile=/dev/null",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+DisplayVMOutputToStderr"));
    for (String property : List.of("onnxruntime.native.path", "java.io.tmpdir")) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ModelProcessMain.class.getName());
    command.addAll(settings.toArguments());
    return command;
  }

  /** ONNX Runtime's version. */
  String runtimeVersion() {
    return runtimeVersion;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Asks and waits for the answer.
   *
   * @param about for messages: "model 0123..."
   * @param longest that it may take
   * @throws RefusedException if that is the answer
   * @throws EndedException if the process ends instead; it is of no use any more
   */
  <T> T ask(String about, Duration longest, Asking asking, Reading<T> reading) {
    expectAnswer(longest);
    try {
      asking.write(out);
      out.flush();
      return switch (ModelWire.readAnswer(in)) {
        case DONE -> reading.read(in);
        case REFUSED -> throw ModelWire.readRefusal(in);
        case FAILED ->
            throw new RefusedException(
                Status.Code.INTERNAL,
                "the process that runs models failed at " + about + ": " + ModelWire.readText(in));
      };
    } catch (IOException e) {
      throw ended(about, longest, e);
    } finally {
      synchronized (this) {
        asked = false;
      }
    }
  }

  private synchronized void expectAnswer(Duration longest) {
    asked = true;
    mustAnswerBy = System.nanoTime() + longest.toNanos();
  }

  /** Ends a process that does not answer in time; whoever asked it is told. */
  synchronized void endIfLate() {
    if (asked && !late && System.nanoTime() - mustAnswerBy > 0) {
      late = true;
      process.destroyForcibly();
    }
  }

  private EndedException ended(String about, Duration longest, IOException cause) {
    close();
    boolean wasLate;
    synchronized (this) {
      wasLate = late;
    }
    int exit = process.isAlive() ? 0 : process.exitValue();
    if (wasLate) {
      return new EndedException(
          Status.Code.DEADLINE_EXCEEDED,
          about + " took more than " + longest.toSeconds() + " s, and its process was ended",
          cause);
    }
    if (exit == OUT_OF_MEMORY) {
      return new EndedException(
          Status.Code.RESOURCE_EXHAUSTED,
          "the process that ran " + about + " ended for lack of memory",
          cause);
    }
    return new EndedException(
        Status.Code.INTERNAL,
        "the process that ran "
            + about
            + " ended "
            + (exit > SIGNAL ? "by signal " + (exit - SIGNAL) : "with exit code " + exit),
        cause);
  }

  /** Ends it. */
  @Override
  public void close() {
    try {
      channel.close();
      // By itself, if it listens at all.
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
