package dev.plumbline.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryBudgetTest {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  @TempDir private Path folder;

  private static OptionalLong of(long bytes) {
    return OptionalLong.of(bytes);
  }

  @Test
  void whatIsLeftIsTheLeastOfMachineAndOptionLessWhatTheHeapMayGrowBy() {
    OptionalLong none = OptionalLong.empty();
    assertEquals(none, MemoryBudget.left(none, of(GIB), none, GIB));
    assertEquals(of(7 * GIB), MemoryBudget.left(of(8 * GIB), of(GIB), none, GIB));
    assertEquals(of(GIB), MemoryBudget.left(of(8 * GIB), of(GIB), of(3 * GIB), GIB));
    assertEquals(of(GIB), MemoryBudget.left(of(2 * GIB), of(GIB), of(8 * GIB), GIB));
    assertEquals(of(0), MemoryBudget.left(of(2 * GIB), of(4 * GIB), of(3 * GIB), GIB));
  }

  @Test
  void aBatchTakesThreeFifthsOfWhatIsLeftBesideWhatIsFixed() {
    // (1000 - 200) MiB x 0.6 / 10 MiB
    assertEquals(48, MemoryBudget.fitting(of(1000 * MIB), new MemoryNeed(200 * MIB, 10 * MIB), 64));
  }

  @Test
  void aBatchTakesOneGibibyteAtMostHoweverMuchIsLeft() {
    assertEquals(10, MemoryBudget.fitting(of(100 * GIB), new MemoryNeed(0, 100 * MIB), 64));
    assertEquals(10, MemoryBudget.fitting(OptionalLong.empty(), new MemoryNeed(0, 100 * MIB), 64));
  }

  @Test
  void smallPicturesWalkTogetherAsTheWorkAsks() {
    assertEquals(64, MemoryBudget.fitting(of(8 * GIB), new MemoryNeed(MIB, 6 * MIB), 64));
    assertEquals(64, MemoryBudget.fitting(of(8 * GIB), new MemoryNeed(0, 0), 64));
  }

  @Test
  void atLeastOnePictureIsComputed() {
    assertEquals(1, MemoryBudget.fitting(of(MIB), new MemoryNeed(0, 100 * MIB), 64));
  }

  @Test
  void aPictureThatDoesNotFitIsRefusedInASentence() throws IOException {
    MemoryNeed need = new MemoryNeed(MIB, 100 * MIB);
    TestBudget.leaving(
        folder,
        50 << 10,
        () -> {
          BadInputException refused =
              assertThrows(
                  BadInputException.class,
                  () -> MemoryBudget.ofProcess().pictures("the search", need, 64));
          assertEquals(
              "the search takes about 101 MiB of memory for one picture, found 50 MiB left on this"
                  + " machine; expected a machine with more memory free",
              refused.getMessage());
        });
  }

  @Test
  void theOptionIsNamedWhereItIsWhatBounds() {
    MemoryBudget budget =
        new MemoryBudget(new MachineMemory(folder), of(600 * MIB), () -> 500 * MIB);
    MemoryNeed need = new MemoryNeed(0, 200 * MIB);
    BadInputException refused =
        assertThrows(BadInputException.class, () -> budget.pictures("the search", need, 64));
    assertTrue(
        refused.getMessage().contains("found 100 MiB left of --max-memory 600 MiB"),
        refused.getMessage());
  }
}
