package dev.plumbline.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.plumbline.host.NamedPipe;
import dev.plumbline.host.cli.GreyFixture.Mutation;
import dev.plumbline.host.onnx.GraphBuilder;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.PreprocessingMetadata;
import dev.plumbline.host.onnx.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every verb that takes a model, given files that are none, or models that mean harm. */
@Timeout(60)
class HostileModelsOnVerbsTest {
  private static final String SECRET = "nobody is to read this";

  /** Of the first weights of a grey model: as many are read where nothing stands against it. */
  private static final int WEIGHT_BYTES = 32 * Float.BYTES;

  @TempDir static Path temp;
  private static GreyFixture grey;
  private static Path sound;
  private static Path corpus;
  private static Path data;

  /** Makes a file, or names what is there. */
  @FunctionalInterface
  private interface Making {
    Path at(Path file) throws Exception;
  }

  private static final Map<String, Making> MODELS =
      Map.ofEntries(
          Map.entry("nothing", file -> file),
          Map.entry("a folder", Files::createDirectory),
          Map.entry("a named pipe", NamedPipe::make),
          Map.entry("a device", file -> Path.of("/dev/zero")),
          Map.entry("an empty file", Files::createFile),
          Map.entry("text", file -> Files.writeString(file, "<html>\u001b[31mnot found</html>")),
          Map.entry("a file of 1 TB", file -> sparse(file, 1L << 40)),
          Map.entry("half a model", file -> Files.write(file, half())),
          Map.entry("a graph without nodes", file -> Files.write(file, new byte[] {0x3a, 0})),
          Map.entry("a length of 2 GB", file -> Files.write(file, endlessLength())),
          Map.entry("nested graphs", file -> Files.write(file, nested())),
          Map.entry("a tensor of 100 GB", file -> Files.write(file, constantOfShape())),
          Map.entry("weights of another folder", file -> Files.write(file, external("../secret"))),
          Map.entry("weights of the system", file -> Files.write(file, external("/etc/passwd"))),
          Map.entry("weights behind a link", HostileModelsOnVerbsTest::linked),
          Map.entry("names of escapes", file -> Files.write(file, escapes())));

  private static final Map<String, List<Object>> VERBS =
      Map.ofEntries(
          Map.entry("inspect", List.of("inspect", "MODEL")),
          Map.entry("inspect --verify", List.of("inspect", "MODEL", "--verify", "--data", "DATA")),
          Map.entry("evaluate", List.of("evaluate", "MODEL", "--data", "DATA")),
          Map.entry(
              "evaluate --original",
              List.of("evaluate", "SOUND", "--original", "MODEL", "--data", "DATA")),
          Map.entry("quantize", List.of("quantize", "MODEL", "--data", "DATA", "--out", "OUT")),
          Map.entry(
              "prune",
              List.of(
                  "prune",
                  "MODEL",
                  "--rate",
                  "0.5",
                  "--epochs",
                  "0",
                  "--data",
                  "DATA",
                  "--out",
                  "OUT")),
          Map.entry(
              "distill",
              List.of(
                  "distill",
                  "--teacher",
                  "MODEL",
                  "--student",
                  "SOUND",
                  "--epochs",
                  "1",
                  "--data",
                  "DATA",
                  "--out",
                  "OUT")),
          Map.entry(
              "search",
              List.of(
                  "search",
                  "--original",
                  "MODEL",
                  "--compressed",
                  "SOUND",
                  "--data",
                  "DATA",
                  "--out",
                  "OUT",
                  "--database",
                  "DATABASE")),
          Map.entry(
              "search --compressed",
              List.of(
                  "search",
                  "--original",
                  "SOUND",
                  "--compressed",
                  "MODEL",
                  "--data",
                  "DATA",
                  "--out",
                  "OUT",
                  "--database",
                  "DATABASE")),
          Map.entry(
              "layers",
              List.of("layers", "CORPUS", "--original", "SOUND", "--compressed", "MODEL")),
          Map.entry(
              "confirm",
              List.of(
                  "confirm",
                  "CORPUS",
                  "--device",
                  "127.0.0.1:1",
                  "--model",
                  "MODEL",
                  "--database",
                  "DATABASE")),
          Map.entry(
              "check",
              List.of("check", "--corpus", "CORPUS", "--model", "MODEL", "--database", "DATABASE")),
          Map.entry(
              "attack",
              List.of(
                  "attack", "SOUND", "--compressed", "MODEL", "--data", "DATA", "--epsilon", "8")),
          Map.entry(
              "repair",
              List.of(
                  "repair",
                  "--original",
                  "SOUND",
                  "--compressed",
                  "MODEL",
                  "--corpus",
                  "CORPUS",
                  "--data",
                  "DATA",
                  "--out",
                  "OUT",
                  "--database",
                  "DATABASE")));

