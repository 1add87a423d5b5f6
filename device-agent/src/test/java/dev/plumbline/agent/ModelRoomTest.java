package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.agent.ModelRoom.Room;
import dev.plumbline.agent.ModelRoom.Stored;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expectations are worked out by hand. */
class ModelRoomTest {
  private static final Room PLENTY = new Room(100, 10_000);

  private static Stored model(String owner, int used, long bytes) {
    return new Stored(Path.of(owner + used), bytes, FileTime.fromMillis(used), owner);
  }

  private static List<String> leaving(Room own, Room all, Stored... stored) {
    return ModelRoom.leaving(List.of(stored), "a", own, all).stream()
        .map(s -> s.file().toString())
        .toList();
  }

  @Test
  void nothingLeavesWhereThereIsRoom() {
    assertEquals(List.of(), leaving(PLENTY, PLENTY, model("a", 1, 10), model("b", 2, 10)));
    assertEquals(List.of(), leaving(new Room(2, 20), PLENTY, model("a", 1, 10), model("a", 2, 10)));
  }

  @Test
  void aCallerWithTooManyModelsLosesItsOwnThatAreUnusedForLongest() {
    assertEquals(
        List.of("a2", "a3"),
        leaving(
            new Room(1, 10_000),
            PLENTY,
            model("b", 1, 10),
            model("a", 4, 10),
            model("a", 3, 10),
            model("a", 2, 10)));
  }

  @Test
  void aCallerWithTooManyBytesLosesItsOwn() {
    assertEquals(
        List.of("a2"),
        leaving(new Room(9, 70), PLENTY, model("b", 1, 500), model("a", 2, 40), model("a", 3, 60)));
  }

  @Test
  void whereAllIsFullTheCallerWhoHoldsMostLosesFirst() {
    assertEquals(
        List.of("b2", "b3"),
        leaving(
            PLENTY,
            new Room(9, 100),
            model("c", 1, 30),
            model("b", 2, 40),
            model("b", 3, 50),
            model("a", 4, 20),
            model("b", 5, 20)));
  }

  @Test
  void amongEqualsTheOneUnusedForLongestLeaves() {
    assertEquals(
        List.of("c1"),
        leaving(PLENTY, new Room(2, 100), model("b", 2, 10), model("c", 1, 10), model("a", 3, 10)));
  }

  @Test
  void whatComesMayTakeAllTheRoomAndAllLeave() {
    assertEquals(
        List.of("b1", "a2"),
        leaving(new Room(0, 0), new Room(0, 0), model("b", 1, 10), model("a", 2, 10)).stream()
            .sorted(java.util.Comparator.reverseOrder())
            .toList());
  }
}
