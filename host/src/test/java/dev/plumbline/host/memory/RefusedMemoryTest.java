package dev.plumbline.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.TorchEngine;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusedMemoryTest {
  /** The oracle is libtorch: 2^60 floats are in no machine. */
  @Test
  void whatLibtorchRefusesIsToldInASentenceThatNamesTheOption() {
    TorchEngine.load();
    try (NDManager manager = DeviceArrays.owner()) {
      RuntimeException refused =
          assertThrows(RuntimeException.class, () -> manager.zeros(new Shape(1L << 30, 1L << 14)));
      String sentence = RefusedMemory.sentence(refused).orElseThrow(() -> refused);
      assertTrue(sentence.contains("--max-memory"), sentence);
      assertFalse(sentence.contains("Exception"), sentence);
    }
  }

  @Test
  void aHeapThatIsFullIsToldWithWhatGivesMore() {
    String sentence =
        RefusedMemory.sentence(new IllegalStateException(new OutOfMemoryError("Java heap space")))
            .orElseThrow();
    assertTrue(sentence.startsWith("out of memory: Java's heap of "), sentence);
    assertTrue(sentence.contains("PLUMBLINE_JAVA_OPTS=-Xmx4g"), sentence);
  }

  @Test
  void anotherFailureIsNone() {
    assertEquals(Optional.empty(), RefusedMemory.sentence(new IllegalStateException("no memory")));
    assertEquals(Optional.empty(), RefusedMemory.sentence(new IllegalStateException()));
  }
}
