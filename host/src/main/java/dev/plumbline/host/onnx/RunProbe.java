package dev.plumbline.host.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Runs a model on random input to learn what its graph alone does not tell. */
final class RunProbe {
  private static final long SEED = 20_240_131;

  /** Tried for dimensions that the model leaves open. */
  static final long[] SIZES = {64, 224, 32};

  private static final int ROWS = 4;

  /** Far more than float16 and 8 bits round, and logits do not come that near by chance. */
  private static final double SUM_TOLERANCE = 0.02;

  private final OnnxModel model;

  RunProbe(OnnxModel model) {
    this.model = model;
  }

  /** Whether the scores lie in [0, 1] and sum to 1, whatever the input. */
  boolean givesProbabilities() {
    int fixed = model.batch();
    try (Session session = new Session()) {
      for (long size : SIZES) {
        Optional<Rows> rows = session.run(fixed > 0 ? fixed : ROWS, size);
        if (rows.isPresent()) {
          return rows.get().areProbabilities();
        }
      }
      return false;
    } catch (OrtException e) {
      return false;
    }
  }

  /**
   * How many pictures a model takes at once whose input leaves the batch open and whose graph may
   * not: 0 for any number.
   */
  int batch() {
    List<Integer> sizes = reshapedTo();
    if (sizes.isEmpty()) {
      return 0;
    }
    try (Session session = new Session()) {
      for (long size : SIZES) {
        // Two numbers, as one may be the one of a constant.
        if (session.run(2, size).isPresent() && session.run(3, size).isPresent()) {
          return 0;
        }
        for (int batch : sizes) {
          if (session.run(batch, size).isPresent()) {
            return batch;
          }
        }
      }
      return 0;
    } catch (OrtException e) {
      return 0;
    }
  }

  /** Which dimension of an output follows the number of inputs; empty where not one does. */
  OptionalInt batchDimension(String output) {
    try (Session session = new Session()) {
      for (long size : SIZES) {
        // Two numbers, as one may be that of another dimension.
        Optional<long[]> two = session.shape(output, 2, size);
        Optional<long[]> three = session.shape(output, 3, size);
        if (two.isPresent() && three.isPresent()) {
          return following(two.get(), three.get());
        }
      }
      return OptionalInt.empty();
    } catch (OrtException e) {
      return OptionalInt.empty();
    }
  }

  private static OptionalInt following(long[] two, long[] three) {
    int[] dimensions =
        IntStream.range(0, Math.min(two.length, three.length))
            .filter(i -> two[i] == 2 && three[i] == 3)
            .toArray();
    return dimensions.length == 1 ? OptionalInt.of(dimensions[0]) : OptionalInt.empty();
  }

  /** First dimensions of the constant shapes that values are reshaped to. */
  private List<Integer> reshapedTo() {
    List<Integer> sizes = new ArrayList<>();
    Graph graph = model.graph();
    for (Node node : graph.nodes()) {
      boolean reshapes = node.is("Reshape") || node.is("Expand");
      if (reshapes && node.input(0).flatMap(graph::constant).isEmpty()) {
        node.input(1)
            .flatMap(graph::constant)
            .filter(shape -> shape.size() > 1 && shape.longs()[0] > 0)
            .map(shape -> (int) Math.min(shape.longs()[0], 1024))
            .filter(size -> !sizes.contains(size))
            .ifPresent(sizes::add);
      }
    }
    return sizes;
  }

  /** Dimensions for an input: those that it declares, and a size for those that it leaves open. */
  static long[] dims(ValueInfo input, int batch, long size) {
    List<Long> declared =
        input.shape().filter(d -> !d.isEmpty()).orElse(List.of(-1L, -1L, -1L, -1L));
    long[] dims = new long[declared.size()];
    boolean channelsFirst = dims.length == 4 && declared.get(3) != 3 && declared.get(3) != 1;
    for (int i = 1; i < dims.length; i++) {
      // Three channels first, unless the last dimension says that it holds them.
      long open = i == 1 && channelsFirst ? 3 : size;
      dims[i] = declared.get(i) >= 0 ? declared.get(i) : open;
    }
    dims[0] = batch;
    return dims;
  }

