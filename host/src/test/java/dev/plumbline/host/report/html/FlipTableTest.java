package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusCounts;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.CorpusOrigin;
import dev.plumbline.host.corpus.CorpusWriter;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.PictureDistance;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.dataset.TensorShape;
import dev.plumbline.host.fleet.BaselineCheck;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.fleet.FleetRun;
import dev.plumbline.host.fleet.PictureSet;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.NoiseFloor;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.task.Classification;
import dev.plumbline.host.task.Label;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlipTableTest {
  private static final TensorShape SHAPE = new TensorShape(List.of(1, 4));
  private static final TensorInput SEED = new TensorInput(SHAPE, new float[] {0, 0.5f, 1, 0.5f});
  private static final TensorInput MUTATED =
      new TensorInput(SHAPE, new float[] {0, 0.5f, 1, 0.25f});

  @TempDir Path temp;

  private Corpus corpus() {
    CorpusOrigin origin =
        new CorpusOrigin(
            "a".repeat(64),
            "b".repeat(64),
            Preprocessing.tensors(),
            SHAPE,
            Classification.PLAIN,
            List.of("x", "y"),
            Map.of("algorithm", "boundary", "steps", 1, "random_seed", 1, "data", "none"));
    CorpusInput input =
        CorpusInput.found(
                Classification.PLAIN,
                0,
                1,
                Label.known(0),
                new Label(0, 0.5f),
                new Label(0, 0.5f),
                new PictureDistance(0.1, 0.25))
            .keptAs(SHAPE);
    try (CorpusWriter writer = CorpusWriter.create(temp.resolve("corpus"), origin)) {
      writer.seed(0, SEED);
      writer.add(input, MUTATED);
      return writer.finish(CorpusCounts.of(1, List.of(input)));
    }
  }

  /** What the host says: that the model deviates on each of the inputs. */
  private static Judged deviates(List<Question> questions) {
    String id = questions.get(0).id();
    return new Judged(
        "host",
        JudgeKind.HOST,
        Optional.empty(),
        Map.of(id, Verdict.decided(true, new Label(1, 0.75f))),
        NoiseFloor.UNKNOWN,
        Optional.empty(),
        1);
  }

  private static BaselineCheck check(
      Judged judged, PictureSet.Kind kind, List<Question> questions) {
    return BaselineCheck.of(
        Classification.PLAIN, judged, kind, questions, Optional.empty(), Optional.of(Set.of()));
  }

  @Test
  void inputsThatAreTensorsAreDrawnAndCalledInputs() {
    Corpus corpus = corpus();
    List<Question> replayed = Question.of(corpus);
    List<Question> clean = List.of(new Question("clean-000000", "clean", SEED, Label.known(0)));
    Judged onCorpus = deviates(replayed);
    Judged onClean = deviates(clean);
    FleetCheck check =
        new FleetCheck(
            1,
            List.of(
                check(onCorpus, PictureSet.Kind.CORPUS, replayed),
                check(onClean, PictureSet.Kind.CLEAN, clean)),
            new FleetRun.Answers(corpus, List.of(onCorpus), List.of(onClean)));
    StringBuilder markup = new StringBuilder();
    new FlipTable(check, corpus, clean).elements().forEach(e -> markup.append(e.markup()));
    Element tables = Jsoup.parseBodyFragment(markup.toString()).body();
    assertEquals(
        List.of(
            "Inputs of the corpus with a new flip on some judge",
            "Clean inputs with a new flip on some judge"),
        tables.select("caption").eachText());
    assertEquals(
        List.of("Seed", "Mutated", "Difference, at most 0.250"),
        tables.select("figcaption").eachText());
    assertEquals(3, tables.select("img").size());
    assertEquals("Input", tables.select("thead th").first().text());
    assertEquals(List.of("000000-001", "clean-000000"), tables.select("tbody th").eachText());
    String text = tables.text();
    assertTrue(text.contains("The input as it is"), text);
    assertTrue(text.contains("1x4"), text);
    assertTrue(!text.toLowerCase(Locale.ROOT).contains("picture"), text);
  }
}
