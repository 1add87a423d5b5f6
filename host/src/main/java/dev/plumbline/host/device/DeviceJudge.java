package dev.plumbline.host.device;

import dev.plumbline.agent.runs.WholeRuns;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.corpus.JudgeKind;
import dev.plumbline.host.dataset.Input;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.TensorInput;
import dev.plumbline.host.judging.DeviceUnreachableException;
import dev.plumbline.host.judging.Judge;
import dev.plumbline.host.judging.LogitsSink;
import dev.plumbline.host.judging.NotRepeatableException;
import dev.plumbline.host.judging.Placement;
import dev.plumbline.host.judging.Repeat;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RunBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The compressed model itself on a device, through its agent. */
public final class DeviceJudge implements Judge {
  private final DeviceClient client;
  private final DeviceLine line;
  private final Preprocessing preprocessing;
  private final JudgeInfo info;
  private final ModelContract contract;

  /**
   * Bytes of outputs for one input; of inputs of {@link #measured} where the graph leaves it open.
   */
  private OptionalLong outputBytes;

  private InputShape measured;

  private DeviceJudge(
      DeviceClient client,
      DeviceLine line,
      Preprocessing preprocessing,
      JudgeInfo info,
      ModelContract contract,
      OptionalLong outputBytes) {
    this.client = client;
    this.line = line;
    this.preprocessing = preprocessing;
    this.info = info;
    this.contract = contract;
    this.outputBytes = outputBytes;
  }

  /**
   * Reaches a device and gives it the model. Once it has answered, a line that breaks is waited
   * for.
   *
   * @param id how the fleet calls it; its address where the fleet does not know it
   * @param access how to come to it
   * @param model the model, read from a file
   * @throws DeviceUnreachableException if the device does not answer
   */
  public static DeviceJudge connect(
      String id,
      DeviceAddress address,
      DeviceAccess access,
      OnnxModel model,
      Preprocessing preprocessing) {
    return connect(
        id, new DeviceClient(address, access), access, model, preprocessing, DeviceLine::meet);
  }

  /**
   * As {@link #connect}, to a device that was there before: a line that is broken is waited for.
   */
  static DeviceJudge connectAgain(
      String id,
      DeviceAddress address,
      DeviceAccess access,
      OnnxModel model,
      Preprocessing preprocessing) {
    return connect(
        id, new DeviceClient(address, access), access, model, preprocessing, DeviceLine::meetAgain);
  }

