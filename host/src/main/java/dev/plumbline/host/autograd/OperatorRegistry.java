package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

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
    activations();
    functions();
    arithmetic();
    logic();
    reductions();
    products();
    windows();
    normalisation();
    recurrent();
    shapes();
    quantization();
    integers();
    runtime();
  }

  private void windows() {
    register("AveragePool", 1, new AveragePool());
    register("Conv", 1, new Conv());
    register("ConvTranspose", 1, new ConvTranspose());
    register("GlobalAveragePool", 1, GlobalPool.AVERAGE);
    register("GlobalLpPool", 2, GlobalPool::lp);
    register("GlobalMaxPool", 1, GlobalPool.MAX);
    register("LpPool", 2, new LpPool());
    register("MaxPool", 1, new MaxPool());
    register("Pad", 2, new Pad());
  }

  private void normalisation() {
    register("BatchNormalization", 7, new BatchNormalization());
    register("Dropout", 7, new Dropout());
    register("GroupNormalization", 18, new GroupNormalization());
    register("InstanceNormalization", 6, new GroupNormalization());
    register("LRN", 1, new Lrn());
    register("LayerNormalization", 17, new LayerNormalization());
    register("LpNormalization", 1, new LpNormalization());
    register("MeanVarianceNormalization", 9, new MeanVarianceNormalization());
    register("RMSNormalization", 23, LayerNormalization::rootMeanSquare);
  }

  private void recurrent() {
    register("GRU", 7, Gru.OPERATOR);
    register("LSTM", 7, Lstm.OPERATOR);
    register("RNN", 7, Rnn.OPERATOR);
  }

  private void shapes() {
    register("Concat", 4, new Concat());
    register("ConstantOfShape", 9, new ConstantOfShape());
    register("DepthToSpace", 1, new DepthToSpace());
    register("Expand", 8, new Expand());
    register("EyeLike", 9, new EyeLike());
    register("Flatten", 1, new Flatten());
    register("Gather", 1, new Gather());
    register("GatherElements", 11, new GatherElements());
    register("GatherND", 11, new GatherNd());
    register("OneHot", 9, new OneHot());
    register("Range", 11, new Range());
    register("Reshape", 5, new Reshape());
    register("Resize", 10, new Resize());
    register("Scatter", 9, new ScatterElements());
    register("ScatterElements", 11, new ScatterElements());
    register("ScatterND", 11, new ScatterNd());
    register("Shape", 1, new ShapeOf());
    register("Size", 1, new SizeOf());
    register("Slice", 1, new Slice());
    register("SpaceToDepth", 1, new SpaceToDepth());
    register("Split", 2, new Split());
    register("Squeeze", 1, new Squeeze());
    register("Tile", 6, new Tile());
    register("TopK", 1, new TopK());
    register("Transpose", 1, new Transpose());
    register("Trilu", 14, new Trilu());
    register("Unsqueeze", 1, new Unsqueeze());
    register("Upsample", 7, new Resize());
  }

  /** Operators on quantized numbers. */
  private void integers() {
    register("ConvInteger", 10, new ConvInteger());
    register("DynamicQuantizeLinear", 11, new DynamicQuantizeLinear());
    register("MatMulInteger", 10, new MatMulInteger());
    register("QLinearConv", 10, new QLinearConv());
    register("QLinearMatMul", 10, new QLinearMatMul());
  }

  /** Operators that ONNX Runtime adds, and makes of others when it optimises or quantizes. */
  private void runtime() {
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

  private void quantization() {
    register("DequantizeLinear", 10, new DequantizeLinear());
    register("QuantizeLinear", 10, new QuantizeLinear());
  }

  private void activations() {
    register("Celu", 12, new Celu());
    register("Clip", 6, new Clip());
    register("Elu", 6, new Elu());
    register("Gelu", 20, new Gelu());
    register("HardSigmoid", 6, new HardSigmoid());
    register("HardSwish", 14, context -> Kernel.elementwise(HardSigmoid::hardSwish));
    register("Hardmax", 1, new Softmax(Softmax::hardmax));
    register("LeakyRelu", 6, new LeakyRelu());
    register("LogSoftmax", 1, new Softmax(NDArray::logSoftmax));
    register(
        "Mish",
        18,
        context -> Kernel.elementwise(a -> a.mul(a.getNDArrayInternal().softPlus().tanh())));
    register("PRelu", 7, new PRelu());
    register("Relu", 6, new Elementwise(v -> Math.max(v, 0), a -> a.getNDArrayInternal().relu()));
    register("Selu", 6, new Selu());
    register("Shrink", 9, new Shrink());
    register("Sigmoid", 6, context -> Kernel.elementwise(a -> a.getNDArrayInternal().sigmoid()));
    register("Softmax", 1, new Softmax(NDArray::softmax));
    register("Softplus", 1, context -> Kernel.elementwise(a -> a.getNDArrayInternal().softPlus()));
    register("Softsign", 1, context -> Kernel.elementwise(a -> a.getNDArrayInternal().softSign()));
    register("ThresholdedRelu", 10, new ThresholdedRelu());
  }

  private void functions() {
    register("Abs", 6, new Elementwise(Math::abs, NDArray::abs));
    register("Acos", 7, context -> Kernel.elementwise(NDArray::acos));
    register("Acosh", 9, context -> Kernel.elementwise(Hyperbolic::acosh));
    register("Asin", 7, context -> Kernel.elementwise(NDArray::asin));
    register("Asinh", 9, context -> Kernel.elementwise(Hyperbolic::asinh));
    register("Atan", 7, context -> Kernel.elementwise(NDArray::atan));
    register("Atanh", 9, context -> Kernel.elementwise(Hyperbolic::atanh));
    register("Cast", 6, new Cast());
    register("CastLike", 15, Cast::like);
    register("Ceil", 6, context -> Kernel.elementwise(NDArray::ceil));
    register("Cos", 7, context -> Kernel.elementwise(NDArray::cos));
    register("Cosh", 9, context -> Kernel.elementwise(NDArray::cosh));
    register("Erf", 9, context -> Kernel.elementwise(NDArray::erf));
    register("Exp", 6, context -> Kernel.elementwise(NDArray::exp));
    register("Floor", 6, context -> Kernel.elementwise(NDArray::floor));
    register("Identity", 1, new PassThrough());
    register("IsInf", 10, new IsInf());
    register(
        "IsNaN", 9, context -> Kernel.elementwise(a -> a.isNaN().toType(a.getDataType(), false)));
    register("Log", 6, context -> Kernel.elementwise(NDArray::log));
    register("Neg", 6, new Elementwise(v -> -v, NDArray::neg));
    register("Reciprocal", 6, context -> Kernel.elementwise(a -> a.onesLike().div(a)));
    register("Round", 11, context -> Kernel.elementwise(NDArray::round));
    register("Sign", 9, new Elementwise(Long::signum, NDArray::sign));
    register("Sin", 7, context -> Kernel.elementwise(NDArray::sin));
    register("Sinh", 9, context -> Kernel.elementwise(NDArray::sinh));
    register("Sqrt", 6, context -> Kernel.elementwise(SquareRoot::of));
    register("Tan", 7, context -> Kernel.elementwise(NDArray::tan));
    register("Tanh", 6, context -> Kernel.elementwise(NDArray::tanh));
  }

  private void arithmetic() {
    register("Add", 7, new Arithmetic(Math::addExact, NDArray::add));
    register("Div", 7, new Div());
    register("Max", 6, new Variadic(Math::max, NDArray::maximum, false));
    register("Mean", 6, new Variadic(Math::addExact, NDArray::add, true));
    register("Min", 6, new Variadic(Math::min, NDArray::minimum, false));
    register("Mod", 10, new Mod());
    register("Mul", 7, new Arithmetic(Math::multiplyExact, NDArray::mul));
    register("Pow", 7, new Pow());
    register("Sub", 7, new Arithmetic(Math::subtractExact, NDArray::sub));
    register("Sum", 6, new Variadic(Math::addExact, NDArray::add, false));
  }

  private void logic() {
    register("And", 7, Arithmetic.relation((a, b) -> a != 0 && b != 0, NDArray::logicalAnd));
    register("Equal", 7, Arithmetic.relation((a, b) -> a == b, NDArray::eq));
    register("Greater", 7, Arithmetic.relation((a, b) -> a > b, NDArray::gt));
    register("GreaterOrEqual", 12, Arithmetic.relation((a, b) -> a >= b, NDArray::gte));
    register("Less", 7, Arithmetic.relation((a, b) -> a < b, NDArray::lt));
    register("LessOrEqual", 12, Arithmetic.relation((a, b) -> a <= b, NDArray::lte));
    register(
        "Not",
        1,
        new Elementwise(v -> v == 0 ? 1 : 0, a -> a.logicalNot().toType(a.getDataType(), false)));
    register("Or", 7, Arithmetic.relation((a, b) -> a != 0 || b != 0, NDArray::logicalOr));
    register("Where", 9, new Where());
    register("Xor", 7, Arithmetic.relation((a, b) -> a != b, NDArray::logicalXor));
  }

  private void reductions() {
    register("ArgMax", 1, new ArgExtreme(true));
    register("ArgMin", 1, new ArgExtreme(false));
    register("CumSum", 11, new CumSum());
    ToLongFunction<long[]> max = v -> LongStream.of(v).max().orElseThrow();
    ToLongFunction<long[]> min = v -> LongStream.of(v).min().orElseThrow();
    ToLongFunction<long[]> product = v -> LongStream.of(v).reduce(1, Math::multiplyExact);
    reduction("ReduceMax", max, Reduction.overOneAxis(NDArray::max));
    reduction("ReduceMin", min, Reduction.overOneAxis(NDArray::min));
    reduction("ReduceProd", product, Reduction.overOneAxis(NDArray::prod));
    reduction("ReduceMean", Reduction::mean, Reduction::mean);
    reduction(
        "ReduceL1",
        v -> LongStream.of(v).map(Math::abs).sum(),
        Reduction.after(NDArray::abs, Reduction::sum));
    reduction(
        "ReduceL2",
        v -> (long) Math.sqrt(LongStream.of(v).mapToDouble(e -> (double) e * e).sum()),
        Reduction::norm);
    reduction(
        "ReduceLogSum",
        v -> (long) Math.log(LongStream.of(v).sum()),
        (a, axes, keep) -> Reduction.sum(a, axes, keep).log());
    reduction(
        "ReduceLogSumExp",
        v -> (long) Math.log(LongStream.of(v).mapToDouble(Math::exp).sum()),
        Reduction::logSumExp);
    reduction(
        "ReduceSumSquare",
        v -> LongStream.of(v).map(e -> e * e).sum(),
        Reduction.after(NDArray::square, Reduction::sum));
    register("ReduceSum", 1, new Reduction(13, v -> LongStream.of(v).sum(), Reduction::sum));
  }

  private void reduction(
      String operator, ToLongFunction<long[]> ofIntegers, Reduction.OverAxes ofArrays) {
    register(operator, 1, new Reduction(18, ofIntegers, ofArrays));
  }

  private void products() {
    register("Einsum", 12, new Einsum());
    register("Gemm", 7, new Gemm());
    register("MatMul", 1, context -> Kernel.ofArray(in -> in.array(0).matMul(in.array(1))));
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
