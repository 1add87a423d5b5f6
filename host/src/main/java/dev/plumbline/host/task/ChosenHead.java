package dev.plumbline.host.task;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.ObjectChoice;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.RowOutput.Read;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.onnx.ValueShapes;
import dev.plumbline.host.task.DetectionHead.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The head of a graph that chooses objects by NonMaxSuppression, and lists them. It is read as the
 * boxes and scores that they are chosen from, where the graph shows these: then a search has
 * gradients.
 */
final class ChosenHead {
  private static final int INT64 = 7;

  private final OnnxModel model;
  private final List<ValueInfo> outputs;

  private ChosenHead(OnnxModel model) {
    this.model = model;
    this.outputs = ValueShapes.resolved(model, model.graph().outputs());
  }

  /**
   * Empty where the graph does not choose, or the user names the layout.
   *
   * @throws BadInputException if it chooses, and its outputs do not list objects
   */
  static Optional<BoundHead> of(OnnxModel model, TaskSettings settings) {
    return ObjectChoice.isIn(model) && settings.text("layout").isEmpty()
        ? Optional.of(new ChosenHead(model).bound(settings))
        : Optional.empty();
  }

  /** What a sentence ends with that begins with the model; empty where it lists no objects. */
  static Optional<String> reason(OnnxModel model) {
    List<ValueInfo> listing =
        new ChosenHead(model).listing().stream().map(Listing::output).toList();
    return listing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "lists objects that NonMaxSuppression chose: "
                + listing.stream().map(ValueInfo::text).collect(Collectors.joining(", ")));
  }

  private record Listing(ValueInfo output, Read read) {}

  private BoundHead bound(TaskSettings settings) {
    List<Listing> listing = listing();
    if (listing.isEmpty()) {
      throw refused();
    }
    Optional<ObjectChoice> choice = ObjectChoice.of(model);
    int classes = choice.map(ObjectChoice::classes).orElse(0);
    BoxForm usual =
        choice.filter(ObjectChoice::ofCentres).isPresent() ? BoxForm.CENTRE : BoxForm.CORNERS;
    String unit = settings.word("unit", List.of("pixels", "relative"), "pixels");
    int[] size =
        unit.equals("pixels") ? new int[] {1, 1} : HeadBinding.pictureSize(model, settings);
    DetectionHead head =
        new DetectionHead(
            choice.isPresent() ? HeadLayout.BOXES_SCORES : HeadLayout.END2END,
            Math.max(1, classes),
            BoxForm.of(settings.word("boxes", BoxForm.words(), usual.word())),
            size[0],
            size[1],
            ScoreForm.PROBABILITIES,
            Background.NONE,
            false);
    List<RowOutput> rows =
        listing.stream().map(l -> new RowOutput(l.output().name(), l.read(), 0, classes)).toList();
    return new BoundHead(head, rows, choice.isEmpty(), choice);
  }

  private BadInputException refused() {
    return HeadRecognition.refused(
        model,
        ", which do not tell the boxes of the objects that NonMaxSuppression chose: make outputs of"
            + " the boxes and the scores that it takes, too"
            + ObjectChoice.inputs(model)
            + ", or list the objects as NxMx6 (box, score, class), Mx7 (input, box, class, score),"
            + " or boxes, scores and classes apart");
  }

  /** The outputs that list objects; none where they do not. */
  private List<Listing> listing() {
    return selected()
        .or(this::apart)
        .or(() -> one(6, Read.OBJECTS))
        .or(() -> one(7, Read.OBJECT_TABLE))
        .orElse(List.of());
  }

  private Optional<List<Listing>> one(long numbers, Read read) {
    return outputs.stream()
        .filter(o -> o.elementType() != INT64 && last(o) == numbers)
        .filter(o -> o.dims().size() == 2 || o.dims().size() == 3 && read == Read.OBJECTS)
        .findFirst()
        .map(output -> List.of(new Listing(output, read)));
  }

  private static long last(ValueInfo output) {
    return output.dims().isEmpty() ? -1 : output.dims().get(output.dims().size() - 1);
  }

  private Optional<List<Listing>> selected() {
    Optional<ValueInfo> indices =
        outputs.stream()
            .filter(o -> o.elementType() == INT64 && o.dims().size() == 2 && last(o) == 3)
            .findFirst();
    Optional<ValueInfo> boxes =
        outputs.stream().filter(o -> o.dims().size() == 3 && last(o) == 4).findFirst();
    Optional<ValueInfo> scores =
        outputs.stream()
            .filter(o -> o.dims().size() == 3 && boxes.filter(b -> b != o).isPresent())
            .filter(o -> agree(last(o), boxes.orElseThrow().dims().get(1)))
            .findFirst();
    return indices.isPresent() && boxes.isPresent() && scores.isPresent()
        ? Optional.of(
            List.of(
                new Listing(indices.get(), Read.SELECTED_OBJECTS),
                new Listing(boxes.get(), Read.ALL_BOXES),
                new Listing(scores.get(), Read.ALL_SCORES)))
        : Optional.empty();
  }

  private static boolean agree(long a, long b) {
    return a < 0 || b < 0 || a == b;
  }

  private Optional<List<Listing>> apart() {
    List<ValueInfo> boxes = outputs.stream().filter(o -> last(o) == 4).toList();
    if (boxes.size() != 1 || boxes.get(0).dims().size() < 2) {
      return Optional.empty();
    }
    int rank = boxes.get(0).dims().size() - 1;
    List<ValueInfo> others =
        outputs.stream().filter(o -> o.dims().size() == rank && o != boxes.get(0)).toList();
    Optional<ValueInfo> count = named(others, "num", "count", "valid");
    List<ValueInfo> perObject =
        others.stream().filter(o -> count.filter(c -> c == o).isEmpty()).toList();
    Optional<ValueInfo> classes =
        named(perObject, "class", "label", "cls")
            .or(() -> perObject.stream().filter(o -> o.elementType() == INT64).findFirst());
    Optional<ValueInfo> scores =
        named(perObject, "score", "conf", "prob")
            .or(() -> perObject.stream().filter(o -> o.elementType() != INT64).findFirst());
    if (classes.isEmpty() || scores.isEmpty() || classes.get() == scores.get()) {
      return Optional.empty();
    }
    List<Listing> listing = new ArrayList<>();
    listing.add(new Listing(boxes.get(0), Read.OBJECT_BOXES));
    listing.add(new Listing(scores.get(), Read.OBJECT_SCORES));
    listing.add(new Listing(classes.get(), Read.OBJECT_CLASSES));
    count.ifPresent(output -> listing.add(new Listing(output, Read.OBJECT_COUNT)));
    return Optional.of(listing);
  }

  private static Optional<ValueInfo> named(List<ValueInfo> outputs, String... parts) {
    return outputs.stream()
        .filter(
            o ->
                List.of(parts).stream()
                    .anyMatch(part -> o.name().toLowerCase(Locale.ROOT).contains(part)))
        .findFirst();
  }
}
