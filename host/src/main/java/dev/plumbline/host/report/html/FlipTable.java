package dev.plumbline.host.report.html;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.corpus.CorpusInput;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.fleet.BaselineCheck;
import dev.plumbline.host.fleet.BaselineCheck.Flip;
import dev.plumbline.host.fleet.BaselineCheck.Group;
import dev.plumbline.host.fleet.FleetCheck;
import dev.plumbline.host.fleet.PictureSet;
import dev.plumbline.host.judging.Judged;
import dev.plumbline.host.judging.Question;
import dev.plumbline.host.report.summary.Figures;
import dev.plumbline.host.task.Decision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The new flips of a check: a row for each picture, a column for each judge. */
final class FlipTable {
  /** Pictures that are listed; all are in the JSON. */
  private static final int LISTED = 200;

  private final FleetCheck check;
  private final Corpus corpus;
  private final Map<String, CorpusInput> inputs;
  private final Map<String, Question> clean;

  /**
   * @param corpus that was replayed
   * @param clean pictures that were judged too
   */
  FlipTable(FleetCheck check, Corpus corpus, List<Question> clean) {
    this.check = check;
    this.corpus = corpus;
    this.inputs =
        corpus.inputs().stream().collect(Collectors.toMap(CorpusInput::id, input -> input));
    this.clean = clean.stream().collect(Collectors.toMap(Question::id, question -> question));
  }

  /** A picture that flips on some judge, with its class. */
  private record Row(PictureSet.Kind kind, String group, Flip flip) {}

  /** A table for the corpus and one for clean pictures; none where nothing flips. */
  List<Element> elements() {
    List<Element> tables = new ArrayList<>();
    for (PictureSet.Kind kind : PictureSet.Kind.values()) {
      Map<String, Row> rows = rows(kind);
      if (!rows.isEmpty()) {
        tables.add(table(kind, rows));
      }
    }
    return tables;
  }

  private Map<String, Row> rows(PictureSet.Kind kind) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (BaselineCheck part : check.checks()) {
      for (Group group : part.groups()) {
        for (Flip flip : group.flips()) {
          if (part.pictures() == kind) {
            rows.putIfAbsent(flip.picture(), new Row(kind, group.name(), flip));
          }
        }
      }
    }
    return rows;
  }

  private Element table(PictureSet.Kind kind, Map<String, Row> rows) {
    List<Judged> judges =
        kind == PictureSet.Kind.CORPUS ? check.answers().onCorpus() : check.answers().onClean();
    List<String> columns = new ArrayList<>();
    InputShape shape = corpus.header().shape();
    columns.add(shape instanceof PictureShape ? "Picture" : "Input");
    columns.add(
        kind == PictureSet.Kind.CORPUS
            ? "Seed, mutated, difference"
            : "The " + shape.noun() + " as it is");
    columns.add("Class");
    columns.add("Expected");
    judges.forEach(judge -> columns.add(judge.id() + " now"));
    String caption =
        "%s with a new flip on some judge%s"
            .formatted(
                kind == PictureSet.Kind.CORPUS
                    ? columns.get(0) + "s of the corpus"
                    : "Clean " + shape.nouns(),
                rows.size() > LISTED
                    ? ": the first %d of %s".formatted(LISTED, Figures.count(rows.size()))
                    : "");
    Table table = new Table(caption, columns.toArray(String[]::new));
    Map<String, Set<String>> flips = flipsByJudge(kind);
    rows.values().stream()
        .limit(LISTED)
        .forEach(
            row -> {
              List<Element> cells = new ArrayList<>();
              cells.add(Element.of("td", pictures(row)));
              cells.add(Element.text("td", row.group()));
              cells.add(Element.text("td", text(row.flip().expected())));
              for (Judged judge : judges) {
                boolean flipped = flips.get(judge.id()).contains(row.flip().picture());
                cells.add(said(judge.verdicts().get(row.flip().picture()), flipped));
              }
              table.row(Element.text("th", row.flip().picture()), cells);
            });
    return table.element();
  }

  private Map<String, Set<String>> flipsByJudge(PictureSet.Kind kind) {
    Map<String, Set<String>> flips = new LinkedHashMap<>();
    for (BaselineCheck part : check.checks()) {
      Set<String> ofJudge =
          flips.computeIfAbsent(part.judged().id(), judge -> new LinkedHashSet<>());
      if (part.pictures() == kind) {
        part.groups().forEach(group -> group.flips().forEach(flip -> ofJudge.add(flip.picture())));
      }
    }
    return flips;
  }

  private static Element cell(String text) {
    return Element.text("td", text);
  }

  private Element said(Verdict verdict, boolean flipped) {
    if (verdict == null) {
      return cell(Figures.NONE);
    }
    if (verdict.decision().isEmpty()) {
      return cell(verdict.outcome().toString());
    }
    Decision decision = verdict.decision().get();
    return Element.of("td", Gallery.mark(!flipped, flipped ? "new flip" : "no new flip"))
        .say(text(decision) + ", " + Figures.confidence(decision.confidence()));
  }

  private Element pictures(Row row) {
    Element pictures = Element.of("div").classed("thumbs");
    String id = row.flip().picture();
    if (row.kind() == PictureSet.Kind.CLEAN) {
      return clean.get(id).picture() instanceof Picture picture
          ? pictures.add(Gallery.image(picture, "Picture " + id))
          : pictures.say(clean.get(id).picture().shape().toString());
    }
    CorpusInput input = inputs.get(id);
    if (corpus.seed(input.seed()) instanceof TensorInput seed) {
      return TensorFigures.of(seed, (TensorInput) corpus.input(input));
    }
    Picture seed = corpus.seedPicture(input.seed());
    Picture mutated = corpus.picture(input);
    int factor = PictureImages.amplification(seed, mutated);
    return pictures.add(
        Gallery.image(seed, "Seed " + input.seed()),
        Gallery.image(mutated, "Mutated picture " + id),
        Gallery.image(
            PictureImages.difference(seed, mutated, factor),
            "What changed, times " + factor + ", around mid-grey"));
  }

  private String text(Decision decision) {
    return corpus.header().task().text(decision, corpus.header().classNames());
  }
}