  /** What a run gave, row by row. */
  private record Rows(float[] values, int rows) {
    boolean areProbabilities() {
      int width = values.length / rows;
      if (width < 2) {
        return false;
      }
      for (int row = 0; row < rows; row++) {
        double sum = 0;
        for (int c = 0; c < width; c++) {
          float value = values[row * width + c];
          if (!(value >= 0 && value <= 1 + SUM_TOLERANCE)) {
            return false;
          }
          sum += value;
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
          return false;
        }
      }
      return true;
    }
  }

  private final class Session implements AutoCloseable {
    private final OrtSession session;
    private final InputTensors inputs;

    Session() throws OrtException {
      inputs = InputTensors.of(model);
      try (SessionOptions options = RuntimeProvider.cpu().options()) {
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        session = RuntimeSession.environment().createSession(model.bytes(), options);
      }
    }

    /** The scores, if the model runs and gives a row for each picture. */
    Optional<Rows> run(int batch, long size) {
      ValueInfo input = model.graph().input();
      long[] dims = dims(input, batch, size);
      Optional<float[]> made = noise(input, dims);
      if (made.isEmpty()) {
        return Optional.empty();
      }
      float[] noise = made.get();
      if (model.rows().isPresent()) {
        return rowOutputs(input, noise, dims, batch);
      }
      String output = model.graph().output().name();
      try (OnnxTensor in = FloatTensors.create(input.elementType(), noise, dims);
          OrtSession.Result result = session.run(inputs.with(in), Set.of(output))) {
        if (!(result.get(0) instanceof OnnxTensor out) || !FloatTensors.isFloat(out)) {
          return Optional.empty();
        }
        OptionalLong width = ClassAxis.width(out.getInfo().getShape(), batch);
        return width.isPresent()
            ? Optional.of(new Rows(FloatTensors.read(out), batch))
            : Optional.empty();
      } catch (OrtException e) {
        return Optional.empty();
      }
    }

    /** Random numbers for an input; none where that is empty or very large. */
    private static Optional<float[]> noise(ValueInfo input, long[] dims) {
      long elements = Tensor.elements(dims);
      if (elements < 1 || elements > 1 << 24) {
        return Optional.empty();
      }
      float[] noise = new float[(int) elements];
      Random random = new Random(SEED);
      boolean whole = !FloatTensors.takes(input.elementType());
      for (int i = 0; i < noise.length; i++) {
        // Integers may be places in a table, and the first ones are in every table.
        noise[i] = whole ? random.nextInt(2) : (float) random.nextGaussian();
      }
      return Optional.of(noise);
    }

    /** The dimensions that an output has, if the model runs. */
    Optional<long[]> shape(String output, int batch, long size) {
      ValueInfo input = model.graph().input();
      long[] dims = dims(input, batch, size);
      Optional<float[]> noise = noise(input, dims);
      if (noise.isEmpty()) {
        return Optional.empty();
      }
      try (OnnxTensor in = FloatTensors.create(input.elementType(), noise.get(), dims);
          OrtSession.Result result = session.run(inputs.with(in), Set.of(output))) {
        return result.get(0) instanceof OnnxTensor out
            ? Optional.of(out.getInfo().getShape())
            : Optional.empty();
      } catch (OrtException e) {
        return Optional.empty();
      }
    }

    /** Nothing but whether each output has the batch where its task reads it. */
    private Optional<Rows> rowOutputs(ValueInfo input, float[] noise, long[] dims, int batch) {
      Map<String, Integer> batches = new HashMap<>();
      model.rows().orElseThrow().outputs().forEach(o -> batches.put(o.name(), o.batch()));
      try (OnnxTensor in = FloatTensors.create(input.elementType(), noise, dims);
          OrtSession.Result result = session.run(inputs.with(in), batches.keySet())) {
        for (Map.Entry<String, OnnxValue> output : result) {
          int at = batches.get(output.getKey());
          if (!(output.getValue() instanceof OnnxTensor out)
              || out.getInfo().getShape().length <= at
              || out.getInfo().getShape()[at] != batch) {
            return Optional.empty();
          }
        }
        return Optional.of(new Rows(new float[0], batch));
      } catch (OrtException e) {
        return Optional.empty();
      }
    }

    @Override
    public void close() throws OrtException {
      inputs.close();
      session.close();
    }
  }
}
