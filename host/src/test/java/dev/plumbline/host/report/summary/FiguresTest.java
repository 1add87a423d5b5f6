package dev.plumbline.host.report.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void figures_are_written_the_same_under_every_locale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("1,264 pictures", Figures.count(1264, "picture"));
      assertEquals("1 picture", Figures.count(1, "picture"));
      assertEquals("91.63\u202F%", Figures.share(0.9163));
      assertEquals("0.0213", Figures.distance(0.0213));
      assertEquals("12.5", Figures.coordinate(12.5));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void a_part_is_never_rounded_to_nothing_or_to_all() {
    assertEquals("0\u202F%", Figures.part(0, 5000));
    assertEquals("0.1\u202F%", Figures.part(1, 5000));
    assertEquals("99.9\u202F%", Figures.part(4999, 5000));
    assertEquals("100\u202F%", Figures.part(5000, 5000));
    assertEquals("25\u202F%", Figures.part(1264, 5000));
    assertEquals(Figures.NONE, Figures.part(0, 0));
  }

  @Test
  void a_change_has_a_sign_and_none_before_is_said() {
    assertEquals("\u221291\u202F%", Figures.change(1198, 111));
    assertEquals("+50\u202F%", Figures.change(10, 15));
    assertEquals("no change", Figures.change(7, 7));
    assertEquals("none before", Figures.change(0, 3));
    assertEquals("\u2212100\u202F%", Figures.change(3, 0));
    assertEquals("+0.15 points", Figures.points(0.9163, 0.9178));
    assertEquals("no change", Figures.points(0.91630, 0.91631));
  }

  @Test
  void seconds_become_minutes_when_there_are_many() {
    assertEquals("0.42\u202Fs", Figures.seconds(0.42));
    assertEquals("48.2\u202Fs", Figures.seconds(48.21));
    assertEquals("1\u202Fmin 0\u202Fs", Figures.seconds(59.97));
    assertEquals("1\u202Fmin 42\u202Fs", Figures.seconds(101.7));
  }

  @Test
  void coordinates_carry_no_needless_zeros() {
    assertEquals("100", Figures.coordinate(100));
    assertEquals("0", Figures.coordinate(0));
    assertEquals("0.333", Figures.coordinate(1 / 3.0));
  }
}
