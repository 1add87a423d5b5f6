package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.BatchDimension;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.OutputChoice;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.Sequence.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Strings: models that give scores of classes at each time step, one of them a blank (CTC). */
final class SequenceKind implements TaskKind {
  /** The key of decisions. */
  static final String DECISION = "sequence";

  private static final String BLANK = "blank";
  private static final String ALPHABET = "alphabet";
  private static final String CLASSES = "classes";
  private static final String LAYOUT = "layout";
  private static final String OUTPUT = "output";

  private static final String LAST = "last";

  /** The layout in which time steps come before the batch. */
  private static final String TIME_FIRST = "tnc";

  private static final Set<String> KEYS = Set.of("kind", CLASSES, BLANK, LAYOUT, ALPHABET);

  /** Under which models keep their alphabet that were made for RapidOCR. */
  private static final String METADATA = "character";

  private static final int MOST_CLASSES = 1 << 24;

  @Override
  public String name() {
    return Sequence.KIND;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(BLANK, "number of the class that stands for no character, or last (usual: 0)");
    settings.put(
        ALPHABET,
        "a file with a character on each line, in the order of the classes without the blank"
            + " (usual: the model's metadata, key character, where they fit)");
    settings.put(
        LAYOUT,
        "ntc where the output is batch x time steps x classes, nct where the classes come before"
            + " the time steps, tnc where the time steps come before the batch (usual: what the"
            + " model shows, else ntc)");
    settings.put(CLASSES, "how many classes there are, where the model does not declare it");
    settings.put(OUTPUT, "name of the output, where several fit");
    return settings;
  }

  static String word(Layout layout) {
    return layout.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    String asked =
        settings.text(LAYOUT).isEmpty()
            ? ""
            : settings.word(LAYOUT, List.of("ntc", "nct", TIME_FIRST), "ntc");
    Layout layout = asked.equals("nct") ? Layout.NCT : Layout.NTC;
    ValueInfo output = output(model, settings);
    int batch = asked.isEmpty() ? BatchDimension.of(model, output) : 0;
    if (asked.equals(TIME_FIRST)) {
      requireTimeFirst(model, output);
      batch = 1;
    }
    if (batch == 0) {
      requireBatchFirst(model, output);
    }
    int classes = classes(model, output, layout, settings);
    int blank = blank(settings, classes);
    Sequence task = new Sequence(classes, blank, layout, alphabet(model, settings, classes, blank));
    return new BoundTask(task, List.of(RowOutput.of(model, output).withBatch(batch)));
  }

  private static ValueInfo output(OnnxModel model, TaskSettings settings) {
    List<ValueInfo> fitting = fitting(model);
    Optional<String> named = settings.text(OUTPUT);
    List<ValueInfo> chosen =
        fitting.stream().filter(o -> named.map(o.name()::equals).orElse(true)).toList();
    if (chosen.size() != 1) {
      throw new BadInputException(
          "model "
              + model.name()
              + " gives "
              + list(model.graph().outputs())
              + ", expected for "
              + Sequence.KIND
              + (chosen.isEmpty()
                  ? named.map(n -> "an output " + n + " of").orElse(" an output of")
                      + " scores of classes at each time step: batch x time steps x classes"
                  : " " + OUTPUT + "=NAME, as several may be scores of classes at each time step"));
    }
    return chosen.get(0);
  }

  private static String list(List<ValueInfo> outputs) {
    return outputs.stream().map(ValueInfo::text).collect(Collectors.joining(", "));
  }

  private static List<ValueInfo> fitting(OnnxModel model) {
    return model.graph().outputs().stream()
        .filter(OutputChoice::hasScoreType)
        .filter(o -> o.shape().isEmpty() || perInput(o).size() == 2)
        .toList();
  }

  /** The dimensions behind the batch; of more than two those of 1 carry nothing. */
  private static List<Long> perInput(ValueInfo output) {
    List<Long> dims = new ArrayList<>(output.dims());
    if (dims.isEmpty()) {
      return dims;
    }
    dims.remove(0);
    while (dims.size() > 2 && dims.remove(1L)) {
      // One that carries nothing has gone.
    }
    return dims;
  }

  /** As {@link #perInput}, where the batch may be behind the time steps. */
  private static List<Long> stepsByClasses(OnnxModel model, ValueInfo output) {
    List<Long> dims = output.dims();
    return BatchDimension.of(model, output) == 0
        ? perInput(output)
        : List.of(dims.get(0), dims.get(2));
  }

  /** Rows are cut along the first dimension. */
  private static void requireBatchFirst(OnnxModel model, ValueInfo output) {
    int batch = model.graph().input().fixedBatch();
    int first = output.fixedBatch();
    if (first > 0 && first != batch && (first > 1 || batch > 1)) {
      throw new BadInputException(
          "model "
              + model.name()
              + " gives "
              + output.text()
              + " for a batch of "
              + (batch == 0 ? "any size" : batch)
              + ", expected batch x time steps x classes, or time steps x batch x classes");
    }
  }

  private static void requireTimeFirst(OnnxModel model, ValueInfo output) {
    int batch = model.graph().input().fixedBatch();
    List<Long> dims = output.dims();
    if (!dims.isEmpty()
        && (dims.size() != 3 || batch > 0 && dims.get(1) > 0 && dims.get(1) != batch)) {
      throw new BadInputException(
          "model "
              + model.name()
              + " gives "
              + output.text()
              + ", expected time steps x batch x classes as layout=tnc is set");
    }
  }

