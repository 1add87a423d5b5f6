package dev.plumbline.agent;

import dev.plumbline.agent.join.JoinOptions;
import dev.plumbline.agent.join.JoinSettings;
import dev.plumbline.agent.machine.UserFolders;
import dev.plumbline.agent.security.PlainLine;
import dev.plumbline.agent.security.Security;
import dev.plumbline.agent.security.SecurityOptions;
import dev.plumbline.agent.security.UnusableFileException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the agent. Exit codes: 0 or 143 stopped, 2 cannot start as asked, 70 a fault of ours. */
@Command(
    name = "plumbline-agent",
    description = "Runs compressed models on this device for a host of Plumbline.",
    mixinStandardHelpOptions = true,
    versionProvider = AgentVersion.class,
    sortOptions = false)
public final class AgentMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(AgentMain.class);
  private static final int BAD_INPUT = 2;
  private static final int OUR_FAULT = 70;
  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on; beyond loopback it takes TLS and callers that show who they are"
              + " (default: ${DEFAULT-VALUE}).")
  private String listenOn;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen on; 0 takes any free one (default: 0, or none with --join).")
  private Integer port;

  @Option(
      names = "--model-dir",
      paramLabel = "DIR",
      description = "Where models are kept (default: plumbline/models in the user's cache folder).")
  private Path modelDir;

  @Mixin private RuntimeOptions runtime;

  @Option(
      names = "--max-model-bytes",
      paramLabel = "BYTES",
      description = "Size of the biggest model to take (default: 512 MiB).")
  private long maxModelBytes = Bounds.DEFAULT.maxModelBytes();

  @Option(
      names = "--max-store-bytes",
      paramLabel = "BYTES",
      description = "Size of all models kept; those unused for longest make room (default: 4 GiB).")
  private long maxStoreBytes = Bounds.DEFAULT.maxStoreBytes();

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      description = "Pictures in the biggest batch to take (default: 1024).")
  private int maxBatch = Bounds.DEFAULT.maxBatch();

  @Option(
      names = "--max-batch-bytes",
      paramLabel = "BYTES",
      description = "Bytes of pixels in the biggest batch to take (default: 16 MiB).")
  private int maxBatchBytes = Bounds.DEFAULT.maxBatchBytes();

  @Option(
      names = "--emulator",
      paramLabel = "NAME",
      defaultValue = "",
      description =
          "What emulates this processor, such as 'QEMU 7.2.22'; told in the fingerprint"
              + " (default: none).")
  private String emulator;

  @Option(
      names = "--until-stdin-ends",
      description = "Stop when standard input ends: with the program that started the agent.")
  private boolean untilStdinEnds;

  @Option(
      names = "--isolate",
      description = {
        "Run models in a process beside the agent: one that crashes it does not take the agent"
            + " along. Takes as much memory again; --max-memory-bytes then bounds that process."
      })
  private boolean isolate;

  @Mixin private QuotaOptions quotas;
  @Mixin private SecurityOptions security;
  @Mixin private JoinOptions join;

  private AgentMain() {}

  public static void main(String[] args) {
    CommandLine command = new CommandLine(new AgentMain());
    command.setParameterExceptionHandler(
        (e, arguments) -> {
          e.getCommandLine()
              .getErr()
              .println(PlainLine.of(e.getMessage()) + "; --help lists the options");
          return BAD_INPUT;
        });
    command.setExecutionExceptionHandler(
        (e, line, result) -> {
          if (e instanceof StartException) {
            line.getErr().println(PlainLine.of(e.getMessage()));
            return BAD_INPUT;
          }
          LOG.error("the agent failed", e);
          return OUR_FAULT;
        });
    int exit = command.execute(args);
    System.exit(exit);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    AgentSettings settings = settings();
    Optional<JoinSettings> host = host();
    boolean listens = host.isEmpty() || port != null;
    if (!isolate) {
      quotas.maxMemoryBytes().ifPresent(ProcessMemory::limit);
    }
    AgentServer agent = listens ? AgentServer.start(settings) : AgentServer.startUnheard(settings);
    if (listens) {
      LOG.info("{}", String.join(", ", settings.security().summary()));
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  LOG.info("stopping");
                  agent.close();
                },
                "stop"));
    if (untilStdinEnds) {
      Thread watch = new Thread(() -> awaitEndOfInput(stopped), "stdin");
      watch.setDaemon(true);
      watch.start();
    }
    PrintStream out = System.out;
    if (listens) {
      String address = settings.host().getHostAddress();
      out.println(
          "plumbline-agent listening on "
              + (address.indexOf(':') >= 0 ? "[" + address + "]" : address)
              + ":"
              + agent.port());
    }
    if (host.isPresent()) {
      out.println("plumbline-agent joining " + host.get().address() + " as " + host.get().name());
      agent.join(host.get());
    }
    out.flush();
    stopped.await();
    return 0;
  }

  private static void awaitEndOfInput(CountDownLatch stopped) {
    byte[] ignored = new byte[256];
    try {
      while (System.in.read(ignored) >= 0) {
        // What comes is of no interest, only that it ends.
      }
    } catch (IOException e) {
      LOG.warn("standard input broke off", e);
    }
    stopped.countDown();
  }

  private Optional<JoinSettings> host() {
    try {
      return join.read();
    } catch (UnusableFileException e) {
      throw new StartException(e.getMessage(), e);
    }
  }

  private AgentSettings settings() {
    InetAddress address;
    try {
      address = InetAddress.getByName(listenOn);
    } catch (UnknownHostException e) {
      throw new StartException(
          "host '" + listenOn + "' is unknown; expected an address, such as 127.0.0.1", e);
    }
    Security protection;
    try {
      protection = security.read(address);
    } catch (UnusableFileException e) {
      throw new StartException(e.getMessage(), e);
    }
    int wanted = port == null ? 0 : port;
    checkRange("--port", wanted, 0, MAX_PORT);
    checkRange("--max-model-bytes", maxModelBytes, 1, Integer.MAX_VALUE);
    checkRange("--max-store-bytes", maxStoreBytes, 1, Long.MAX_VALUE);
    checkRange("--max-batch", maxBatch, 1, 1 << 20);
    // The model input takes four times as much, and has to fit into one buffer.
    checkRange("--max-batch-bytes", maxBatchBytes, 1, 256 << 20);
    Bounds standard = Bounds.DEFAULT;
    return new AgentSettings(
        address,
        wanted,
        modelDir == null ? defaultModelDir() : modelDir,
        runtime.threads(),
        runtime.providers(),
        emulator.strip(),
        new Bounds(
            maxModelBytes,
            maxStoreBytes,
            maxBatch,
            maxBatchBytes,
            standard.maxSessions(),
            standard.maxWorkCalls(),
            standard.silence()),
        quotas.quotas(),
        protection,
        AgentSettings.CONNECTION_IDLE,
        AgentSettings.GRACE,
        isolate
            ? Optional.of(new Isolation(quotas.maxMemoryBytes(), runtime.libraries()))
            : Optional.empty());
  }

  static void checkRange(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new StartException(option + " is " + value + "; expected " + least + " to " + most);
    }
  }

  private static Path defaultModelDir() {
    return UserFolders.ofThisUser().cache().resolve("models");
  }
}
