package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What a device says of itself is bounded by what the database holds, and shown as it stands. */
class FingerprintTest {

  @Test
  void whatIsTooLongIsCut() {
    Fingerprint fingerprint =
        Fingerprint.of(
            dev.plumbline.device.v1.Fingerprint.newBuilder()
                .setProcessor("p".repeat(60_000_000))
                .setProvider("q".repeat(1_000))
                .setArch("a".repeat(1_000))
                .setRuntime("1".repeat(1_000))
                .setEmulator("e".repeat(1_000))
                .addAllInt8Features(Collections.nCopies(1_000, "f".repeat(1_000)))
                .setThreads(-5)
                .build());
    // The columns' lengths in V1__devices_and_verdicts.sql.
    assertTrue(fingerprint.shownProcessor().length() <= 400);
    assertTrue(fingerprint.provider().length() <= 400);
    assertTrue(fingerprint.arch().length() <= 100);
    assertTrue(("onnxruntime " + fingerprint.runtime()).length() <= 200);
    assertTrue(String.join(" ", fingerprint.int8Features()).length() <= 400);
    assertEquals(0, fingerprint.threads());
    assertTrue(fingerprint.processor().endsWith("ppp..."));
  }

  @Test
  void escapesAndLineEndsAreReplaced() {
    Fingerprint fingerprint =
        Fingerprint.of(
            dev.plumbline.device.v1.Fingerprint.newBuilder()
                .setProcessor("Cortex\u001b[2J\nplumbline: passed\u202e")
                .setArch("aarch64")
                .build());
    assertEquals("Cortex?[2J?plumbline: passed?", fingerprint.processor());
    assertEquals("aarch64", fingerprint.arch());
  }
}
