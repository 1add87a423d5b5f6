package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.device.AgentProgram;
import dev.plumbline.host.emulation.ArmRoot;
import dev.plumbline.host.emulation.EmulatedAgent;
import dev.plumbline.host.emulation.EmulatedCpu;
import dev.plumbline.host.emulation.Emulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real loop on two devices that QEMU emulates: the agents' distributions as boards would get
 * them, ONNX Runtime's own arithmetic for these processors.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmulatedFleetTest {
  private static final Path MODELS = Path.of("..", "models");
  private static final Path ORIGINAL = MODELS.resolve("fashion-mnist-resnet8.onnx");
  private static final Path INT8 = MODELS.resolve("fashion-mnist-resnet8-int8.onnx");
  private static final String PICTURES = MODELS.resolve("fashion-mnist-sample").toString();
  private static final int CLEAN = 200;

  @TempDir Path temp;
  private EmulatedAgent arm;
  private EmulatedAgent avx2;

  @BeforeAll
  void startDevices() {
    Optional<ArmRoot> root = armRoot();
    assumeTrue(
        root.isPresent(),
        "no arm64 system in the user's cache; 'plumbline device emulate --cpu cortex-a53"
            + " --prepare' makes one");
    Start onArm = prepared(EmulatedCpu.CORTEX_A53, "linux-aarch64");
    Start onAvx2 = prepared(EmulatedCpu.HASWELL, "linux-x86_64");
    // Each takes half a minute of one core.
    CompletableFuture<EmulatedAgent> second = CompletableFuture.supplyAsync(onAvx2::now);
    try {
      arm = onArm.now();
    } finally {
      avx2 = second.join();
    }
    System.out.println("emulated: " + arm.fingerprint() + ", " + avx2.fingerprint());
  }

  private static Optional<ArmRoot> armRoot() {
    try {
      return ArmRoot.cached();
    } catch (BadInputException e) {
      assumeTrue(false, e.getMessage());
      throw e;
    }
  }

  /** A device that can be started. */
  private record Start(Emulation emulation, AgentProgram program) {
    EmulatedAgent now() {
      return EmulatedAgent.start(emulation, program, Progress.SILENT);
    }
  }

  private static Start prepared(EmulatedCpu cpu, String platform) {
    Path launcher =
        Path.of("..", "device-agent", "target", "plumbline-agent-" + platform, "plumbline-agent")
            .resolve("bin/plumbline-agent")
            .toAbsolutePath()
            .normalize();
    assumeTrue(Files.isExecutable(launcher), launcher + " is not built; 'mvn package' builds it");
    Emulation emulation = new Emulation(cpu, "test-" + cpu.word(), 0, 1, Optional.empty());
    try {
      EmulatedAgent.prepare(emulation, Progress.SILENT);
    } catch (BadInputException e) {
      assumeTrue(false, e.getMessage());
    }
    return new Start(emulation, new AgentProgram(launcher));
  }

  @AfterAll
  void stopDevices() {
    for (EmulatedAgent agent : new EmulatedAgent[] {arm, avx2}) {
      if (agent != null) {
        agent.close();
      }
    }
  }

  private JsonNode run(Object... args) {
    return VerbAnswer.of(VerbAnswer.with(args, "--json")).done().json();
  }

  /** What {@code confirm} says of a small corpus and clean pictures. */
  private JsonNode confirmed(Path compressed) throws IOException {
    Path corpus = temp.resolve("corpus-" + compressed.getFileName());
    run(
        "search",
        "--original",
        ORIGINAL,
        "--compressed",
        compressed,
        "--data",
        PICTURES,
        "--split",
        "test",
        "--range",
        "0:20",
        "--steps",
        3,
        "--out",
        corpus);
    return run(
        "confirm",
        corpus,
        "--original",
        ORIGINAL,
        "--model",
        compressed,
        "--device",
        arm.address(),
        "--device",
        avx2.address(),
        "--repeats",
        0,
        "--data",
        PICTURES,
        "--split",
        "test",
        "--range",
        "0:" + CLEAN,
        "--database",
        "jdbc:h2:file:" + temp.resolve("fleet"));
  }

  private static int cleanFlips(JsonNode confirmed, EmulatedAgent agent) {
    String device = agent.address().toString();
    return StreamSupport.stream(confirmed.get("disagreement_clean").spliterator(), false)
        .filter(pair -> pair.get("first").asText().equals("host"))
        .filter(pair -> pair.get("second").asText().equals(device))
        .mapToInt(pair -> pair.get("differ").asInt())
        .sum();
  }

  @Test
  void fingerprintsTellTheEmulatedProcessors() {
    assertEquals("aarch64", arm.fingerprint().arch());
    assertEquals("Cortex-A53", arm.fingerprint().processor());
    assertEquals(List.of(), arm.fingerprint().int8Features());
    assertEquals("amd64", avx2.fingerprint().arch());
    assertEquals("Intel Haswell", avx2.fingerprint().processor());
    assertEquals(List.of("avx2"), avx2.fingerprint().int8Features());
    for (EmulatedAgent agent : List.of(arm, avx2)) {
      assertTrue(
          agent.fingerprint().emulator().startsWith("QEMU "), agent.fingerprint().toString());
    }
  }

  @Test
  void theProcessorWithoutVnniSaturatesAndTheOthersDoNot() throws Exception {
    JsonNode confirmed = confirmed(INT8);
    for (JsonNode judge : confirmed.get("judges")) {
      assertEquals(
          confirmed.get("judges").get(0).get("judged"), judge.get("judged"), judge.toString());
    }
    assertEquals(0, confirmed.get("failures").size(), confirmed.get("failures").toString());
    // 2 % of 200: ARM rounds otherwise in places, and that may turn a label or two.
    assertTrue(cleanFlips(confirmed, arm) <= 4, confirmed.toString());
    if (hostSaturates(confirmed)) {
      System.out.println("this host has no VNNI itself: nothing to compare the emulated one with");
    } else {
      // 33 of 400 were seen; a quarter of that is far above what rounding does.
      assertTrue(cleanFlips(confirmed, avx2) >= CLEAN / 50, confirmed.toString());
    }
    assertTrue(warnsOf(confirmed, avx2.address().toString()), confirmed.toString());
    assertTrue(!warnsOf(confirmed, arm.address().toString()), confirmed.toString());
  }

  @Test
  void weightsOfSevenBitsDoNotSaturate() throws Exception {
    Path reduced = temp.resolve("reduced.onnx");
    run(
        "quantize",
        ORIGINAL,
        "--data",
        PICTURES,
        "--split",
        "train",
        "--range",
        "0:512",
        "--reduce-range",
        "--out",
        reduced);
    JsonNode confirmed = confirmed(reduced);
    assertTrue(cleanFlips(confirmed, avx2) <= 4, confirmed.toString());
    assertEquals(0, confirmed.get("warnings").size(), confirmed.toString());
  }

  private static boolean hostSaturates(JsonNode confirmed) {
    return warnsOf(confirmed, "host");
  }

  private static boolean warnsOf(JsonNode confirmed, String judge) {
    return StreamSupport.stream(confirmed.get("warnings").spliterator(), false)
        .anyMatch(warning -> warning.asText().startsWith(judge + " "));
  }
}
