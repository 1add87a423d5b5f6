package dev.plumbline.host.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Expected by hand: dimensions of 1 carry nothing, and only one other may stand beside the batch.
 */
class ClassAxisTest {
  private static long[] dims(String text) {
    return text.isEmpty()
        ? new long[0]
        : Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "3 5,3,5",
    "3 5 1 1,3,5",
    "3 1 5,3,5",
    "1 5,1,5",
    "5,1,5",
    "5 1,1,5",
    "3,3,1",
    "3 1,3,1",
    "1,1,1",
    "'',1,1",
    "3 5 2,3,-1",
    "2 5,3,-1",
    "5,3,-1",
    "3 0,3,-1",
    "2 2,1,-1"
  })
  void aRowOfNumbersIsFoundForEachPicture(String shape, int pictures, long width) {
    OptionalLong expected = width < 0 ? OptionalLong.empty() : OptionalLong.of(width);
    assertEquals(expected, ClassAxis.width(dims(shape), pictures));
  }

  @ParameterizedTest
  @CsvSource({
    "-1 5,0,SCORES,5",
    "-1 5 1 1,0,SCORES,5",
    "-1 -1,0,SCORES,-1",
    "5,1,SCORES,5",
    "-1,1,SCORES,-1",
    "4,4,ONE_NUMBER,-1",
    "-1,0,ONE_NUMBER,-1",
    "-1 1,0,ONE_NUMBER,-1",
    "'',0,ONE_NUMBER,-1",
    "-1 5 2,0,OTHER,-1",
    "-1 128 7 7,0,OTHER,-1",
    "-1 0,0,OTHER,-1"
  })
  void aDeclaredShapeTellsWhetherItIsOfScores(
      String shape, int batch, ClassAxis.Declared declared, long classes) {
    List<Long> dims = Arrays.stream(dims(shape)).boxed().toList();
    ValueInfo output = new ValueInfo("y", "tensor", 1, Optional.of(dims));
    assertEquals(declared, ClassAxis.declared(output, batch));
    OptionalLong expected = classes < 0 ? OptionalLong.empty() : OptionalLong.of(classes);
    assertEquals(expected, ClassAxis.classes(output, batch));
  }
}
