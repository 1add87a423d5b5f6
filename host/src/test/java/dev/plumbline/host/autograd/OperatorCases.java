package dev.plumbline.host.autograd;

import java.util.List;
import java.util.stream.Stream;

/** The matrix of operators, attributes and kinds of inputs; a new family is a class and a line. */
final class OperatorCases {
  private OperatorCases() {}

  static List<OperatorCase> all() {
    return Stream.of(
            new ElementwiseCases(),
            new WindowCases(),
            new MatrixCases(),
            new AxisCases(),
            new ShapeCases(),
            new MovementCases(),
            new IndexCases(),
            new ShapeArithmeticCases(),
            new ResizeCases(),
            new QuantizationCases())
        .flatMap(family -> family.cases().stream())
        .toList();
  }
}
