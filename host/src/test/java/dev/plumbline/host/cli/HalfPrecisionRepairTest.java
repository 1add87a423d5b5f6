package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of float16 are not trained, which is said before the first search of a repair. */
class HalfPrecisionRepairTest {
  /** 1/16 and 1/2 in half precision. */
  private static final int SIXTEENTH = 0x2c00;

  private static final int HALF = 0x3800;

  @TempDir Path temp;

  @Test
  void repairRefusesThemBeforeItSearches() throws IOException {
    GreyFixture grey = new GreyFixture(temp);
    Path data = grey.writeDataWithOneBrightPictureAmongTheDark();
    Path original = grey.writeModel("original", 0.5f);
    ModelProto.Builder model = OnnxModel.read(original).proto().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(10);
    graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(10);
    graph.clearInitializer();
    TensorProto.Builder weights =
        TensorProto.newBuilder().setName("w").setDataType(10).addDims(16).addDims(2);
    for (int i = 0; i < 16; i++) {
      weights.addInt32Data(0).addInt32Data(SIXTEENTH);
    }
    graph.addInitializer(weights);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("b")
            .setDataType(10)
            .addDims(2)
            .addInt32Data(HALF)
            .addInt32Data(0));
    Path half = Files.write(temp.resolve("half.onnx"), model.build().toByteArray());
    Path corpus =
        grey.writeCorpus(
            OnnxModel.read(original).sha256(),
            OnnxModel.read(half).sha256(),
            new GreyFixture.Mutation(120, 1));
    VerbAnswer answer =
        grey.run(
            "repair",
            "--original",
            original,
            "--compressed",
            half,
            "--corpus",
            corpus,
            "--data",
            data,
            "--epochs",
            1,
            "--accelerator",
            "cpu",
            "--out",
            temp.resolve("repaired.onnx"));
    answer.isRefused("the weights of node Gemm logits are float16");
    assertFalse(answer.err().contains("searching"), answer.err());
  }
}
