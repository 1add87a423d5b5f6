package dev.plumbline.host.cli;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.dataset.NpyFile;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureFile;
import dev.plumbline.host.dataset.PngFile;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preset;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.verification.DumpComparison;
import dev.plumbline.host.verification.TensorDump;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "preprocess",
    description =
        "Shows the tensor that a model gets for a picture's file, and compares it with another"
            + " program's. Without FILE it explains the presets.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PreprocessCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "A picture's file.")
  private Path file;

  @Option(
      names = "--model",
      paramLabel = "M.onnx",
      description = "The model whose preprocessing it is; without it the options say all.")
  private Path modelFile;

  @Mixin private PreprocessingOptions preprocessing;

  @Option(
      names = "--compare",
      paramLabel = "DUMP.npy",
      description = "What another program makes of FILE, saved by numpy.save.")
  private Path dumpFile;

  @Option(
      names = "--tolerance",
      defaultValue = "1",
      paramLabel = "STEPS",
      description =
          "Differences that count as equal, in steps of 255 of a pixel's value (default:"
              + " ${DEFAULT-VALUE}).")
  private double tolerance;

  @Option(
      names = "--out",
      paramLabel = "X.npy|X.png",
      description = "Write the model's input as .npy, or the picture that it comes from as .png.")
  private Path out;

  @Override
  public Integer call() {
    if (!(tolerance >= 0)) {
      throw new BadInputException("--tolerance is " + tolerance + ": expected at least 0");
    }
    if (file == null) {
      return presets();
    }
    Preprocessing applied = applied();
    PictureFile picture = PictureFile.read(file);
    picture.warning().ifPresent(why -> common.say("warning: " + why));
    Picture sized = picture.through(applied.geometry());
    float[] input = new float[sized.shape().bytes()];
    applied.toInput(sized, input, 0);
    List<Integer> dims =
        Arrays.stream(ModelContract.inputDims(1, sized.shape(), applied))
            .mapToObj(dim -> (int) dim)
            .toList();
    write(sized, dims, input);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("file", file.toString());
    answer.put("preprocessing", PreprocessingAnswer.of(applied));
    answer.put("shape", dims);
    List<String> lines = new ArrayList<>();
    lines.add(file + " becomes " + dims + " by " + applied);
    int code = 0;
    if (dumpFile != null) {
      TensorDump dump = TensorDump.read(dumpFile);
      DumpComparison comparison = DumpComparison.of(picture, applied, dump, tolerance);
      ComparisonAnswer said = new ComparisonAnswer(comparison, dump, tolerance);
      answer.putAll(said.asMap());
      lines.addAll(said.lines());
      code = comparison.isEqual(tolerance) ? 0 : 1;
    } else {
      lines.add(
          String.format(
              Locale.ROOT, "values from %.6g to %.6g", extreme(input, -1), extreme(input, 1)));
    }
    common.answer(answer, lines);
    return code;
  }

  private Preprocessing applied() {
    if (modelFile == null) {
      return preprocessing.alone();
    }
    return preprocessing.of(OnnxModel.read(modelFile));
  }

  private void write(Picture sized, List<Integer> dims, float[] input) {
    if (out == null) {
      return;
    }
    String name = out.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npy")) {
      NpyFile.write(out, dims, input);
    } else if (name.endsWith(".png")) {
      PngFile.write(out, sized);
    } else {
      throw new BadInputException("--out " + out + ": expected a name that ends in .npy or .png");
    }
  }

  private static float extreme(float[] values, int sign) {
    float extreme = values[0];
    for (float value : values) {
      extreme = sign > 0 ? Math.max(extreme, value) : Math.min(extreme, value);
    }
    return extreme;
  }

  private int presets() {
    if (dumpFile != null || out != null || modelFile != null) {
      throw new BadInputException("--model, --compare and --out need a picture's FILE, found none");
    }
    List<Preset> asked = preprocessing.preset().map(List::of).orElseGet(Preset::all);
    Map<String, Object> answer = new LinkedHashMap<>();
    for (Preset preset : asked) {
      Map<String, String> entries = new LinkedHashMap<>();
      preset.entries().values().forEach((key, text) -> entries.put(key.text(), text));
      entries.put("source", preset.source());
      answer.put(preset.name(), entries);
    }
    common.answer(answer, asked.stream().map(Preset::inWords).toList());
    return 0;
  }
}
