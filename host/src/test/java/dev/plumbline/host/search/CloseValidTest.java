package dev.plumbline.host.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.Refusal;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.task.Label;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CloseValidTest {
  private static final Label LABEL = new Label(0, 0.5f);
  private static final Picture DOT = new Picture(new PictureShape(1, 1, 1), new byte[1]);

  private static MutatedPicture mutated(int seed, int step, PictureClass of, double margin) {
    return new MutatedPicture(
        seed, step, DOT, of, LABEL, LABEL, LABEL, margin, Optional.empty(), 0, 0, Optional.empty());
  }

  private static List<Integer> steps(List<MutatedPicture> kept) {
    return kept.stream().map(MutatedPicture::step).toList();
  }

  @Test
  void theClosestBelowTheMarginAreKeptInTheOrderOfTheSteps() {
    CloseValid.Collecting close = new CloseValid(1, 2).collecting();
    double[] margins = {0.9, 1.0, 0.2, 3, 0.4, 0.3};
    for (int i = 0; i < margins.length; i++) {
      close.add(mutated(7, i + 1, PictureClass.VALID, margins[i]));
    }
    close.add(mutated(8, 1, PictureClass.VALID, 0.95));
    assertEquals(List.of(3, 6), steps(close.of(7)));
    assertEquals(List.of(1), steps(close.of(8)));
    assertEquals(List.of(), close.of(7));
  }

  @Test
  void picturesOfOtherClassesAreNotClose() {
    CloseValid.Collecting close = new CloseValid(1, 2).collecting();
    close.add(mutated(7, 1, PictureClass.INVALID, 0.1));
    close.add(mutated(7, 2, PictureClass.EFFECTIVE, -0.1));
    assertEquals(List.of(), close.of(7));
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    Refusal.says(() -> new CloseValid(0, 3), "margin", "0.0", "above 0");
    Refusal.says(() -> new CloseValid(Double.NaN, 3), "margin", "NaN");
    Refusal.says(() -> new CloseValid(1, -1), "-1", "at least 0");
  }
}
