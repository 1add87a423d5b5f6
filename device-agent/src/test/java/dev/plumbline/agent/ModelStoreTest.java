package dev.plumbline.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.plumbline.agent.security.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
  @TempDir Path folder;

  private ModelStore open() throws IOException {
    return new ModelStore(folder, AgentFixture.BOUNDS, Quotas.DEFAULT);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void whatAKilledAgentHasLeftIsDeletedAtTheStartAndWhatIsComingIsNot() throws IOException {
    ModelStore store = open();
    try (ModelStore.Incoming coming = store.receive("a".repeat(64), 10, new Caller.Anyone())) {
      List<Path> written = files();
      assertEquals(1, written.size());
      Files.write(folder.resolve("0123456789abcdef-1.part"), new byte[1_000]);
      open();
      assertEquals(written, files());
      assertEquals(0, coming.received());
    }
    assertEquals(List.of(), files());
  }

  @Test
  void aNameThatIsNoneIsToldOnOneLine() {
    RefusedException e =
        assertThrows(
            RefusedException.class, () -> ModelStore.checked("a\nplumbline: passed\u001b[2J"));
    assertFalse(e.getMessage().contains("\n") || e.getMessage().contains("\u001b"));
    assertEquals(e.getMessage(), e.status().getDescription());
  }
}
