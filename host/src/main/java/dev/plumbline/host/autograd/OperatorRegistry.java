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
    register("Concat", 13, new Concat());
    register("ConstantOfShape", 9, new ConstantOfShape());
    register("Conv", 11, new Conv());
    register("DequantizeLinear", 10, new DequantizeLinear());
    register("Div", 13, new Arithmetic((a, b) -> a / b, NDArray::div));
    register("Dropout", 13, new PassThrough());
    register("Elu", 6, new Elu());
    register("Erf", 13, context -> Kernel.elementwise(NDArray::erf));
    register("Exp", 13, context -> Kernel.elementwise(NDArray::exp));
    register("Flatten", 13, new Flatten());
    register("Gather", 13, new Gather());
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
    register("Pad", 13, new Pad());
    register("Pow", 13, context -> Kernel.ofArray(in -> in.array(0).pow(in.array(1))));
    register("QuantizeLinear", 10, new QuantizeLinear());
    register("ReduceMean", 13, new ReduceMean());
    register("ReduceSum", 13, new ReduceSum());
    register("Relu", 13, context -> Kernel.elementwise(a -> a.getNDArrayInternal().relu()));
    register("Reshape", 13, new Reshape());
    register("Shape", 13, new ShapeOf());
    register("Sigmoid", 13, context -> Kernel.elementwise(a -> a.getNDArrayInternal().sigmoid()));
    register("Slice", 13, new Slice());
    register("Softmax", 13, new Softmax(NDArray::softmax));
    register("Sqrt", 13, context -> Kernel.elementwise(NDArray::sqrt));
    register("Squeeze", 13, new Squeeze());
    register("Sub", 13, new Arithmetic(Math::subtractExact, NDArray::sub));
    register("Tanh", 13, context -> Kernel.elementwise(NDArray::tanh));
    register("Transpose", 13, new Transpose());
    register("Unsqueeze", 13, new Unsqueeze());
    registerIntegers();
    registerRuntimes();
  }

  /** Operators on quantized numbers. */
  private void registerIntegers() {
    register("ConvInteger", 10, new ConvInteger());
    register("DynamicQuantizeLinear", 11, new DynamicQuantizeLinear());
    register("MatMulInteger", 10, new MatMulInteger());
    register("QLinearConv", 10, new QLinearConv());
    register("QLinearMatMul", 10, new QLinearMatMul());
  }

  /** Operators that ONNX Runtime adds, and makes of others when it optimises or quantizes. */
  private void registerRuntimes() {
    String runtime = "com.microsoft";
    register(runtime, "BiasGelu", 1, RuntimeGelu.exact());
    register(runtime, "DequantizeLinear", 1, new DequantizeLinear());
    register(runtime, "DynamicQuantizeMatMul", 1, new IntegerProductToFloat(true));
    register(runtime, "FastGelu", 1, RuntimeGelu.fast());
    register(runtime, "FusedConv", 1, new FusedConv());
    register(runtime, "FusedGemm", 1, new FusedGemm());
    register(runtime, "FusedMatMul", 1, new FusedMatMul());
    register(runtime, "Gelu", 1, RuntimeGelu.exact());
    register(runtime, "MatMulIntegerToFloat", 1, new IntegerProductToFloat(false));
    register(runtime, "QGemm", 1, new QGemm());
    register(runtime, "QLinearAdd", 1, new QLinearArithmetic(false));
    register(runtime, "QLinearAveragePool", 1, new QLinearPool(false));
    register(runtime, "QLinearConcat", 1, new QLinearConcat());
    register(runtime, "QLinearGlobalAveragePool", 1, new QLinearPool(true));
    register(runtime, "QLinearLeakyRelu", 1, new QLinearFunction(QLinearFunction::leakyRelu));
    register(runtime, "QLinearMul", 1, new QLinearArithmetic(true));
    register(
        runtime,
        "QLinearSigmoid",
        1,
        new QLinearFunction(context -> x -> x.getNDArrayInternal().sigmoid()));
    register(runtime, "QLinearSoftmax", 1, new QLinearSoftmax());
    register(runtime, "QuantizeLinear", 1, new QuantizeLinear());
    register(runtime, "QuickGelu", 1, RuntimeGelu.quick());
    register(runtime, "SkipLayerNormalization", 1, new SkipLayerNormalization());
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
