package dev.plumbline.host.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.ByteString;
import dev.plumbline.agent.runs.WholeRuns;
import dev.plumbline.host.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model in ONNX Runtime on this machine. One thread at a time.
 *
 * <p>ONNX Runtime reads ORT_DISABLE_TELEMETRY when its library loads; the launcher sets it.
 */
public final class RuntimeSession implements AutoCloseable {

  /** How a session is set up. */
  public enum Optimization {
    /** As ONNX Runtime does unasked: quantized patterns become integer kernels. */
    ALL,
    /**
     * As {@link #ALL}, on threads that sleep between runs: libtorch, which computes in turn with
     * them, would wait for threads that spin.
     */
    IN_TURN,
    /**
     * As {@link #IN_TURN}, with kernels of integers whose sums do not saturate, whatever the
     * processor: x86 without VNNI adds two products of U8 and S8 in 16 bits, others in 32.
     */
    UNSATURATED,
    /** What the model says, operator by operator. */
    NONE;

    private boolean sleeps() {
      return this == IN_TURN || this == UNSATURATED;
    }
  }

  /** Of ONNX Runtime's names of element types, before ONNX's own. */
  private static final String TYPE_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private final ModelContract contract;
  private final OnnxModel model;
  private final OrtSession session;
  private final ValueInfo input;
  private final InputTensors inputs;
  private final Set<String> outputs;
  private FloatBuffer buffer = FloatBuffer.allocate(0);

  private RuntimeSession(ModelContract contract, OnnxModel model, OrtSession session)
      throws OrtException {
    this.contract = contract;
    this.model = model;
    this.session = session;
    this.input = model.graph().input();
    this.inputs = InputTensors.of(model);
    this.outputs = Set.copyOf(contract.outputs());
  }

  /**
   * Loads a model.
   *
   * @throws BadInputException if it is no classifier of pictures, or ONNX Runtime refuses it
   */
  public static RuntimeSession open(OnnxModel model, RuntimeProvider provider) {
    return open(model, provider, Optimization.ALL, Optional.empty());
  }

  /**
   * As {@link #open(OnnxModel, RuntimeProvider)}, with a choice.
   *
   * @param optimized where ONNX Runtime writes the graph as it runs it
   */
  public static RuntimeSession open(
      OnnxModel model,
      RuntimeProvider provider,
      Optimization optimization,
      Optional<Path> optimized) {
    ModelContract contract = ModelContract.of(model);
    try {
      return new RuntimeSession(contract, model, create(model, provider, optimization, optimized));
    } catch (OrtException e) {
      throw new BadInputException(
          "model " + model.name() + " is refused by ONNX Runtime: " + firstLine(e), e);
    }
  }

  /**
   * As {@link #open(OnnxModel, RuntimeProvider)} on the CPU, with kernels that give what integers
   * give, whatever the processor: {@link Optimization#UNSATURATED}, or those that the model is
   * deployed with where ONNX Runtime has no others and these do not saturate.
   *
   * @return none where ONNX Runtime has no others and the deployed ones may saturate
   */
  public static Optional<RuntimeSession> openUnsaturated(OnnxModel model) {
    ModelContract contract = ModelContract.of(model);
    RuntimeProvider cpu = RuntimeProvider.cpu();
    try {
      OrtSession session = create(model, cpu, Optimization.UNSATURATED, Optional.empty());
      return Optional.of(new RuntimeSession(contract, model, session));
    } catch (OrtException e) {
      // The setting turns S8 weights into U8 and asks QGemm for a kernel that it does not have.
      RuntimeSession deployed = open(model, cpu, Optimization.IN_TURN, Optional.empty());
      if (SaturatingProducts.in(model).isEmpty()) {
        return Optional.of(deployed);
      }
      deployed.close();
      return Optional.empty();
    }
  }

  private static OrtSession create(
      OnnxModel model,
      RuntimeProvider provider,
      Optimization optimization,
      Optional<Path> optimized)
      throws OrtException {
    try (SessionOptions options = provider.options()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setOptimizationLevel(
          optimization == Optimization.NONE ? OptLevel.NO_OPT : OptLevel.ALL_OPT);
      if (optimization == Optimization.UNSATURATED) {
        options.addConfigEntry("session.x64quantprecision", "1");
      }
      if (optimization.sleeps()) {
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
      }
      if (optimized.isPresent()) {
        options.setOptimizedModelFilePath(optimized.get().toString());
      }
      return environment().createSession(model.bytes(), options);
    }
  }

  /**
   * Has ONNX Runtime load a model, whatever it computes, and lets go of it.
   *
   * @throws BadInputException if ONNX Runtime refuses it
   */
  static void requireLoads(OnnxModel model) {
    try (SessionOptions options = RuntimeProvider.cpu().options()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      environment().createSession(model.bytes(), options).close();
    } catch (OrtException e) {
      throw new BadInputException(
          "model " + model.name() + " is refused by ONNX Runtime: " + firstLine(e), e);
    }
  }

