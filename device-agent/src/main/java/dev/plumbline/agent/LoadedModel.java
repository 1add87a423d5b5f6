package dev.plumbline.agent;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.plumbline.agent.runs.WholeRuns;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.OutputPart;
import dev.plumbline.device.v1.PictureBatch;
import io.grpc.Status;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A model that ONNX Runtime holds in memory. One thread at a time. */
final class LoadedModel implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final SessionProfile profile;
  private final Map<String, NodeInfo> inputs;
  private final Map<String, NodeInfo> outputs;

  /** Whether outputs have the same shapes in each run of the same size, as far as is known. */
  private boolean sameShapes = true;

  /**
   * What a model makes of a batch.
   *
   * @param outputs those that were asked for
   * @param batch pictures that ran at once; 0 where tensors ran
   */
  record Answer(List<OutputPart> outputs, int batch) {}

  /** Takes the session over. */
  LoadedModel(OrtEnvironment environment, OrtSession session, SessionProfile profile)
      throws OrtException {
    this.environment = environment;
    this.session = session;
    this.profile = profile;
    try {
      this.inputs = session.getInputInfo();
      this.outputs = session.getOutputInfo();
    } catch (OrtException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Names of the outputs that a call asks for, each of which can be sent. */
  private Set<String> outputs(Asked asked) {
    if (!asked.isNamed()) {
      return Set.of(floatOutput(asked.output()));
    }
    Set<String> names =
        new LinkedHashSet<>(asked.outputs().isEmpty() ? outputs.keySet() : asked.outputs());
    for (String name : names) {
      Object info = output(name).getInfo();
      if (!(info instanceof TensorInfo tensor) || TensorType.of(tensor).isEmpty()) {
        throw CollectedOutputs.notCarried(name, info);
      }
    }
    return names;
  }

  private NodeInfo output(String name) {
    NodeInfo output = outputs.get(name);
    if (output == null) {
      throw refused("it has no output '" + name + "'; expected one of " + outputs.keySet());
    }
    return output;
  }

  /** The output that version 1 asks for: the one that it names, or the first. */
  private String floatOutput(String named) {
    String name = named.isEmpty() ? outputs.keySet().iterator().next() : named;
    if (!isFloat(output(name))) {
      throw refused(
          "its output '"
              + name
              + "' is "
              + output(name).getInfo()
              + "; expected floating-point numbers, or a host that names another of "
              + outputs.keySet());
    }
    return name;
  }

  private static boolean isFloat(NodeInfo end) {
    return end.getInfo() instanceof TensorInfo info && FloatTensors.isFloat(info.type);
  }

  /** The input that gets the pictures of a call. */
  private NodeInfo pictureInput(Asked asked) {
    if (asked.pictureInput().isEmpty() && inputs.size() != 1) {
      throw refused("it has the inputs " + inputs.keySet() + "; expected one for the picture");
    }
    String name =
        asked.pictureInput().isEmpty() ? inputs.keySet().iterator().next() : asked.pictureInput();
    NodeInfo input = inputs.get(name);
    if (input == null) {
      throw refused("it has no input '" + name + "'; expected one of " + inputs.keySet());
    }
    if (!isFloat(input)) {
      throw refused(
          "its input '"
              + name
              + "' is "
              + input.getInfo()
              + "; expected a tensor of float, float16 or double");
    }
    if (shape(input).length != 4) {
      throw refused(
          "its input '"
              + name
              + "' is "
              + input.getInfo()
              + "; expected four dimensions for pictures");
    }
    return input;
  }

  /** Of an input for pictures: batch, then three dimensions; -1 where any will do. */
  private static long[] shape(NodeInfo input) {
    long[] shape = ((TensorInfo) input.getInfo()).getShape();
    // A model may leave open how many dimensions there are.
    return shape.length == 0 ? new long[] {-1, -1, -1, -1} : shape;
  }

  /** ONNX Runtime has no code for it, only words: its own, the C++ library's, the system's. */
  static boolean isOutOfMemory(OrtException reason) {
    String words = String.valueOf(reason.getMessage()).toLowerCase(Locale.ROOT);
    return Stream.of(
            "failed to allocate memory",
            "bad_alloc",
            "bad allocation",
            "cannot allocate memory",
            "out of memory")
        .anyMatch(words::contains);
  }

  static RefusedException refused(String why) {
    return RefusedException.invalid("model refused: " + why);
  }

  static RefusedException refused(OrtException reason) {
    return new RefusedException(
        isOutOfMemory(reason) ? Status.Code.RESOURCE_EXHAUSTED : Status.Code.INVALID_ARGUMENT,
        "model refused: " + OrtReason.line(reason),
        reason);
  }

  /**
   * @throws RefusedException if the model does not have the outputs that are asked for, or does not
   *     take pictures of that shape and layout
   */
  void check(Asked asked) {
    outputs(asked);
    asked.pictures().ifPresent(pictures -> check(pictures, pictureInput(asked)));
  }

  private static void check(PictureInput pictures, NodeInfo input) {
    long[] shape = shape(input);
    long[] given = pictures.dimensions();
    for (int d = 0; d < given.length; d++) {
      long expected = shape[d + 1];
      if (expected > 0 && expected != given[d]) {
        throw RefusedException.invalid(
            "input of "
                + Arrays.toString(given)
                + " per picture for a model whose input '"
                + input.getName()
                + "' is "
                + Arrays.toString(shape)
                + "; expected the same after the batch");
      }
    }
  }

  /**
   * Runs the model on a batch that {@link Asked#check} has passed; on pictures several times where
   * fewer are to run at once, a model of fixed batch size in {@link WholeRuns}.
   *
   * @throws RefusedException if the model does not take the batch, or the wire cannot carry what it
   *     gives
   */
  Answer run(Asked asked, InferRequest batch, RunBuffers buffers, OrtSession.RunOptions options)
      throws OrtException {
    check(asked);
    List<NamedTensor> messages = Asked.tensors(batch);
    Map<String, NodeInfo> declared = new LinkedHashMap<>(inputs);
    asked.pictures().ifPresent(pictures -> declared.remove(pictureInput(asked).getName()));
    try (TensorInputs given =
        TensorInputs.of(
            environment, messages, declared, buffers.forTensors(TensorInputs.bytes(messages)))) {
      return asked.pictures().isPresent()
          ? run(asked, batch.getBatch(), given, buffers, options)
          : run(asked, given, buffers, options);
    }
  }

  private Answer run(
      Asked asked, TensorInputs given, RunBuffers buffers, OrtSession.RunOptions options)
      throws OrtException {
    CollectedOutputs collected = new CollectedOutputs(0, buffers.maxOutputBytes());
    try (OrtSession.Result result = session.run(given.byName(), outputs(asked), options)) {
      for (Map.Entry<String, OnnxValue> output : result) {
        collected.add(output.getKey(), output.getValue(), new CollectedOutputs.Run(0, 0, 0));
      }
    }
    return new Answer(collected.parts(), 0);
  }

  private Answer run(
      Asked asked,
      PictureBatch batch,
      TensorInputs given,
      RunBuffers buffers,
      OrtSession.RunOptions options)
      throws OrtException {
    PictureInput pictures = asked.pictures().orElseThrow();
    NodeInfo input = pictureInput(asked);
    int count = batch.getCount();
    int fixed = (int) Math.min(Math.max(0, shape(input)[0]), Integer.MAX_VALUE);
    int atOnce = fixed == 0 ? pictures.runBatch(count) : fixed;
    FloatBuffer buffer = buffers.forPictures(pictures, atOnce);
    CollectedOutputs collected = new CollectedOutputs(count, buffers.maxOutputBytes());
    Map<String, OnnxTensor> others = given.byName();
    BatchRuns runs =
        new BatchRuns(
            environment,
            session,
            new BatchRuns.Ends(
                input.getName(), ((TensorInfo) input.getInfo()).type, others, outputs(asked)),
            pictures,
            batch.getPixels(),
            count,
            buffer,
            options,
            collected,
            sameShapes);
    if (fixed == 0) {
      runs.run(count / atOnce, atOnce);
      runs.run(1, count % atOnce);
    } else {
      runs.run(new WholeRuns(count, fixed).runs(), fixed);
    }
    sameShapes = runs.sameShapes();
    return new Answer(collected.parts(), atOnce);
  }

  /** What has run so far; once, after the first batch. */
  Placement endProfile() {
    return profile.end(session);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a model of ONNX Runtime could not be closed", e);
    } finally {
      profile.discard();
    }
  }
}
