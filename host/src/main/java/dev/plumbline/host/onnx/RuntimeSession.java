package dev.plumbline.host.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import dev.plumbline.host.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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
    /** As {@link #ALL}, with quantized patterns computed in floats, whatever the processor. */
    FLOATS,
    /** What the model says, operator by operator. */
    NONE
  }

  private final OnnxModel model;
  private final OrtSession session;
  private final String inputName;
  private final long fixedBatch;
  private FloatBuffer buffer = FloatBuffer.allocate(0);

  private RuntimeSession(OnnxModel model, OrtSession session, String inputName, long fixedBatch) {
    this.model = model;
    this.session = session;
    this.inputName = inputName;
    this.fixedBatch = fixedBatch;
  }

  /**
   * Loads a model.
   *
   * @throws BadInputException if ONNX Runtime refuses it
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
    try (SessionOptions options = provider.options()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setOptimizationLevel(
          optimization == Optimization.NONE ? OptLevel.NO_OPT : OptLevel.ALL_OPT);
      if (optimization == Optimization.FLOATS) {
        options.addConfigEntry("session.disable_quant_qdq", "1");
        // It takes turns with libtorch, whose threads would wait for those that spin.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
      }
      if (optimized.isPresent()) {
        options.setOptimizedModelFilePath(optimized.get().toString());
      }
      OrtSession session = environment().createSession(model.bytes(), options);
      try {
        NodeInfo input = session.getInputInfo().get(model.graph().input().name());
        long[] shape = ((TensorInfo) input.getInfo()).getShape();
        long batch = model.graph().quantizesDynamically() && shape[0] <= 0 ? 1 : shape[0];
        return new RuntimeSession(model, session, input.getName(), batch);
      } catch (OrtException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new BadInputException(
          "model " + model.name() + " is refused by ONNX Runtime: " + firstLine(e), e);
    }
  }

  static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "plumbline");
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
   * Runs the model.
   *
   * @param input the model's input, row-major
   * @param dims its dimensions, batch first
   * @return logits, one row per picture of the batch
   */
  public float[][] logits(float[] input, long... dims) {
    int batch = Math.toIntExact(dims[0]);
    if (fixedBatch <= 0 || fixedBatch == batch) {
      return run(input, 0, dims);
    }
    // A model exported for one batch size takes its pictures in portions of that size; one that
    // quantizes dynamically, one by one.
    if (batch % fixedBatch != 0) {
      throw new BadInputException(
          "model "
              + model.name()
              + " takes batches of "
              + fixedBatch
              + " only, found one of "
              + batch);
    }
    float[][] logits = new float[batch][];
    long[] portion = dims.clone();
    portion[0] = fixedBatch;
    int floats = Math.toIntExact(Tensor.elements(portion));
    for (int at = 0; at < batch; at += (int) fixedBatch) {
      float[][] part = run(input, at / (int) fixedBatch * floats, portion);
      System.arraycopy(part, 0, logits, at, part.length);
    }
    return logits;
  }

  private float[][] run(float[] input, int offset, long[] dims) {
    int count = Math.toIntExact(Tensor.elements(dims));
    if (buffer.capacity() < count) {
      // ONNX Runtime reads a direct buffer where it is; a heap buffer it would copy.
      buffer =
          ByteBuffer.allocateDirect(count * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }
    buffer.clear().put(input, offset, count).flip();
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment(), buffer, dims);
        OrtSession.Result result = session.run(Map.of(inputName, tensor))) {
      if (!(result.get(0) instanceof OnnxTensor output)) {
        throw new BadInputException(
            "model " + model.name() + " puts out something that is no tensor, expected logits");
      }
      long[] shape = output.getInfo().getShape();
      if (shape.length != 2 || shape[0] != dims[0]) {
        throw new BadInputException(
            "model "
                + model.name()
                + " puts out "
                + java.util.Arrays.toString(shape)
                + " for a batch of "
                + dims[0]
                + ", expected batch x classes");
      }
      FloatBuffer values = output.getFloatBuffer();
      float[][] logits = new float[(int) shape[0]][(int) shape[1]];
      for (float[] row : logits) {
        values.get(row);
      }
      return logits;
    } catch (OrtException e) {
      throw new BadInputException(
          "model " + model.name() + " fails in ONNX Runtime: " + firstLine(e), e);
    }
  }

  private static String firstLine(OrtException e) {
    String message = String.valueOf(e.getMessage()).strip();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  public OnnxModel model() {
    return model;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close " + model.name(), e);
    }
  }
}