  private static int classes(
      OnnxModel model, ValueInfo output, Layout layout, TaskSettings settings) {
    List<Long> dims = perInput(output);
    long declared = dims.isEmpty() ? -1 : dims.get(layout == Layout.NTC ? 1 : 0);
    if (settings.text(CLASSES).isEmpty() && declared < 0) {
      throw new BadInputException(
          "model "
              + model.name()
              + " gives "
              + output.text()
              + ", which leaves open how many classes there are, expected "
              + Sequence.KIND
              + ","
              + CLASSES
              + "=NUMBER");
    }
    long classes = declared < 0 ? whole(settings, CLASSES, 2, MOST_CLASSES) : declared;
    if (settings.text(CLASSES).isPresent()
        && whole(settings, CLASSES, 2, MOST_CLASSES) != classes) {
      throw new BadInputException(
          settings.option()
              + " sets "
              + CLASSES
              + " to "
              + settings.text(CLASSES).get()
              + " and model "
              + model.name()
              + " gives "
              + output.text()
              + ", expected "
              + classes);
    }
    if (classes < 2 || classes > MOST_CLASSES) {
      throw new BadInputException(
          "model "
              + model.name()
              + " gives "
              + output.text()
              + " with "
              + classes
              + " classes in the layout "
              + word(layout)
              + ", expected at least two: a blank and a character");
    }
    return (int) classes;
  }

  private static int blank(TaskSettings settings, int classes) {
    return settings.text(BLANK).filter(LAST::equals).isPresent()
        ? classes - 1
        : whole(settings, BLANK, 0, classes - 1);
  }

  /** A whole number, or the least where it is not set. */
  private static int whole(TaskSettings settings, String key, int least, int most) {
    double number = settings.number(key, least, most, least);
    if (number != Math.rint(number)) {
      throw new BadInputException(
          settings.option()
              + " sets "
              + key
              + " of "
              + Sequence.KIND
              + " to "
              + settings.text(key).orElseThrow()
              + ", expected a whole number");
    }
    return (int) number;
  }

  private static Optional<Alphabet> alphabet(
      OnnxModel model, TaskSettings settings, int classes, int blank) {
    return settings
        .file(ALPHABET)
        .map(file -> Alphabet.read(file, classes, blank))
        .or(
            () ->
                model
                    .metadata(METADATA)
                    .map(
                        text ->
                            Alphabet.ofText(
                                text,
                                "the metadata " + METADATA + " of model " + model.name(),
                                classes,
                                blank)));
  }

  @Override
  public Task read(JsonNode json) {
    boolean known = true;
    for (String key : (Iterable<String>) json::fieldNames) {
      known &= KEYS.contains(key);
    }
    JsonNode classes = json.path(CLASSES);
    JsonNode blank = json.path(BLANK);
    String layout = json.path(LAYOUT).asText().toUpperCase(Locale.ROOT);
    JsonNode alphabet = json.path(ALPHABET);
    if (!known
        || !classes.isInt()
        || !blank.isInt()
        || !alphabet.isMissingNode() && !alphabet.isArray()) {
      throw new IllegalArgumentException(
          "a task of the kind sequence, expected the keys classes, blank, layout and alphabet");
    }
    return new Sequence(
        classes.intValue(),
        blank.intValue(),
        Layout.valueOf(layout),
        alphabet.isArray() ? Optional.of(new Alphabet(texts(alphabet))) : Optional.empty());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  @Override
  public String decisionKey() {
    return DECISION;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    JsonNode list = json.path(DECISION);
    JsonNode confidence = json.path("confidence");
    List<Integer> classes = new ArrayList<>();
    boolean whole = list.isArray();
    for (JsonNode each : list) {
      whole &= each.isInt();
      classes.add(each.intValue());
    }
    if (!whole || !confidence.isNumber()) {
      throw new IllegalArgumentException(
          "a decision "
              + json
              + ", expected a list of whole numbers sequence and a number confidence");
    }
    return new Decoded(
        classes,
        json.has("text") ? Optional.of(json.path("text").asText()) : Optional.empty(),
        confidence.floatValue());
  }

  @Override
  public Optional<String> looksLike(OnnxModel model) {
    List<ValueInfo> fitting = fitting(model);
    if (fitting.size() != 1
        || model.graph().input().dims().size() != 4
        || fitting.get(0).shape().isEmpty()
        || stepsByClasses(model, fitting.get(0)).contains(1L)) {
      return Optional.empty();
    }
    ValueInfo output = fitting.get(0);
    long classes = stepsByClasses(model, output).get(1);
    if (model.metadata(METADATA).filter(text -> Alphabet.fits(text, (int) classes)).isPresent()) {
      return Optional.of("gives " + output.text() + " and lists the characters of so many classes");
    }
    boolean softmax = RowOutput.of(model, output).read() == RowOutput.Read.SOFTMAX;
    boolean logSoftmax =
        model
            .graph()
            .producer(output.name())
            .filter(n -> n.operator().equals("LogSoftmax"))
            .isPresent();
    return softmax || logSoftmax
        ? Optional.of(
            "gives "
                + output.text()
                + ", a softmax over the classes of each step of a row: "
                + (BatchDimension.of(model, output) == 0
                    ? "batch x time steps"
                    : "time steps x batch")
                + " x classes")
        : Optional.empty();
  }

  @Override
  public String option(OnnxModel model) {
    boolean open = perInput(fitting(model).get(0)).get(1) < 0;
    return name()
        + (open ? "," + CLASSES + "=NUMBER" : "")
        + (model.metadata(METADATA).isPresent() ? "" : "," + ALPHABET + "=FILE");
  }
}
