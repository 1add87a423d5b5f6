package dev.plumbline.host.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IntermediatesTest {
  @BeforeAll
  static void load() {
    TorchEngine.load();
  }

  @Test
  void whatIsKeptOutlivesAndTheRestIsClosed() {
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray given = manager.create(new float[] {1, 2});
      NDArray kept;
      NDArray term;
      try (Intermediates made = Intermediates.open()) {
        term = given.add(1);
        kept = made.keep(term.mul(2));
      }
      assertArrayEquals(new float[] {4, 6}, kept.toFloatArray());
      assertArrayEquals(new float[] {1, 2}, given.toFloatArray());
      assertThrows(IllegalStateException.class, term::toFloatArray);
    }
  }

  @Test
  void whatOneKeepsIsClosedByTheOneAroundIt() {
    try (NDManager manager = DeviceArrays.owner()) {
      NDArray given = manager.create(new float[] {1, 2});
      NDArray inner;
      NDArray outer;
      try (Intermediates outside = Intermediates.open()) {
        try (Intermediates inside = Intermediates.open()) {
          inner = inside.keep(given.add(1));
        }
        outer = outside.keep(inner.mul(2));
      }
      assertArrayEquals(new float[] {4, 6}, outer.toFloatArray());
      assertThrows(IllegalStateException.class, inner::toFloatArray);
    }
  }
}
