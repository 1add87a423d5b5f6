package dev.plumbline.host.task;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RowOutput;
import dev.plumbline.host.onnx.ValueInfo;
import dev.plumbline.host.task.Keypoints.Pck;
import dev.plumbline.host.task.Keypoints.Pck.Reference;
import dev.plumbline.host.task.Keypoints.Unit;
import dev.plumbline.host.task.PointReading.Form;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Points on pictures: coordinates, or a map for each point. */
final class KeypointsKind implements TaskKind {
  private static final String BOUND = "bound";
  private static final String UNIT = "unit";
  private static final String CONFIDENCE = "confidence";
  private static final String DECODE = "decode";
  private static final String ORDER = "order";
  private static final String NUMBERS = "numbers";
  private static final String POINTS = "points";
  private static final String HEATMAP = "heatmap";
  private static final String SIZE = "size";
  private static final String PCK = "pck";
  private static final String REFERENCE = "reference";

  /** Of the picture's larger side: what PCK is usually given at for single objects. */
  private static final double USUAL_SHARE = 0.05;

  /** Of the larger side of the points' box (Yang and Ramanan, 2013). */
  private static final double USUAL_SHARE_OF_BOX = 0.2;

  private static final int MOST = 100_000;
  private static final Pattern SIZES = Pattern.compile("(\\d{1,6})[xX](\\d{1,6})");
  private static final List<String> NAMES =
      List.of("keypoint", "landmark", "pose", "joint", "heatmap");

