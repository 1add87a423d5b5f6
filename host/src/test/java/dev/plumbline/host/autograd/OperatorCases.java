package dev.plumbline.host.autograd;

import java.util.List;
import java.util.stream.Stream;

/** The matrix of operators, attributes and kinds of inputs; a new family is a class and a line. */
final class OperatorCases {
  private OperatorCases() {}

  static List<OperatorCase> all() {
    return Stream.of(
            new ElementwiseCases(),
            new FunctionCases(),
            new WholeNumberCases(),
            new ReductionCases(),
            new ProductCases(),
            new WindowCases(),
            new SlidingCases(),
            new NormalizationCases(),
            new RecurrentCases(),
            new MatrixCases(),
            new AxisCases(),
            new ShapeCases(),
            new QuantizationCases(),
            new QuantizedFormCases(),
            new IntegerOperatorCases(false),
            new IntegerOperatorCases(true),
            new IntegerProductCases(false),
            new IntegerProductCases(true),
            new FusedCases(),
            new MovementCases(),
            new IndexCases(),
            new ShapeArithmeticCases(),
            new ResizeCases())
        .flatMap(family -> family.cases().stream())
        .toList();
  }
}
