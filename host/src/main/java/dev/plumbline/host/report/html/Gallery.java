package dev.plumbline.host.report.html;

import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.report.summary.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Deviations to be looked at: seed, mutated picture, what changed, and what everyone says. */
final class Gallery {
  private Gallery() {}

  static Element element(List<GalleryItem> items) {
    Element grid = Element.of("div").classed("gallery");
    for (GalleryItem item : items) {
      grid.add(card(item));
    }
    return grid;
  }

  private static Element card(GalleryItem item) {
    Element card =
        Element.of(
                "article",
                changed(item),
                Element.of(
                        "p",
                        Element.text("strong", item.name()),
                        Element.text("span", "seed: " + item.seedLabel()).classed("quiet"))
                    .classed("card-name"),
                predictions(item))
            .classed("card");
    drawings(item).ifPresent(card::add);
    if (!item.verdicts().isEmpty()) {
      card.add(verdicts(item.verdicts()));
    }
    return card.add(Element.text("p", distance(item)).classed("quiet small"));
  }

  /** Seed, mutated input and what changed. */
  private static Element changed(GalleryItem item) {
    if (item.seed() instanceof TensorInput seed) {
      return TensorFigures.of(seed, (TensorInput) item.mutated());
    }
    Picture seed = (Picture) item.seed();
    Picture mutated = (Picture) item.mutated();
    int factor = PictureImages.amplification(seed, mutated);
    return Element.of(
            "div",
            figure(seed, "Seed", "Seed " + item.name() + ", " + item.seedLabel()),
            figure(
                mutated,
                "Mutated",
                "The same picture after step " + item.step() + " of the search"),
            figure(
                PictureImages.difference(seed, mutated, factor),
                "Difference \u00d7" + factor,
                "What changed, times " + factor + ", around mid-grey"))
        .classed("pictures");
  }

  private static String distance(GalleryItem item) {
    String text =
        "%sstep %d, RMS %s, L\u221e %s"
            .formatted(
                item.severity().map(s -> "severity " + s + ", ").orElse(""),
                item.step(),
                Figures.distance(item.distance().rms()),
                Figures.distance(item.distance().linf()));
    return item.seed() instanceof Picture
        ? text + " (%d/255)".formatted(Math.round(item.distance().linf() * 255))
        : text + " of the range of the data";
  }

  /** What the models decide, on the mutated picture; none for decisions that are words. */
  private static Optional<Element> drawings(GalleryItem item) {
    Element drawings = Element.of("div").classed("pictures");
    boolean drawn = false;
    Map<String, Optional<Prediction>> models = new LinkedHashMap<>();
    models.put("Original", Optional.of(item.original()));
    models.put("Compressed", Optional.of(item.compressed()));
    models.put("Repaired", item.repaired());
    for (Map.Entry<String, Optional<Prediction>> model : models.entrySet()) {
      Optional<Picture> drawing = model.getValue().flatMap(Prediction::drawing);
      if (drawing.isPresent()) {
        String what = model.getKey() + " decides " + model.getValue().orElseThrow().label();
        drawings.add(figure(drawing.get(), model.getKey(), what));
        drawn = true;
      }
    }
    return drawn ? Optional.of(drawings) : Optional.empty();
  }

  private static Element figure(Picture picture, String caption, String alt) {
    return Element.of("figure", image(picture, alt), Element.text("figcaption", caption));
  }

  static Element image(Picture picture, String alt) {
    Element image =
        Element.of("img")
            .with("src", PictureImages.dataUri(picture))
            .with("alt", alt)
            .with("width", String.valueOf(picture.shape().width()))
            .with("height", String.valueOf(picture.shape().height()));
    // Only small ones show their pixels; a photograph scaled down wants smoothing.
    return picture.shape().width() <= 160 ? image.classed("pixels") : image;
  }

  private static Element predictions(GalleryItem item) {
    Element body =
        Element.of(
            "tbody",
            prediction("Original", "original", item.original()),
            prediction("Compressed", "compressed", item.compressed()));
    item.repaired().ifPresent(repaired -> body.add(prediction("Repaired", "repaired", repaired)));
    Element head =
        Element.of(
            "tr",
            Element.text("th", "Model").with("scope", "col"),
            Element.text("th", "Label").with("scope", "col"),
            Element.text("th", "Confidence").with("scope", "col"));
    return Element.of(
            "table",
            Element.text("caption", "What the models say of the mutated picture").classed("unseen"),
            Element.of("thead", head).classed("unseen"),
            body)
        .classed("predictions");
  }

  private static Element prediction(String model, String paint, Prediction prediction) {
    boolean kept = prediction.kept();
    Element bar =
        Element.of(
                "span",
                Element.of("span")
                    .classed("fill " + paint)
                    .with(
                        "style",
                        "width:" + Figures.coordinate(prediction.confidence() * 100) + "%"))
            .classed("meter")
            .with("aria-hidden", "true");
    return Element.of(
        "tr",
        Element.text("th", model).with("scope", "row"),
        Element.of("td", mark(kept, kept ? "same as the seed" : "not the seed's"))
            .say(prediction.label()),
        Element.of("td", bar, Element.text("span", Figures.confidence(prediction.confidence())))
            .classed("confidence"));
  }

  private static Element verdicts(List<JudgeVerdict> verdicts) {
    Element list = Element.of("ul").classed("verdicts").with("aria-label", "Judges");
    for (JudgeVerdict verdict : verdicts) {
      list.add(
          Element.of(
                  "li",
                  mark(!verdict.deviates(), verdict.deviates() ? "deviates" : "does not deviate"),
                  Element.text("span", verdict.judge() + ": ").classed("quiet"))
              .say(verdict.label())
              .classed(verdict.deviates() ? "deviates" : "keeps"));
    }
    return list;
  }

  /** A sign beside the colour, and words for those who hear the page. */
  static Element mark(boolean good, String words) {
    return Element.of(
        "span",
        Element.text("span", good ? "\u2713 " : "\u2717 ")
            .classed(good ? "good" : "bad")
            .with("aria-hidden", "true"),
        Element.text("span", words + " ").classed("unseen"));
  }
}
