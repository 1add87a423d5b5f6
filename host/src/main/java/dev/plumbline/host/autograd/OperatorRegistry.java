package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The operators that Plumbline differentiates, by domain, name and since-version. */
final class OperatorRegistry {
  /**
   * @param domain empty for ONNX's own
   * @param operator as ONNX spells it
   * @param since first version of the domain that this implementation is right for
   */
  record Key(String domain, String operator, int since) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byDomain = domain.compareTo(other.domain);
      int byOperator = byDomain != 0 ? byDomain : operator.compareTo(other.operator);
      return byOperator != 0 ? byOperator : Integer.compare(since, other.since);
    }
  }

  static final OperatorRegistry DEFAULT = new OperatorRegistry();

  private final TreeMap<Key, Operator> operators = new TreeMap<>();

  private OperatorRegistry() {
    register("Add", 13, new Arithmetic(Math::addExact, NDArray::add));
    register("AveragePool", 11, new AveragePool());
    register("BatchNormalization", 9, new BatchNormalization());
    register("Cast", 13, new Cast());
    register("Clip", 13, new Clip());
    register("Concat", 4, new Concat());
    register("ConstantOfShape", 9, new ConstantOfShape());
    register("Conv", 11, new Conv());
    register("DepthToSpace", 1, new DepthToSpace());
    register("DequantizeLinear", 13, new DequantizeLinear());
    register("Div", 13, new Arithmetic((a, b) -> a / b, NDArray::div));
    register("Dropout", 13, new PassThrough());
    register("Elu", 6, new Elu());
    register("Erf", 13, context -> Kernel.elementwise(NDArray::erf));
    register("Exp", 13, context -> Kernel.elementwise(NDArray::exp));
    register("Expand", 8, new Expand());
    register("EyeLike", 9, new EyeLike());
    register("Flatten", 1, new Flatten());
    register("Gather", 1, new Gather());
    register("GatherElements", 11, new GatherElements());
    register("GatherND", 11, new GatherNd());
    register("Gemm", 13, new Gemm());
    register("GlobalAveragePool", 1, new GlobalAveragePool());
    register("GlobalMaxPool", 1, new GlobalMaxPool());
    register("HardSigmoid", 6, new HardSigmoid());
    register("HardSwish", 14, context -> Kernel.elementwise(HardSigmoid::hardSwish));
    register("Identity", 13, new PassThrough());
    register("LeakyRelu", 6, new LeakyRelu());
    register("LogSoftmax", 13, new Softmax(NDArray::logSoftmax));
    register("MatMul", 13, context -> Kernel.ofArray(in -> in.array(0).matMul(in.array(1))));
    register("MaxPool", 11, new MaxPool());
    register("Mul", 13, new Arithmetic(Math::multiplyExact, NDArray::mul));
    register("Neg", 13, context -> Kernel.elementwise(NDArray::neg));
    register("OneHot", 9, new OneHot());
    register("Pad", 13, new Pad());
    register("Pow", 13, context -> Kernel.ofArray(in -> in.array(0).pow(in.array(1))));
    register("QuantizeLinear", 13, new QuantizeLinear());
    register("Range", 11, new Range());
    register("ReduceMean", 13, new ReduceMean());
    register("ReduceSum", 13, new ReduceSum());
    register("Relu", 13, context -> Kernel.elementwise(a -> a.getNDArrayInternal().relu()));
    register("Reshape", 5, new Reshape());
    register("Resize", 10, new Resize());
    register("Scatter", 9, new ScatterElements());
    register("ScatterElements", 11, new ScatterElements());
    register("ScatterND", 11, new ScatterNd());
    register("Shape", 1, new ShapeOf());
    register("Sigmoid", 13, context -> Kernel.elementwise(a -> a.getNDArrayInternal().sigmoid()));
    register("Size", 1, new SizeOf());
    register("Slice", 1, new Slice());
    register("Softmax", 13, new Softmax(NDArray::softmax));
    register("SpaceToDepth", 1, new SpaceToDepth());
    register("Split", 2, new Split());
    register("Sqrt", 13, context -> Kernel.elementwise(NDArray::sqrt));
    register("Squeeze", 1, new Squeeze());
    register("Sub", 13, new Arithmetic(Math::subtractExact, NDArray::sub));
    register("Tanh", 13, context -> Kernel.elementwise(NDArray::tanh));
    register("Tile", 6, new Tile());
    register("TopK", 1, new TopK());
    register("Transpose", 1, new Transpose());
    register("Trilu", 14, new Trilu());
    register("Unsqueeze", 1, new Unsqueeze());
    register("Upsample", 7, new Resize());
  }

  private void register(String operator, int since, Operator implementation) {
    register("", operator, since, implementation);
  }

  private void register(String domain, String operator, int since, Operator implementation) {
    if (operators.putIfAbsent(new Key(domain, operator, since), implementation) != null) {
      throw new IllegalStateException(
          "operator " + operator + " of domain '" + domain + "' since " + since + " comes twice");
    }
  }

  /** The operators with their keys, in order. */
  Map<Key, Operator> all() {
    return Collections.unmodifiableMap(operators);
  }

  /** The newest implementation that is not newer than the model's opset. */
  Optional<Operator> find(String domain, String operator, int opset) {
    Map.Entry<Key, Operator> entry = operators.floorEntry(new Key(domain, operator, opset));
    return entry != null
            && entry.getKey().domain().equals(domain)
            && entry.getKey().operator().equals(operator)
        ? Optional.of(entry.getValue())
        : Optional.empty();
  }

  /** Compiles a node, or says in one sentence why not. */
  Kernel compile(NodeContext context) {
    return find(context.node().domain(), context.node().operator(), context.opset())
        .orElseThrow(() -> context.unsupported("Plumbline has no such operator"))
        .compile(context);
  }
}