  /**
   * ONNX Runtime writes its errors to the terminal, with names out of the model as they stand
   * there; they come as exceptions too, so it keeps quiet here and in sessions.
   */
  static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "plumbline");
  }

  /** ONNX Runtime's version. */
  public static String version() {
    return environment().getVersion();
  }

  /** Whether the runtime here has a provider. */
  static boolean has(OrtProvider provider) {
    return OrtEnvironment.getAvailableProviders().contains(provider);
  }

  /**
   * Runs the model; one that takes a fixed number of pictures at once in {@link WholeRuns}.
   *
   * @param pictures the model's input, row-major
   * @param dims its dimensions, batch first
   * @return logits, one row per picture of the batch; what its task reads where the model is no
   *     classifier
   * @throws BadInputException if the model fails or gives something else than finite scores
   */
  public float[][] logits(float[] pictures, long... dims) {
    int batch = Math.toIntExact(dims[0]);
    int fixed = model.batch();
    if (fixed == 0 || fixed == batch) {
      return run(pictures, new WholeRuns(batch, batch), 0, dims);
    }
    float[][] logits = new float[batch][];
    long[] portion = dims.clone();
    portion[0] = fixed;
    WholeRuns runs = new WholeRuns(batch, fixed);
    for (int first = 0; first < batch; first += fixed) {
      float[][] part = run(pictures, runs, first, portion);
      System.arraycopy(part, 0, logits, first, runs.present(first));
    }
    return logits;
  }

  /**
   * Runs once.
   *
   * @param first place of the run
   */
  private float[][] run(float[] pictures, WholeRuns runs, int first, long[] dims) {
    int rows = Math.toIntExact(dims[0]);
    int count = Math.toIntExact(Tensor.elements(dims));
    int each = rows == 0 ? 0 : count / rows;
    if (buffer.capacity() < count) {
      // ONNX Runtime reads a direct buffer where it is; a heap buffer it would copy.
      buffer =
          ByteBuffer.allocateDirect(count * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }
    int present = runs.present(first);
    buffer.clear().put(pictures, first * each, present * each);
    for (int row = present; row < rows; row++) {
      buffer.put(pictures, runs.picture(first + row) * each, each);
    }
    buffer.flip();
    try (OnnxTensor tensor = FloatTensors.create(input.elementType(), buffer, dims);
        OrtSession.Result result = session.run(inputs.with(tensor), outputs)) {
      if (!contract.classifies()) {
        return contract.rows(tensors(result), rows);
      }
      if (!(result.get(0) instanceof OnnxTensor out)) {
        throw contract.noScores(result.get(0).getType().toString(), new long[0]);
      }
      if (!FloatTensors.isFloat(out)) {
        String type = out.getInfo().onnxType.name().replace(TYPE_PREFIX, "");
        throw contract.noScores(type.toLowerCase(Locale.ROOT), out.getInfo().getShape());
      }
      return contract.logits(FloatTensors.read(out), out.getInfo().getShape(), rows);
    } catch (OrtException e) {
      throw new BadInputException(
          "model " + model.name() + " fails in ONNX Runtime: " + firstLine(e), e);
    }
  }

  private Map<String, Tensor> tensors(OrtSession.Result result) throws OrtException {
    Map<String, Tensor> tensors = new HashMap<>();
    for (Map.Entry<String, OnnxValue> output : result) {
      if (!(output.getValue() instanceof OnnxTensor tensor)) {
        throw contract.noScores(output.getValue().getType().toString(), new long[0]);
      }
      tensors.put(output.getKey(), tensor(output.getKey(), tensor));
    }
    return tensors;
  }

  private Tensor tensor(String output, OnnxTensor tensor) throws OrtException {
    TensorInfo info = tensor.getInfo();
    if (FloatTensors.isFloat(tensor)) {
      return Tensor.ofFloats(info.getShape(), FloatTensors.read(tensor));
    }
    ElementType type =
        // By name: ONNX Runtime's Java numbers types otherwise than ONNX does.
        ElementType.named(info.onnxType.name().replace(TYPE_PREFIX, ""))
            .orElseThrow(
                () ->
                    new BadInputException(
                        "model "
                            + model.name()
                            + " puts out "
                            + info.type
                            + " as "
                            + output
                            + ", expected numbers"));
    return Tensor.ofRaw(type, info.getShape(), ByteString.copyFrom(tensor.getByteBuffer()));
  }

  private static String firstLine(OrtException e) {
    String message = String.valueOf(e.getMessage()).strip();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  public OnnxModel model() {
    return model;
  }

  /** What the model takes and gives. */
  public ModelContract contract() {
    return contract;
  }

  @Override
  public void close() {
    inputs.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close " + model.name(), e);
    }
  }
}
