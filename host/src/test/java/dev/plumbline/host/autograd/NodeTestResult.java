package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.TestDevice;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What came of a node test. */
sealed interface NodeTestResult {
  /** All outputs are as the test says. */
  record Passed() implements NodeTestResult {}

  /** Plumbline says that it does not compute this. */
  record Refused(String sentence) implements NodeTestResult {}

  /** An output differs, or something broke. */
  record Failed(String why) implements NodeTestResult {}

  /** Runs a test. */
  static NodeTestResult of(NodeTest test) {
    try (NDManager manager = DeviceArrays.owner();
        NDManager graph = manager.newSubManager();
        NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      OnnxModel model = OnnxModel.of(test.name(), test.ofOneInput());
      for (int i = 0; i < test.outputs().size(); i++) {
        String output = test.outputNames().get(i);
        // Only what one output is computed from is compiled.
        GraphProgram program =
            new GraphCompiler(
                    model.annotated("plumbline.output", output),
                    graph,
                    TestDevice.device(),
                    DataType.FLOAT32,
                    Map.of(),
                    Map.of(),
                    Optional.empty())
                .compile();
        compare(
            test.outputs().get(i),
            program.values(input(test, manager), List.of(output)).get(0),
            output);
      }
      return new Passed();
    } catch (UnsupportedNodeException | BadInputException e) {
      return new Refused(e.getMessage());
    } catch (RuntimeException | AssertionError e) {
      return new Failed(e.toString());
    }
  }

  private static NDArray input(NodeTest test, NDManager manager) {
    int variable = test.variable();
    if (variable < 0) {
      return TestDevice.place(manager.zeros(new Shape(1)));
    }
    TensorProto tensor = test.inputs().get(variable);
    double[] values = numbers(tensor);
    return TestDevice.place(manager.create(values, new Shape(dims(tensor))))
        .toType(DataType.FLOAT32, false);
  }

  private static long[] dims(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  private static void compare(TensorProto expected, Value found, String name) {
    if (found == null) {
      throw new UnsupportedNodeException("output " + name + " is not made");
    }
    long[] dims =
        found instanceof Value.Array a
            ? a.array().getShape().getShape()
            : ((Value.Integers) found).dims();
    if (!Arrays.equals(dims(expected), dims)) {
      throw new AssertionError(
          name
              + " has dimensions "
              + Arrays.toString(dims)
              + ", expected "
              + expected.getDimsList());
    }
    double[] numbers = numbers(expected);
    double[] values =
        found instanceof Value.Array a
            ? doubles(a.array())
            : Arrays.stream(((Value.Integers) found).values()).asDoubleStream().toArray();
    // The tolerance of ONNX's own runner, as some of the expected numbers are rounded to four
    // places; OperatorMatrixTest compares with ONNX Runtime more closely.
    double relative = 1e-3;
    boolean exact =
        expected.getDataType() != 1 && !halfPrecision(expected) && expected.getDataType() != 11;
    for (int i = 0; i < numbers.length; i++) {
      double tolerance = exact ? 0 : 1e-6 + relative * Math.abs(numbers[i]);
      boolean same =
          Double.compare(numbers[i], values[i]) == 0
              || numbers[i] == values[i]
              || Math.abs(numbers[i] - values[i]) <= tolerance;
      if (!same) {
        throw new AssertionError(
            name + " at " + i + " is " + values[i] + ", expected " + numbers[i]);
      }
    }
  }

  private static boolean halfPrecision(TensorProto tensor) {
    return tensor.getDataType() == TensorProto.DataType.FLOAT16.getNumber()
        || tensor.getDataType() == TensorProto.DataType.BFLOAT16.getNumber();
  }

  private static double[] doubles(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /** The numbers of any numeric tensor of a node test. */
  private static double[] numbers(TensorProto tensor) {
    double[] numbers = new double[(int) Arrays.stream(dims(tensor)).reduce(1, (a, b) -> a * b)];
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          tensor.getRawData().isEmpty() ? listed(tensor, i) : number(tensor.getDataType(), raw, i);
    }
    return numbers;
  }

  private static double listed(TensorProto tensor, int at) {
    return switch (tensor.getDataType()) {
      case 1 -> tensor.getFloatData(at);
      case 7 -> tensor.getInt64Data(at);
      case 10 -> half((short) tensor.getInt32Data(at));
      case 11 -> tensor.getDoubleData(at);
      case 21 -> tensor.getInt32Data(at / 2) >> 4 * (at % 2) & 0xf;
      case 22 -> (tensor.getInt32Data(at / 2) >> 4 * (at % 2) & 0xf ^ 8) - 8;
      default -> tensor.getInt32Data(at);
    };
  }

  private static double number(int type, ByteBuffer raw, int at) {
    return switch (type) {
      case 1 -> raw.getFloat(4 * at);
      case 2, 9 -> Byte.toUnsignedInt(raw.get(at));
      case 3 -> raw.get(at);
      case 4 -> Short.toUnsignedInt(raw.getShort(2 * at));
      case 5 -> raw.getShort(2 * at);
      case 6 -> raw.getInt(4 * at);
      case 7, 13 -> raw.getLong(8 * at);
      case 10 -> half(raw.getShort(2 * at));
      case 11 -> raw.getDouble(8 * at);
      case 12 -> Integer.toUnsignedLong(raw.getInt(4 * at));
      case 16 -> Float.intBitsToFloat(raw.getShort(2 * at) << 16);
      default -> throw new UnsupportedNodeException("a tensor is of type " + type);
    };
  }

  /** A number in IEEE 754 binary16. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24;
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> (1024 + fraction) * Math.pow(2, exponent - 25);
        };
    return bits < 0 ? -size : size;
  }
}
