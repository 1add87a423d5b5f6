package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.Progress;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long models take on a device: what the agent says that ONNX Runtime took, without the wire,
 * with the agent's own number of threads.
 *
 * @param address of the device
 * @param access how to come to it
 * @param preprocessing of the models
 */
public record DeviceLatency(
    DeviceAddress address, DeviceAccess access, Preprocessing preprocessing) {
  private static final int RUNS = 5;
  private static final int FEWEST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 51;
  private static final double MOST_SECONDS = 30;

  /**
   * What was measured.
   *
   * @param millis of one run, round by round, by SHA-256 of the model
   * @param refusals of models that the device does not run, likewise
   */
  public record Times(Map<String, double[]> millis, Map<String, String> refusals) {}

  /**
   * Measures models in turn, so that what else the device does meets all of them alike.
   *
   * @throws BadInputException if the device refuses all of them, or does not tell times
   */
  public Times measure(List<OnnxModel> models, Input input, Progress progress) {
    Map<String, String> refusals = new LinkedHashMap<>();
    List<OnnxModel> running = new ArrayList<>();
    try (DeviceClient client = new DeviceClient(address, access)) {
      double second = 0;
      for (OnnxModel model : models) {
        try {
          put(client, model);
          millis(client, model, input);
          second += RUNS * millis(client, model, input) / 1e3;
          running.add(model);
        } catch (BadInputException e) {
          refusals.put(model.sha256(), e.getMessage());
        }
      }
      int rounds = (int) Math.max(FEWEST_ROUNDS, Math.min(MOST_ROUNDS, MOST_SECONDS / second));
      Map<String, double[]> millis = new LinkedHashMap<>();
      running.forEach(model -> millis.put(model.sha256(), new double[rounds]));
      try (Progress.Step step = progress.begin("measuring latency on " + address, rounds)) {
        for (int round = 0; round < rounds; round++) {
          for (int k = 0; k < running.size(); k++) {
            // Nobody always comes after the same other.
            OnnxModel model = running.get((round + k) % running.size());
            millis.get(model.sha256())[round] = millis(client, model, input);
          }
          step.at(round + 1, "");
        }
      }
      return new Times(millis, refusals);
    }
  }

  private static void put(DeviceClient client, OnnxModel model) {
    try {
      Path file = Files.createTempFile("plumbline", ".onnx");
      try {
        model.write(file);
        client.putModel(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("model " + model.name() + " for a device", e);
    }
  }

  /** Milliseconds of one run, the mean of a few. */
  private double millis(DeviceClient client, OnnxModel model, Input input) {
    ModelContract contract = ModelContract.of(model);
    client.feed(ModelInputs.of(model));
    int batch = Math.max(1, contract.fixedBatch());
    long[] nanos = {0};
    OutputSink sink = output -> nanos[0] += output.first() == 0 ? output.nanos() : 0;
    for (int run = 0; run < RUNS; run++) {
      if (input.shape() instanceof PictureShape shape) {
        client.runEach(
            model.sha256(),
            shape,
            preprocessing,
            Collections.nCopies(batch, (Picture) input),
            batch,
            sink);
      } else {
        client.runEach(
            model.sha256(), Collections.nCopies(batch, (TensorInput) input), batch, sink);
      }
    }
    if (nanos[0] == 0) {
      throw new BadInputException(
          "the agent of device "
              + address
              + " does not tell how long a run takes, expected one that does: update the agent");
    }
    return nanos[0] / 1e6 / RUNS;
  }
}
