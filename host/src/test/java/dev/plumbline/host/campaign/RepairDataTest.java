package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.dataset.Overlap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which parts of a repair's data may share pictures. */
class RepairDataTest {
  private static final Overlap LEARNED = overlap("corpus seeds", "training pictures");
  private static final Overlap HELD_OUT = overlap("corpus seeds", "held-out seeds");
  private static final Overlap CLEAN = overlap("training pictures", "clean pictures");
  private static final List<Overlap> ALL = List.of(LEARNED, HELD_OUT, CLEAN);

  private static Overlap overlap(String first, String second) {
    return new Overlap(first, second, 1, List.of("a.png"));
  }

  @Test
  void whatIsLearnedFromMayOverlapAndHeldOutSeedsMayNot() {
    assertEquals(List.of(HELD_OUT), RepairData.spoiling(ALL, false));
  }

  @Test
  void cleanPicturesThatTheUserNamesMayNotOverlapEither() {
    assertEquals(List.of(HELD_OUT, CLEAN), RepairData.spoiling(ALL, true));
  }
}
