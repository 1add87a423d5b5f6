package dev.plumbline.agent;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which stored models go to make room for one that comes. */
final class ModelRoom {
  private final List<Stored> stored;
  private final List<Stored> leaving = new ArrayList<>();

  /**
   * A model in the store.
   *
   * @param owner name of the caller that put it, empty where that is not known
   */
  record Stored(Path file, long bytes, FileTime used, String owner) {}

  /**
   * What all models, or those of one caller, may be together.
   *
   * @param models at most
   * @param bytes at most
   */
  record Room(long models, long bytes) {}

  private ModelRoom(List<Stored> stored) {
    this.stored = new ArrayList<>(stored);
    this.stored.sort(Comparator.comparing(Stored::used));
  }

  /**
   * First those of the same caller as far as it has too many; then, one by one, the model unused
   * for longest of the caller who holds most.
   *
   * @param caller whose model comes
   * @param own room that is left for the caller's stored models
   * @param all room that is left for all stored models
   */
  static List<Stored> leaving(List<Stored> stored, String caller, Room own, Room all) {
    ModelRoom room = new ModelRoom(stored);
    while (room.exceeds(own, caller)) {
      room.removeOldestOf(caller);
    }
    while (room.exceeds(all)) {
      room.removeOldestOf(room.greatest());
    }
    return room.leaving;
  }

  private boolean exceeds(Room room, String owner) {
    List<Stored> of = stored.stream().filter(s -> s.owner().equals(owner)).toList();
    return !of.isEmpty() && exceeds(of, room);
  }

  private boolean exceeds(Room room) {
    return !stored.isEmpty() && exceeds(stored, room);
  }

  private static boolean exceeds(List<Stored> of, Room room) {
    return of.size() > room.models() || of.stream().mapToLong(Stored::bytes).sum() > room.bytes();
  }

  /** Who holds most bytes; among equals, and for those with empty files, whose model is oldest. */
  private String greatest() {
    Map<String, Long> bytes = new HashMap<>();
    stored.forEach(s -> bytes.merge(s.owner(), s.bytes(), Long::sum));
    Stored greatest = stored.get(0);
    for (Stored each : stored) {
      if (bytes.get(each.owner()) > bytes.get(greatest.owner())) {
        greatest = each;
      }
    }
    return greatest.owner();
  }

  private void removeOldestOf(String owner) {
    Stored oldest = stored.stream().filter(s -> s.owner().equals(owner)).findFirst().orElseThrow();
    stored.remove(oldest);
    leaving.add(oldest);
  }
}