  /** Closes the client if it fails. */
  static DeviceJudge connect(
      String id,
      DeviceClient client,
      DeviceAccess access,
      OnnxModel model,
      Preprocessing preprocessing,
      Function<DeviceLine, Fingerprint> meeting) {
    try {
      ModelContract contract = ModelContract.of(model);
      DeviceLine line = new DeviceLine(client, access.reconnect());
      Fingerprint fingerprint = meeting.apply(line);
      List<String> outputs = contract.outputs();
      boolean first = outputs.equals(List.of(model.graph().outputs().get(0).name()));
      line.hold(
          () -> {
            // An agent of version 1 that names no outputs gives the first.
            if (!first || client.speaksNamedTensors()) {
              client.readOutputs(outputs);
            }
            client.feed(ModelInputs.of(model));
          });
      String[] sha256 = new String[1];
      line.hold(() -> sha256[0] = client.putModel(Path.of(model.name())));
      requireSame(model, sha256[0]);
      return new DeviceJudge(
          client,
          line,
          preprocessing,
          new JudgeInfo(
              id,
              JudgeKind.DEVICE,
              fingerprint.arch(),
              "onnxruntime " + fingerprint.runtime(),
              fingerprint.provider(),
              fingerprint.shownProcessor(),
              fingerprint.int8Features(),
              fingerprint.threads(),
              RunBatch.ON_DEVICE.of(model),
              sha256[0]),
          contract,
          AnswerRoom.declared(model, outputs));
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  /** The device has the file, and the verdicts are to be of the model that was read from it. */
  private static void requireSame(OnnxModel model, String onDevice) {
    if (!onDevice.equals(model.sha256())) {
      throw new BadInputException(
          "model "
              + model.name()
              + " has another content than what was read from it: found SHA-256 "
              + onDevice
              + ", expected "
              + model.sha256());
    }
  }

  @Override
  public JudgeInfo info() {
    return info;
  }

  @Override
  public void judge(List<? extends Input> pictures, LogitsSink sink) {
    judge(pictures, info.batch(), sink);
  }

  /**
   * Batches that were answered stay answered when the line breaks; those that were under way are
   * asked again, with the same pictures in each, and their first answers can no longer come.
   */
  private void judge(List<? extends Input> pictures, int batch, LogitsSink sink) {
    if (pictures.isEmpty()) {
      return;
    }
    List<Input> filled = filled(pictures);
    int together = contract.fixedBatch() == 0 ? together(filled, batch) : batch;
    int[] done = {0};
    line.hold(
        () -> {
          int from = done[0];
          run(
              filled.subList(from, filled.size()),
              together,
              output -> {
                line.heard();
                float[][] logits = contract.rows(output.tensors(), output.ran());
                int at = from + output.first();
                done[0] = at + output.count();
                // Without those that filled a run up, on the device or here.
                int asked = Math.min(output.count(), pictures.size() - at);
                sink.accept(at, asked == logits.length ? logits : Arrays.copyOf(logits, asked));
              });
        });
  }

  /** Of a graph that leaves the size of its outputs open, one input runs first to tell it. */
  private int together(List<Input> inputs, int batch) {
    Input first = inputs.get(0);
    if (Math.min(inputs.size(), batch) == 1) {
      return 1;
    }
    if (outputBytes.isEmpty() || measured != null && !measured.equals(first.shape())) {
      line.hold(
          () ->
              run(
                  List.of(first),
                  1,
                  output ->
                      outputBytes =
                          OptionalLong.of(AnswerRoom.measured(output.tensors().values()))));
      measured = first.shape();
    }
    return client.answerRoom().together(batch, outputBytes.orElseThrow());
  }

  private void run(List<Input> inputs, int batch, OutputSink sink) {
    if (inputs.get(0).shape() instanceof PictureShape shape) {
      List<Picture> pictures = inputs.stream().map(Picture.class::cast).toList();
      client.runEach(info.modelSha256(), shape, preprocessing, pictures, batch, sink);
    } else {
      List<TensorInput> tensors = inputs.stream().map(TensorInput.class::cast).toList();
      client.runEach(info.modelSha256(), tensors, batch, sink);
    }
  }

  /**
   * Inputs in {@link WholeRuns} of a model that takes a fixed number of them. An agent fills up
   * what the input declares, and cannot know of a number within the graph.
   */
  private List<Input> filled(List<? extends Input> pictures) {
    int fixed = contract.fixedBatch();
    if (fixed == 0) {
      return List.copyOf(pictures);
    }
    WholeRuns runs = new WholeRuns(pictures.size(), fixed);
    return IntStream.range(0, runs.places())
        .map(runs::picture)
        .<Input>mapToObj(pictures::get)
        .toList();
  }

  @Override
  public List<Repeat> repeats() {
    List<Repeat> repeats = new ArrayList<>();
    repeats.add(Repeat.sameBatch(this::judge));
    if (contract.takesAnyBatch()) {
      repeats.add(Repeat.otherBatch((pictures, sink) -> judge(pictures, Repeat.OTHER_BATCH, sink)));
    }
    int threads = info.threads() == 1 ? 2 : 1;
    repeats.add(Repeat.threads(threads, (pictures, sink) -> judgeWith(threads, pictures, sink)));
    return repeats;
  }

  /** A device may lack the memory for a second session; its verdicts stand all the same. */
  private void judgeWith(int threads, List<? extends Input> pictures, LogitsSink sink) {
    String what = "the number of threads was not varied on " + info.id() + ": ";
    if (client.maxThreads() < threads) {
      throw new NotRepeatableException(
          what + "its agent runs with " + info.threads() + " only", null);
    }
    client.ask(threads);
    try {
      judge(pictures, info.batch(), sink);
    } catch (BadInputException e) {
      throw new NotRepeatableException(what + e.getMessage(), e);
    } finally {
      client.ask(0);
    }
  }

  @Override
  public Placement ran() {
    try {
      return client.ran().getOrDefault(info.modelSha256(), Placement.UNKNOWN);
    } catch (DeviceUnreachableException | BadInputException e) {
      // What was judged stands; whether the device is lost shows when it is asked to judge again.
      return Placement.UNKNOWN;
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
