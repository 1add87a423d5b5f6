package dev.plumbline.host.device;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.plumbline.device.v1.ElementType;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.NamedTensor;
import dev.plumbline.device.v1.OutputPart;
import dev.plumbline.device.v1.PictureBatch;
import dev.plumbline.host.judging.DeviceUnreachableException;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Devices of version 2 whose tensors are not those that were due. */
class OddTensorsTest {
  /** Two numbers for each picture, in one part. */
  private static InferResponse.Builder right(PictureBatch batch) {
    InferResponse.Builder right =
        InferResponse.newBuilder().setBatchId(batch.getId()).setCount(batch.getCount());
    right.getFingerprintBuilder().setModelSha256(FakeDevice.SHA256);
    right.addOutputs(
        OutputPart.newBuilder()
            .setCount(batch.getCount())
            .setRun(batch.getCount())
            .setRows(true)
            .setTensor(
                NamedTensor.newBuilder()
                    .setName("scores")
                    .setElementType(ElementType.ELEMENT_TYPE_FLOAT)
                    .addDims(batch.getCount())
                    .addDims(2)
                    .setData(ByteString.copyFrom(new byte[batch.getCount() * 2 * Float.BYTES]))));
    return right;
  }

  private static Map.Entry<String, Consumer<InferResponse.Builder>> odd(
      String what, Consumer<InferResponse.Builder> spoil) {
    return Map.entry(what, spoil);
  }

  private static Map.Entry<String, Consumer<InferResponse.Builder>> part(
      String what, Consumer<OutputPart.Builder> spoil) {
    return odd(what, answer -> spoil.accept(answer.getOutputsBuilder(0)));
  }

  private static Map.Entry<String, Consumer<InferResponse.Builder>> tensor(
      String what, Consumer<NamedTensor.Builder> spoil) {
    return part(what, part -> spoil.accept(part.getTensorBuilder()));
  }

  static Stream<Map.Entry<String, Consumer<InferResponse.Builder>>> oddAnswers() {
    return Stream.of(
        odd("another batch", a -> a.setBatchId(7)),
        odd("fewer pictures", a -> a.setCount(1)),
        odd("another model", a -> a.getFingerprintBuilder().setModelSha256("b".repeat(64))),
        odd("no outputs", InferResponse.Builder::clearOutputs),
        odd("logits instead", a -> a.clearOutputs().setClasses(1).addLogits(1).addLogits(2)),
        odd("a part twice", a -> a.addOutputs(a.getOutputs(0))),
        part("a part too short", p -> p.setCount(1)),
        part("no pictures", p -> p.setCount(0)),
        part("negative pictures", p -> p.setCount(-1)),
        part("too many pictures", p -> p.setCount(Integer.MAX_VALUE)),
        part("pictures that are not due", p -> p.setFirst(1)),
        part("no run", p -> p.setRun(0)),
        part("a run that is smaller than its pictures", p -> p.setRows(false).setRun(1)),
        tensor("no dimensions of rows", NamedTensor.Builder::clearDims),
        tensor("other rows than pictures", t -> t.setDims(0, 4).setDims(1, 1)),
        tensor("too few bytes", t -> t.setData(ByteString.copyFrom(new byte[12]))),
        tensor("a negative dimension", t -> t.setDims(1, -2)),
        tensor("10^9 numbers", t -> t.setDims(1, 1_000_000_000)),
        tensor("more numbers than a long counts", t -> t.setDims(1, 1L << 62).addDims(4)),
        tensor("a type that is unknown", t -> t.setElementTypeValue(77)),
        tensor("text", t -> t.setElementTypeValue(8)),
        tensor("no type", NamedTensor.Builder::clearElementType));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddAnswers")
  void anAnswerThatIsNotTheOneThatWasDueIsNotTaken(
      Map.Entry<String, Consumer<InferResponse.Builder>> odd) throws IOException {
    try (FakeDevice device =
        FakeDevice.start(
            2,
            (batch, responses) -> {
              InferResponse.Builder answer = right(batch);
              odd.getValue().accept(answer);
              responses.onNext(answer.build());
            })) {
      String said = device.failure(DeviceUnreachableException.class, 5).getMessage();
      assertTrue(said.startsWith("device " + device.address() + " answered with "), said);
      assertTrue(said.endsWith("where batch 0 of 2 pictures was due"), said);
    }
  }
}
