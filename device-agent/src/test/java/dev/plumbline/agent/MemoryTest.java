package dev.plumbline.agent;

import static dev.plumbline.agent.AgentFixture.batch;
import static dev.plumbline.agent.AgentFixture.inferHeader;
import static dev.plumbline.agent.AgentFixture.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent of little memory in a process of its own, and those who would use it all. */
class MemoryTest {
  private static final byte[] HONEST = SmallModel.linear(0, 1, 2, 2).build().toByteArray();

  @TempDir Path folder;
  private Process process;
  private ManagedChannel channel;

  /** A connection of their own: it stands still as long as they do not read. */
  private ManagedChannel hostile;

  private void start(String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                AgentMain.class.getName(),
                "--threads",
                "1",
                "--model-dir",
                folder.resolve("models").toString()));
    command.addAll(List.of(options));
    process = new ProcessBuilder(command).redirectError(folder.resolve("err").toFile()).start();
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertTrue(line != null && line.contains("listening"), () -> line + log());
    int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    hostile = ManagedChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("err"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    hostile.shutdownNow();
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  private Status run(byte[] model) throws Exception {
    return new Talk<InferRequest, InferResponse>(DeviceServiceGrpc.newStub(channel)::infer)
        .send(request(inferHeader(SmallModel.sha256(model), 1, 2, 2)))
        .send(batch(0, 2, new byte[8]))
        .endSending()
        .end();
  }

  private void assertServes() throws Exception {
    assertTrue(process.isAlive(), this::log);
    assertEquals(Status.OK, SecureAgent.ask(channel));
    assertEquals(Status.OK, SecureAgent.put(channel, HONEST));
    assertEquals(Status.OK, run(HONEST));
  }

  /** Sends as fast as the transport lets it, and asks for no answer. */
  private final class Flood {
    private final ClientCall<InferRequest, InferResponse> call =
        hostile.newCall(DeviceServiceGrpc.getInferMethod(), CallOptions.DEFAULT);
    private long sent;

    Flood(InferRequest header) {
      call.start(new ClientCall.Listener<>() {}, new Metadata());
      call.sendMessage(header);
    }

    void push(InferRequest message) {
      if (call.isReady()) {
        call.sendMessage(message);
        sent += message.getSerializedSize();
      }
    }
  }

  private long flood(byte[] model, int pictures) throws Exception {
    List<Flood> floods = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      floods.add(new Flood(request(inferHeader(SmallModel.sha256(model), 1, 2, 2))));
    }
    InferRequest message = batch(0, pictures, new byte[4 * pictures]);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
    while (System.nanoTime() < end && process.isAlive()) {
      floods.forEach(flood -> flood.push(message));
      Thread.sleep(1);
    }
    assertServes();
    floods.forEach(flood -> flood.call.cancel("enough", null));
    return floods.stream().mapToLong(flood -> flood.sent).sum();
  }

  @Test
  void hostsThatSendAndDoNotReadDoNotFillTheMemory() throws Exception {
    start();
    byte[] model = HostileModels.classes(1_000);
    assertEquals(Status.OK, SecureAgent.put(channel, model));
    // An answer has 2.8 MB, and some times that while it is made. Two of each of six calls may
    // wait, which the heap of 96 MB has room for; in four seconds hundreds would come.
    flood(model, 700);
  }

  @Test
  void hostsThatDoNotWaitForAnswersDoNotFillTheMemory() throws Exception {
    start("--max-batch", "1000000", "--max-run-seconds", "2");
    byte[] slow = HostileModels.endless();
    assertEquals(Status.OK, SecureAgent.put(channel, slow));
    InferRequest message = batch(0, 1 << 19, new byte[2 << 20]);
    // What a round leaves behind would be missing in the next: three take more than there is.
    for (int round = 0; round < 3; round++) {
      List<Flood> floods = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        floods.add(new Flood(request(inferHeader(SmallModel.sha256(slow), 1, 2, 2))));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
      while (System.nanoTime() < end && process.isAlive()) {
        floods.forEach(flood -> flood.push(message));
        Thread.sleep(1);
      }
      assertTrue(process.isAlive(), this::log);
      // While the model runs and the others wait for it.
      assertEquals(Status.OK, SecureAgent.ask(channel));
      floods.forEach(flood -> flood.call.cancel("enough", null));
      assertServes();
    }
  }

  private void startBounded() throws Exception {
    boolean there = false;
    for (String folder : System.getenv("PATH").split(":")) {
      there |= Files.isExecutable(Path.of(folder, "prlimit"));
    }
    assumeTrue(there, "prlimit of util-linux is not there to bound the agent's memory with");
    start("--max-memory-bytes", Long.toString(768L << 20));
  }

  @Test
  void aConstantThatNeedsMoreMemoryThanThereIsIsRefused() throws Exception {
    startBounded();
    byte[] model = HostileModels.hugeConstant(1L << 32);
    Status end = SecureAgent.put(channel, model);
    if (end.isOk()) {
      end = run(model);
    }
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode(), end.toString());
    assertServes();
  }

  @Test
  void aModelThatGrowsWhileItRunsIsRefused() throws Exception {
    startBounded();
    byte[] model = HostileModels.growing();
    assertEquals(Status.OK, SecureAgent.put(channel, model));
    for (int i = 0; i < 3; i++) {
      Status end = run(model);
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, end.getCode(), end.toString());
      assertServes();
    }
  }
}
