package dev.plumbline.host.report.html;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.corpus.Severities;
import dev.plumbline.host.dataset.LeftOut;
import dev.plumbline.host.dataset.Overlap;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.report.summary.BeforeAfter;
import dev.plumbline.host.report.summary.FgsmSummary;
import dev.plumbline.host.report.summary.JudgeSummary;
import dev.plumbline.host.report.summary.NewSearchSummary;
import dev.plumbline.host.report.summary.PairSummary;
import dev.plumbline.host.report.summary.RepairSummary;
import dev.plumbline.host.report.summary.Samples;
import dev.plumbline.host.report.summary.Summary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.ParseErrorList;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  private static final String EVIL = "<script>alert('x')</script>&\"><img src=x onerror=y>";
  private static final HtmlReport SAMPLE =
      new HtmlReport(Samples.summary(), "Fashion-MNIST demo", SamplePictures.reports());
  private static final Document PAGE = Jsoup.parse(SAMPLE.html());

  @Test
  void the_sample_is_written_for_people_to_look_at() throws IOException {
    Path file = Path.of("target/sample/report.html");
    SAMPLE.write(file);
    assertEquals(SAMPLE.html(), Files.readString(file, StandardCharsets.UTF_8));
  }

  @Test
  void the_markup_is_well_formed() {
    Parser parser = Parser.htmlParser().setTrackErrors(20);
    parser.parseInput(SAMPLE.html(), "");
    ParseErrorList errors = parser.getErrors();
    assertTrue(errors.isEmpty(), errors.toString());
  }

  @Test
  void it_fetches_nothing_and_runs_nothing() {
    assertEquals(0, PAGE.select("script, iframe, object, embed, form, base").size());
    for (Element element : PAGE.getAllElements()) {
      for (Attribute attribute : element.attributes()) {
        String value = attribute.getValue();
        assertFalse(attribute.getKey().startsWith("on"), attribute.toString());
        if (Set.of("src", "href", "srcset", "action").contains(attribute.getKey())) {
          assertTrue(value.startsWith("data:") || value.startsWith("#"), attribute.toString());
        }
      }
    }
    String html = SAMPLE.html();
    for (String reach : List.of("http:", "https:", "url(", "@import", "//fonts", "ws:")) {
      assertFalse(html.contains(reach), reach);
    }
  }

  @Test
  void every_image_is_a_png_in_the_page_and_has_words_for_who_cannot_see_it() throws IOException {
    assertEquals(3 * (9 + 6), PAGE.select("img").size());
    for (Element image : PAGE.select("img")) {
      String prefix = "data:image/png;base64,";
      assertTrue(image.attr("src").startsWith(prefix));
      byte[] png = Base64.getDecoder().decode(image.attr("src").substring(prefix.length()));
      assertEquals(28, ImageIO.read(new ByteArrayInputStream(png)).getWidth());
      assertFalse(image.attr("alt").isBlank());
    }
    for (Element chart : PAGE.select("svg.chart")) {
      assertEquals("img", chart.attr("role"));
      assertFalse(chart.attr("aria-label").isBlank());
    }
  }

  @Test
  void every_table_has_a_caption_and_headers_for_rows_and_columns() {
    assertTrue(PAGE.select("table").size() > 20);
    for (Element table : PAGE.select("table")) {
      assertFalse(table.select("caption").text().isBlank());
      int columns = table.select("thead th[scope=col]").size();
      for (Element row : table.select("tbody tr")) {
        assertEquals(1, row.select("th[scope=row]").size(), row.text());
        assertEquals(columns, row.children().size(), row.text());
      }
    }
  }

  @Test
  void headings_descend_step_by_step_and_links_lead_somewhere() {
    assertEquals(1, PAGE.select("h1").size());
    Set<String> ids = new HashSet<>();
    PAGE.select("[id]").forEach(element -> assertTrue(ids.add(element.id()), element.id()));
    PAGE.select("a").forEach(a -> assertTrue(ids.contains(a.attr("href").substring(1))));
    int level = 1;
    for (Element heading : PAGE.select("h1, h2, h3, h4")) {
      int next = heading.tagName().charAt(1) - '0';
      assertTrue(next <= level + 1, heading.text());
      level = next;
    }
  }

  @Test
  void the_figures_of_the_summary_are_on_the_page() {
    String text = PAGE.text();
    assertAll(
        List.of(
                "from 300 of 500 seeds",
                "from 644 to 158 (\u221275\u202F%)",
                "91.63\u202F%",
                "97.91\u202F%",
                "26.04\u202F%",
                "1\u202Fmin 42\u202Fs",
                "Cortex-A76",
                "asimddp",
                "Difference \u00d7",
                "3 November 2026, 14:05 UTC")
            .stream()
            .map(expected -> () -> assertTrue(text.contains(expected), expected)));
  }

  @Test
  void bars_are_as_long_as_their_values() {
    Element search = PAGE.select("#int8 svg.chart").first();
    assertEquals("25.28%", search.select("rect.effective").first().attr("width"));
    assertEquals("59.62%", search.select("rect.valid").first().attr("width"));
    assertEquals("15.1%", search.select("rect.invalid").first().attr("width"));
  }

  @Test
  void whatever_a_user_named_something_stays_text() {
    GalleryItem item = SamplePictures.gallery(1, 1, 5).get(0);
    GalleryItem evil =
        new GalleryItem(
            EVIL,
            item.seed(),
            item.mutated(),
            EVIL,
            new Prediction(EVIL, 1, true, Optional.empty()),
            new Prediction(EVIL, 0, true, Optional.empty()),
            Optional.of(new Prediction(EVIL, 0.5, true, Optional.empty())),
            List.of(new JudgeVerdict(EVIL, EVIL, true)),
            item.distance(),
            Optional.of(EVIL),
            1);
    PairSummary pair = Samples.int8();
    JudgeSummary judge = Samples.judge(EVIL, JudgeKind.DEVICE, 10, 5, 2);
    PairSummary evilPair =
        new PairSummary(
            pair.seeds(),
            pair.mutated(),
            pair.effective(),
            pair.valid(),
            pair.invalid(),
            pair.seedsWithDeviation(),
            pair.meanRms(),
            pair.meanLinf(),
            pair.byConfidence(),
            List.of(judge),
            pair.accuracy(),
            Optional.empty(),
            pair.agreement(),
            Optional.of(
                new NewSearchSummary(
                    1, new BeforeAfter(1, 0), Map.of(EVIL, new BeforeAfter(1, 0)))),
            Optional.of(new RepairSummary(1, 0, 1, 0, EVIL)),
            Map.of(EVIL, new FgsmSummary(1, 1)),
            Optional.empty(),
            Optional.of(Samples.fleet(EVIL)),
            pair.natural(),
            Map.of(EVIL, 1.0),
            Optional.of(List.of(new Overlap(EVIL, EVIL, 1, List.of(EVIL)))),
            Map.of(EVIL, new LeftOut(2, Map.of(EVIL, 1), 0)));
    Summary summary = new Summary(EVIL, Samples.CREATED, Map.of("int8", evilPair));
    PairReport report =
        new PairReport(
            "int8",
            EVIL,
            EVIL,
            List.of(evil),
            List.of(new Distance(0.1, 0.2)),
            Map.of(EVIL, new Severities(List.of(0.5, 1.5), List.of(1.5))),
            EVIL,
            Map.of(EVIL, EVIL));
    Document page = Jsoup.parse(new HtmlReport(summary, EVIL, List.of(report)).html());
    assertEquals(0, page.select("script").size());
    assertEquals(0, page.select("[onerror]").size());
    assertEquals(3, page.select("img").size());
    assertEquals(EVIL, page.title());
    assertEquals(EVIL, page.select("h1").text());
    assertEquals(EVIL, page.select(".card strong").text());
  }

  @Test
  void the_page_shows_whose_the_deviations_are_the_noise_and_every_two_judges() {
    Document page = Jsoup.parse(new HtmlReport(Samples.summary(), "t", List.of()).html());
    Element section = page.getElementById("int8");
    assertEquals(
        "proxy only a false alarm of the simulation 31",
        section.select("caption:contains(Whose) ~ tbody tr").get(0).text());
    assertEquals(
        "cortex-a76 compressed batches of 7 4,245 3",
        section.select("caption:contains(flip by themselves) ~ tbody tr").text());
    String cell = section.select("caption:contains(on the corpus) ~ tbody td").get(1).text();
    assertEquals("41 of 4,242", cell);
    String clean = section.select("caption:contains(on clean) ~ tbody td").get(1).text();
    // Clopper and Pearson of none in 2,000: 1 - 0.025^(1/2000).
    assertTrue(clean.startsWith("0 of 2,000, 0.00") && clean.contains("to 0.18"), clean);
    assertTrue(section.text().contains("saturates; remedy"), section.text());
  }

  @Test
  void a_job_that_has_only_searched_has_a_page_too() {
    Summary summary = new Summary("0.1.0", Samples.CREATED, Map.of("int8", Samples.bare()));
    Document page = Jsoup.parse(new HtmlReport(summary, "bare", List.of()).html());
    assertTrue(page.text().contains("The search found no deviation"));
    assertFalse(page.text().contains("NaN"));
    assertEquals(0, page.select("img").size());
  }

  @Test
  void small_pictures_show_their_pixels_and_photographs_do_not() {
    assertTrue(PAGE.select("img").first().hasClass("pixels"));
    PictureShape large = new PictureShape(3, 100, 400);
    Picture photograph = new Picture(large, new byte[large.bytes()]);
    GalleryItem item =
        new GalleryItem(
            "p",
            photograph,
            photograph,
            "a",
            new Prediction("a", 1, true, Optional.empty()),
            new Prediction("b", 1, false, Optional.empty()),
            Optional.empty(),
            List.of(),
            new Distance(0, 0),
            Optional.empty(),
            1);
    Document page = Jsoup.parse(Gallery.element(List.of(item)).markup());
    assertFalse(page.select("img").first().hasClass("pixels"));
    assertEquals(2, page.select("tbody tr").size());
  }

  @Test
  void the_look_has_a_dark_scheme_a_phone_and_paper() {
    String style = PAGE.select("style").html();
    assertTrue(style.contains("prefers-color-scheme: dark"));
    assertTrue(style.contains("@media print"));
    assertTrue(style.contains("max-width: 44rem"));
    assertTrue(style.contains("image-rendering: pixelated"));
    assertEquals("en", PAGE.select("html").attr("lang"));
    assertEquals(
        "width=device-width, initial-scale=1", PAGE.select("meta[name=viewport]").attr("content"));
  }

  @Test
  void what_is_shown_of_a_pair_without_figures_is_refused() {
    PairReport stray = PairReport.untold("distilled");
    assertThrows(
        IllegalArgumentException.class,
        () -> new HtmlReport(Samples.summary(), "t", List.of(stray)));
  }
}
