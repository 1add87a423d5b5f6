package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GeometryDatasetTest {
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void everyPictureIsResizedOnceHoweverOftenItIsAskedFor() {
    Dataset decoded = new Counted();
    Geometry geometry = new PreprocessingEntries(Map.of(Key.RESIZE, "4x2")).geometry();
    Dataset sized = GeometryDataset.of(decoded, geometry);
    int opened = asked.get();
    for (int i = 0; i < decoded.size(); i++) {
      assertEquals(geometry.apply(new Counted().picture(i)), sized.picture(i));
      assertEquals(sized.picture(i), sized.picture(i));
      assertEquals(i, sized.label(i));
      assertEquals("picture " + i, sized.name(i));
    }
    assertEquals(opened + decoded.size(), asked.get(), "one more, for each expected picture");
    assertEquals(new PictureShape(1, 2, 4), sized.shape());
  }

  @Test
  void dataOfTheRightSizeStayTheSameObject() {
    Dataset decoded = new Counted();
    assertSame(decoded, GeometryDataset.of(decoded, Geometry.none()));
  }

  /** Three pictures of 2 x 2 pixels. */
  private final class Counted implements Dataset {
    @Override
    public int size() {
      return 3;
    }

    @Override
    public PictureShape shape() {
      return new PictureShape(1, 2, 2);
    }

    @Override
    public Picture picture(int index) {
      asked.incrementAndGet();
      return new Picture(shape(), new byte[] {0, (byte) (80 * index), 9, 100});
    }

    @Override
    public int label(int index) {
      return index;
    }

    @Override
    public String name(int index) {
      return "picture " + index;
    }

    @Override
    public List<String> classNames() {
      return List.of("a", "b", "c");
    }
  }
}