  @BeforeAll
  static void write() throws IOException {
    grey = new GreyFixture(temp);
    sound = grey.writeModel("sound", 0.5f);
    String sha256 = OnnxModel.read(sound).sha256();
    corpus = grey.writeCorpus(sha256, sha256, new Mutation(100, 0));
    data = grey.writeDataWithOneBrightPictureAmongTheDark();
    Files.writeString(temp.resolve("secret"), SECRET.repeat(WEIGHT_BYTES));
  }

  static Stream<Arguments> modelsAndVerbs() {
    return MODELS.keySet().stream()
        .sorted()
        .flatMap(model -> VERBS.keySet().stream().sorted().map(verb -> Arguments.of(model, verb)));
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("modelsAndVerbs")
  void aSentenceAndNothingWritten(String kind, String verb) throws Exception {
    Path own = Files.createDirectory(temp.resolve(verb.replace(' ', '_') + kind.hashCode()));
    Path model = MODELS.get(kind).at(own.resolve("m.onnx"));
    Path out = own.resolve("out");
    List<Object> args = new ArrayList<>();
    for (Object word : VERBS.get(verb)) {
      args.add(
          switch (word.toString()) {
            case "MODEL" -> model;
            case "SOUND" -> sound;
            case "CORPUS" -> corpus;
            case "DATA" -> data;
            case "OUT" -> out;
            case "DATABASE" -> "jdbc:h2:file:" + temp.resolve("fleet");
            default -> word;
          });
    }
    VerbAnswer answer = VerbAnswer.of(args.toArray());
    answer.isRefusedInPlainWords(model.toString());
    assertFalse(Files.exists(out), "it wrote " + out);
    assertFalse(answer.err().contains(SECRET), answer.err());
    try (Stream<Path> left = Files.list(own)) {
      assertEquals(
          List.of(), left.filter(f -> !f.getFileName().toString().startsWith("m.onnx")).toList());
    }
  }

  private static Path sparse(Path file, long bytes) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    return file;
  }

  /** Nothing else is wrong with it, so that each verb would take it. */
  private static byte[] whole() {
    return PreprocessingMetadata.write(GreyFixture.model("whole", 0.5f), GreyFixture.PLAIN).bytes();
  }

  private static byte[] half() {
    byte[] whole = whole();
    return java.util.Arrays.copyOf(whole, whole.length / 2);
  }

  /** Field 7, the graph, of 2^31 - 1 bytes that do not come. */
  private static byte[] endlessLength() {
    return new byte[] {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 1, 2, 3};
  }

  private static byte[] nested() {
    GraphProto graph = GraphProto.getDefaultInstance();
    for (int i = 0; i < 500; i++) {
      AttributeProto body =
          AttributeProto.newBuilder()
              .setName("body")
              .setType(AttributeProto.AttributeType.GRAPH)
              .setG(graph)
              .build();
      graph =
          GraphProto.newBuilder()
              .addNode(NodeProto.newBuilder().setOpType("If").addAttribute(body))
              .build();
    }
    return ModelProto.newBuilder().setGraph(graph).build().toByteArray();
  }

  private static byte[] constantOfShape() throws IOException {
    GraphBuilder graph = new GraphBuilder("bomb");
    graph.input("input", 1, 4, 4);
    graph.initializer("shape", Tensor.ofLongs(new long[] {3}, 3, 3, 3));
    graph.output(graph.node("ConstantOfShape", "boom", List.of("shape"), Map.of()), 2);
    ModelProto.Builder model =
        ModelProto.parseFrom(PreprocessingMetadata.write(graph.build(), GreyFixture.PLAIN).bytes())
            .toBuilder();
    model
        .getGraphBuilder()
        .setInitializer(
            0,
            TensorProto.newBuilder()
                .setName("shape")
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(3)
                .addInt64Data(30_000)
                .addInt64Data(30_000)
                .addInt64Data(30));
    return model.build().toByteArray();
  }

  private static byte[] external(String location) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(whole()).toBuilder();
    model
        .getGraphBuilder()
        .getInitializerBuilder(0)
        .clearRawData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue(location))
        .addExternalData(
            StringStringEntryProto.newBuilder()
                .setKey("length")
                .setValue(Integer.toString(WEIGHT_BYTES)));
    return model.build().toByteArray();
  }

  private static Path linked(Path file) throws IOException {
    Files.createSymbolicLink(file.resolveSibling("m.onnx.data"), temp.resolve("secret"));
    return Files.write(file, external("m.onnx.data"));
  }

  private static byte[] escapes() throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(whole()).toBuilder();
    model
        .getGraphBuilder()
        .getNodeBuilder(0)
        .setOpType("\u001b[2J\u009b31m<script>\u202e\nplumbline: passed")
        .setInput(0, "\u001b]0;owned\u0007");
    return model.build().toByteArray();
  }
}
