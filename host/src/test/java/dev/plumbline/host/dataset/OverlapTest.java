package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlapTest {
  @TempDir Path temp;

  private Dataset part(String name, int... greys) throws Exception {
    Path folder = Files.createDirectories(temp.resolve(name).resolve("a"));
    for (int i = 0; i < greys.length; i++) {
      byte[] pixels = {(byte) greys[i], 7, 7, 7};
      Files.write(
          folder.resolve(i + ".png"),
          PngFile.encode(new Picture(new PictureShape(1, 2, 2), pixels)));
    }
    return Datasets.open(temp.resolve(name), null, null);
  }

  @Test
  void picturesAreComparedByTheirPixelsAndNotByTheirNames() throws Exception {
    Map<String, Dataset> parts = new LinkedHashMap<>();
    parts.put("seeds", part("s", 1, 2, 3, 3));
    parts.put("heldout", part("h", 9, 3, 2));
    parts.put("training", part("t", 4, 5));
    List<Overlap> overlaps = Overlap.between(parts, Progress.SILENT);
    assertEquals(
        List.of(new Overlap("seeds", "heldout", 2, List.of("a/1.png", "a/2.png"))), overlaps);
    assertEquals(
        "seeds and heldout share 2 pictures, such as a/1.png, a/2.png", overlaps.get(0).toString());
  }

  @Test
  void partsWithoutACommonPictureDoNotOverlap() throws Exception {
    Map<String, Dataset> parts = Map.of("seeds", part("s", 1), "training", part("t", 2));
    assertEquals(List.of(), Overlap.between(parts, Progress.SILENT));
  }
}
