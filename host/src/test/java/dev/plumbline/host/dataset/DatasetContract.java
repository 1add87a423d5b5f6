package dev.plumbline.host.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every kind of data keeps to. Each has at least two pictures, and labels. */
abstract class DatasetContract {
  /** The data, as a request asks for it. */
  abstract DataRequest request() throws Exception;

  @Test
  void picturesHaveOneShapeAndNamesOfTheirOwn() throws Exception {
    Dataset data = open(request());
    assertTrue(data.size() >= 2);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < data.size(); i++) {
      assertEquals(data.shape(), data.picture(i).shape());
      names.add(data.name(i));
    }
    assertEquals(data.size(), names.size());
    assertThrows(IndexOutOfBoundsException.class, () -> data.picture(data.size()));
  }

  @Test
  void labelsAreNumbersOfNamedClasses() throws Exception {
    Dataset data = open(request());
    assertTrue(data.isLabelled());
    for (int i = 0; i < data.size(); i++) {
      assertTrue(data.label(i) >= 0 && data.label(i) < data.classNames().size());
    }
  }

  @Test
  void openingItAgainGivesTheSame() throws Exception {
    assertSame(open(request()), open(request()), 0);
  }

  @Test
  void aRangeIsAPartOfIt() throws Exception {
    DataRequest all = request();
    DataRequest one =
        new DataRequest(
            all.data(), all.split(), Range.of(1, 2), all.labels(), all.listRoot(), false);
    Dataset part = open(one);
    assertEquals(1, part.size());
    assertSame(part, open(all), 1);
    DataRequest beyond =
        new DataRequest(
            all.data(), all.split(), Range.of(0, 9999), all.labels(), all.listRoot(), false);
    Refusal.says(() -> open(beyond), "range 0:9999");
  }

  @Test
  void anOffsetShiftsEveryLabel() throws Exception {
    DataRequest all = request();
    Dataset own = open(all);
    LabelRules rules = new LabelRules(false, null, null, 1);
    Dataset shifted =
        open(new DataRequest(all.data(), all.split(), null, rules, all.listRoot(), false));
    for (int i = 0; i < own.size(); i++) {
      assertEquals(own.label(i) + 1, shifted.label(i));
      assertEquals(own.classNames().get(own.label(i)), shifted.classNames().get(shifted.label(i)));
    }
  }

  @Test
  void withoutLabelsItHasPicturesOnly() throws Exception {
    DataRequest all = request();
    LabelRules none = new LabelRules(true, null, null, 0);
    Dataset data =
        open(new DataRequest(all.data(), all.split(), null, none, all.listRoot(), false));
    assertEquals(false, data.isLabelled());
    assertEquals(List.of(), data.classNames());
    assertEquals(data.shape(), data.picture(1).shape());
    Refusal.says(() -> data.label(0), "without labels");
  }

  private static void assertSame(Dataset part, Dataset whole, int from) {
    for (int i = 0; i < part.size(); i++) {
      assertEquals(whole.picture(from + i), part.picture(i));
      assertEquals(whole.label(from + i), part.label(i));
      assertEquals(whole.name(from + i), part.name(i));
    }
  }

  private static Dataset open(DataRequest request) {
    return Datasets.open(request, Geometry.none()).pictures();
  }
}
