package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The report of a corpus that search made and the host judged. The figures are by hand: of the
 * greys 20, 210, 220 and 230, whose classes are dark, dark, light and light, the original calls the
 * last three light and the compressed model the last one.
 */
class ReportVerbTest {
  @TempDir Path temp;
  private GreyFixture grey;
  private Path original;
  private Path compressed;
  private Path corpus;
  private Path page;

  @BeforeEach
  void search() throws IOException {
    grey = new GreyFixture(temp);
    original = grey.writeModel("original", 0.5f);
    compressed = grey.writeModel("compressed", 0.9f);
    grey.writeDataWithOneBrightPictureAmongTheDark();
    corpus = temp.resolve("found");
    page = temp.resolve("page.html");
    grey.run(
            "search",
            "--original",
            original,
            "--compressed",
            compressed,
            "--data",
            grey.data(),
            "--out",
            corpus,
            "--steps",
            2,
            "--accelerator",
            "cpu")
        .done();
  }

  private Document report(Object... more) throws IOException {
    VerbAnswer.of(VerbAnswer.with(new Object[] {"report", corpus, "--out", page}, more)).done();
    // Figures and their units are kept together by a narrow space.
    return Jsoup.parse(Files.readString(page).replace('\u202f', ' '));
  }

  /** The effective pictures and close valid ones. */
  private String kept() {
    return Integer.toString(Corpus.open(corpus).inputs().size());
  }

  private Document withModels(Object... more) throws IOException {
    return report(
        VerbAnswer.with(
            new Object[] {"--original", original, "--compressed", compressed, "--title", "Greys"},
            more));
  }

  private static List<String> row(Document page, String first) {
    return page.select("tr").stream()
        .map(row -> row.select("th, td").eachText())
        .filter(cells -> cells.get(0).equals(first))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + first + " in " + page.text()));
  }

  @Test
  void aCorpusAloneHasItsPicturesAndJudgesAndNothingThatWasNotMeasured() throws IOException {
    Document report = report();
    assertEquals("Corpus found", report.title());
    assertEquals(
        "A search finds deviations that the host confirms from 3 of 4 seeds.",
        report.select(".lead").text());
    assertEquals(List.of("host", "host", kept(), "3", "3", "\u2013"), row(report, "host"));
    assertEquals(9, report.select("img").size(), "seed, mutated picture and difference of each");
    String text = report.text();
    for (String unmeasured : List.of("Accuracy", "FGSM", "repair,", "Time per step", "in common")) {
      assertFalse(text.contains(unmeasured), () -> "'" + unmeasured + "' is in: " + text);
    }
    assertFalse(report.html().contains(temp.toString()), "it has a path of this machine");
  }

  @Test
  void cleanPicturesGiveAccuracyAgreementAndTheNaturalDisagreement() throws IOException {
    Document report = withModels("--data", grey.data());
    assertEquals("Greys", report.title());
    // 2 of 4 by hand; Clopper and Pearson by R's binom.test(2, 4).
    assertTrue(
        report
            .text()
            .contains(
                "differently on 2 of 4 clean pictures: 50.00 % (95 % interval of Clopper"
                    + " and Pearson: 6.76 % to 93.24 %)"),
        report.text());
    assertEquals(
        List.of("75.00 %", "75.00 %", "\u2013"),
        row(report, "Accuracy, clean pictures").subList(1, 4));
    assertEquals(
        List.of("\u2013", "50.00 %", "\u2013"),
        row(report, "Agreement with the original").subList(1, 4));
    assertTrue(
        report.text().contains("clean pictures and seeds share 4 pictures, such as"),
        report.text());
    assertFalse(report.text().contains("FGSM"), report.text());
  }

  @Test
  void otherPicturesThanTheSeedsAreSaidToBeApart() throws IOException {
    Path others = temp.resolve("others");
    copyWithOnePixelChanged(others);
    assertTrue(
        withModels("--data", others)
            .text()
            .contains("Seeds of the corpus and clean pictures have no picture in common"));
  }

  @Test
  void picturesWithoutLabelsGiveNoAccuracy() throws IOException {
    Document report = withModels("--data", grey.data(), "--unlabelled");
    assertEquals(
        List.of("\u2013", "50.00 %", "\u2013"),
        row(report, "Agreement with the original").subList(1, 4));
    assertFalse(report.text().contains("Accuracy, clean"), report.text());
  }

  @Test
  void theHostRunsARepairedModelOnTheCorpus() throws IOException {
    Document report = withModels("--repaired", original);
    assertEquals(
        "A search finds deviations that the host confirms from 3 of 4 seeds; the repaired model"
            + " deviates on 0 of the "
            + kept()
            + " pictures.",
        report.select(".lead").text());
    assertEquals("0", row(report, "host").get(5));
  }

  @Test
  void dataWithoutTheModelsOrAnotherModelIsRefused() {
    VerbAnswer.of("report", corpus, "--out", page, "--data", grey.data())
        .isRefusedInPlainWords("--data needs --original and --compressed");
    VerbAnswer.of("report", corpus, "--out", page, "--split", "test")
        .isRefusedInPlainWords("--split and --range need --data");
    VerbAnswer.of("report", corpus, "--out", page, "--original", compressed)
        .isRefusedInPlainWords("was made with another original");
    assertFalse(Files.exists(page));
  }

  private void copyWithOnePixelChanged(Path others) throws IOException {
    try (Stream<Path> files = Files.walk(grey.data())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Picture picture = PngFile.read(file);
        byte[] pixels = picture.pixels();
        pixels[0] ^= 1;
        Path other = others.resolve(grey.data().relativize(file));
        Files.createDirectories(other.getParent());
        Files.write(other, PngFile.encode(new Picture(picture.shape(), pixels)));
      }
    }
  }
}