  @Override
  public String name() {
    return Keypoints.KIND;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        BOUND, "how far apart a point of both models may be, in the unit; default 0.05 of a side");
    settings.put(
        UNIT, "pixels (of the model's picture) or relative (to its sides) coordinates and bound");
    settings.put(CONFIDENCE, "points count of which the original is at least so sure; default all");
    settings.put(DECODE, "argmax (with a quarter offset, the default) or soft, of heatmaps");
    settings.put(ORDER, "xy (default) or yx, of coordinates");
    settings.put(NUMBERS, "2 (default) or 3 with confidence, of each point in a flat output");
    settings.put(POINTS, "number of points, where the model does not declare it");
    settings.put(HEATMAP, "WxH of a heatmap, where the model does not declare it");
    settings.put(SIZE, "WxH of the model's picture, where the model does not declare it");
    settings.put(PCK, "share of the reference length; default 0.05 of picture, 0.2 of box");
    settings.put(REFERENCE, "length that PCK measures by: larger side of picture (default) or box");
    settings.put(OutputOfTask.SETTING, OutputOfTask.MEANING);
    return settings;
  }

  @Override
  public BoundTask bind(OnnxModel model, TaskSettings settings) {
    ValueInfo output =
        OutputOfTask.find(
            model,
            settings,
            o -> shape(o) != Found.OTHER,
            "batch x points x 2 or 3, batch x numbers or batch x points x height x width");
    boolean ofSigmoid = RowOutput.of(model, output).read() == RowOutput.Read.SIGMOID;
    PointReading reading = reading(output, settings, model);
    long[] size = size(model, settings);
    String word =
        settings.word(
            UNIT,
            List.of(Unit.PIXELS.toString(), Unit.RELATIVE.toString()),
            (ofSigmoid && !reading.form().isMap() ? Unit.RELATIVE : Unit.PIXELS).toString());
    Unit unit = word.equals(Unit.PIXELS.toString()) ? Unit.PIXELS : Unit.RELATIVE;
    double side = unit == Unit.PIXELS ? Math.max(size[0], size[1]) : 1;
    double bound = settings.number(BOUND, Float.MIN_NORMAL, Float.MAX_VALUE, USUAL_SHARE * side);
    Optional<Double> confidence =
        settings
            .text(CONFIDENCE)
            .map(
                text -> settings.number(CONFIDENCE, -Float.MAX_VALUE, Float.MAX_VALUE, Double.NaN));
    return new BoundTask(
        new Keypoints(
            reading, unit, bound, confidence, (int) size[0], (int) size[1], pck(settings)),
        List.of(row(model, output, reading.form())));
  }

  /** Of a softmax in the graph the soft reading needs what comes before it. */
  private static RowOutput row(OnnxModel model, ValueInfo output, Form form) {
    RowOutput asMade = RowOutput.of(model, output);
    return form == Form.SOFT && asMade.read() == RowOutput.Read.SOFTMAX
        ? asMade
        : new RowOutput(output.name(), RowOutput.Read.NUMBERS);
  }

  private static Pck pck(TaskSettings settings) {
    String word =
        settings.word(
            REFERENCE,
            List.of(Reference.PICTURE.toString(), Reference.BOX.toString()),
            Reference.PICTURE.toString());
    Reference reference = word.equals(Reference.BOX.toString()) ? Reference.BOX : Reference.PICTURE;
    double usual = reference == Reference.BOX ? USUAL_SHARE_OF_BOX : USUAL_SHARE;
    return new Pck(settings.number(PCK, 1e-6, 1e6, usual), reference);
  }

  /** What the shape of an output may be. */
  private enum Found {
    /** Batch x points x 2 or 3, also with a 1 before the points. */
    COORDINATES,
    /** Batch x numbers. */
    FLAT,
    /** Batch x points x height x width. */
    MAPS,
    OTHER
  }

  private static Found shape(ValueInfo output) {
    List<Long> dims = output.dims();
    long last = dims.isEmpty() ? 0 : dims.get(dims.size() - 1);
    boolean pairs = last == 2 || last == 3;
    return switch (dims.size()) {
      case 2 -> Found.FLAT;
      case 3 -> pairs ? Found.COORDINATES : Found.OTHER;
      case 4 -> {
        if (dims.get(1) == 1 && pairs) {
          yield Found.COORDINATES;
        }
        yield dims.get(2) == 1 && last == 1 ? Found.FLAT : Found.MAPS;
      }
      default -> Found.OTHER;
    };
  }

  private static PointReading reading(ValueInfo output, TaskSettings settings, OnnxModel model) {
    List<Long> dims = output.dims();
    boolean yFirst = settings.word(ORDER, List.of("xy", "yx"), "xy").equals("yx");
    boolean soft = settings.word(DECODE, List.of("argmax", "soft"), "argmax").equals("soft");
    int each = settings.word(NUMBERS, List.of("2", "3"), "2").equals("3") ? 3 : 2;
    Optional<String> heatmap = settings.text(HEATMAP);
    return switch (shape(output)) {
      case COORDINATES -> {
        long declared = dims.get(dims.size() - 2);
        int points = points(declared, settings, model, output);
        yield new PointReading(form(dims.get(dims.size() - 1) == 3, yFirst), points, 1, 1);
      }
      case FLAT -> {
        long numbers = dims.get(1);
        if (numbers > 0 && numbers % each != 0) {
          throw new BadInputException(
              "model "
                  + model.name()
                  + " has the output "
                  + output.text()
                  + " and each point "
                  + each
                  + " numbers, expected a multiple of that, or numbers=2 or 3");
        }
        int points = points(numbers > 0 ? numbers / each : -1, settings, model, output);
        yield new PointReading(form(each == 3, yFirst), points, 1, 1);
      }
      case MAPS -> {
        long[] cells =
            heatmap
                .map(text -> sides(HEATMAP, text, settings))
                .orElse(new long[] {dims.get(3), dims.get(2)});
        if (cells[0] < 1 || cells[1] < 1) {
          throw undeclared("the size of its heatmaps", HEATMAP + "=WxH", model, output);
        }
        int points = points(dims.get(1), settings, model, output);
        yield new PointReading(
            soft ? Form.SOFT : Form.PEAK, points, (int) cells[0], (int) cells[1]);
      }
      // Only one whose model says nothing of its shape.
      case OTHER -> throw undeclared("its shape", "a model that does", model, output);
    };
  }

  private static Form form(boolean confidence, boolean yFirst) {
    if (confidence) {
      return yFirst ? Form.YXC : Form.XYC;
    }
    return yFirst ? Form.YX : Form.XY;
  }

  private static int points(
      long declared, TaskSettings settings, OnnxModel model, ValueInfo output) {
    Optional<String> named = settings.text(POINTS);
    if (named.isEmpty() && declared < 1) {
      throw undeclared("the number of points", POINTS + "=NUMBER", model, output);
    }
    double points = settings.number(POINTS, 1, MOST, declared);
    if (points != Math.rint(points) || declared > 0 && points != declared) {
      throw new BadInputException(
          settings.option()
              + " sets points of keypoints to "
              + named.orElse("")
              + ", expected "
              + (declared > 0 ? declared + ", as the model says" : "a whole number"));
    }
    return (int) points;
  }

  private static BadInputException undeclared(
      String what, String expected, OnnxModel model, ValueInfo output) {
    return new BadInputException(
        "model "
            + model.name()
            + " has the output "
            + output.text()
            + " and does not say "
            + what
            + ", expected "
            + expected
            + " in the settings of keypoints");
  }

  /** Width and height of the model's picture. */
  private static long[] size(OnnxModel model, TaskSettings settings) {
    Optional<String> named = settings.text(SIZE);
    if (named.isPresent()) {
      return sides(SIZE, named.get(), settings);
    }
    ValueInfo input = model.graph().input();
    List<Long> dims = input.dims();
    if (dims.size() == 4) {
      boolean channelsLast = !isChannels(dims.get(1)) && isChannels(dims.get(3));
      long height = dims.get(channelsLast ? 1 : 2);
      long width = dims.get(channelsLast ? 2 : 3);
      if (height > 0 && width > 0 && height <= MOST && width <= MOST) {
        return new long[] {width, height};
      }
    }
    throw new BadInputException(
        "model "
            + model.name()
            + " takes the input "
            + input.text()
            + " and does not say how large its pictures are, expected size=WxH in the settings of"
            + " keypoints");
  }

  private static boolean isChannels(long dim) {
    return dim == 1 || dim == 3 || dim == 4;
  }

  private static long[] sides(String key, String text, TaskSettings settings) {
    Matcher sides = SIZES.matcher(text);
    if (!sides.matches() || isZero(sides.group(1)) || isZero(sides.group(2))) {
      throw new BadInputException(
          settings.option()
              + " sets "
              + key
              + " of keypoints to "
              + text
              + ", expected WIDTHxHEIGHT such as 64x48");
    }
    return new long[] {Long.parseLong(sides.group(1)), Long.parseLong(sides.group(2))};
  }

  private static boolean isZero(String digits) {
    return Long.parseLong(digits) == 0;
  }

  @Override
  public Task read(JsonNode json) {
    TaskFields fields =
        TaskFields.of(
            json,
            "kind",
            "form",
            POINTS,
            "map_width",
            "map_height",
            UNIT,
            BOUND,
            CONFIDENCE,
            "width",
            "height",
            PCK,
            REFERENCE);
    return new Keypoints(
        new PointReading(
            fields.choice("form", List.of(Form.values())),
            fields.whole(POINTS),
            fields.whole("map_width"),
            fields.whole("map_height")),
        fields.choice(UNIT, List.of(Unit.values())),
        fields.number(BOUND),
        fields.optionalNumber(CONFIDENCE),
        fields.whole("width"),
        fields.whole("height"),
        new Pck(fields.number(PCK), fields.choice(REFERENCE, List.of(Reference.values()))));
  }

  @Override
  public String decisionKey() {
    return Points.KEY;
  }

  @Override
  public Decision readDecision(JsonNode json) {
    return new Points(TaskFields.of(json, Points.KEY).numbers(Points.KEY));
  }

  /** By the output's name: the shapes are those of other kinds, too. */
  @Override
  public Optional<String> looksLike(OnnxModel model) {
    return model.graph().outputs().stream()
        .filter(output -> shape(output) != Found.OTHER)
        .filter(output -> NAMES.stream().anyMatch(output.name().toLowerCase(Locale.ROOT)::contains))
        .findFirst()
        .map(output -> "has the output " + output.text());
  }
}
