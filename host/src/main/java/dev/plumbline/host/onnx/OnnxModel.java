package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A checked ONNX model with one input that data go to; others may be fixed. Immutable; what is not
 * rewritten keeps its bytes. Whether it can be run on data, {@link ModelContract} says.
 */
public final class OnnxModel {
  /** Protocol buffers end at 2 GiB. */
  static final long LARGEST_FILE = Integer.MAX_VALUE;

  /** Under which a model's metadata keep how its scores are read. */
  static final String SCORES = "plumbline.scores";

  static final String BINARY = "binary";

  private final String name;
  private final ModelProto proto;
  private final GraphProto inlined;
  private final byte[] bytes;
  private final String sha256;
  private final Graph graph;

  /** Found when they are first asked for, as that may take a run; null before. */
  private volatile OutputReading reading;

  private volatile Integer batch;

  private OnnxModel(String name, ModelProto proto, GraphProto inlined, byte[] bytes) {
    this(name, proto, inlined, bytes, digest(bytes), Graph.of(inlined));
    ConstantsCheck.graph(graph);
    AllocationCheck.graph(graph);
  }

  private OnnxModel(
      String name,
      ModelProto proto,
      GraphProto inlined,
      byte[] bytes,
      String sha256,
      Graph computed) {
    this.name = name;
    this.proto = proto;
    this.inlined = inlined;
    this.bytes = bytes;
    this.sha256 = sha256;
    Graph fixed = FixedInputs.applied(computed, metadata(FixedInputs.METADATA));
    this.graph =
        OutputChoice.applied(fixed, metadata(OutputChoice.METADATA), givesOneNumber(), rows());
  }

  /**
   * Reads and checks a model.
   *
   * @throws BadInputException if the file is not there, is no ONNX model, or one that {@link
   *     ModelCheck} refuses
   */
  public static OnnxModel read(Path file) {
    byte[] bytes;
    try {
      if (!Files.isRegularFile(file)) {
        throw new BadInputException("model " + file + " is not a file, expected an ONNX model");
      }
      long size = Files.size(file);
      if (size > LARGEST_FILE) {
        throw new BadInputException(
            "model " + file + " has " + size + " bytes, expected at most " + LARGEST_FILE);
      }
      bytes = FileBytes.read(file);
    } catch (IOException e) {
      throw new BadInputException("model " + file + " cannot be read: " + e.getMessage(), e);
    }
    ModelProto proto = parseProto(file.toString(), bytes);
    if (!ExternalData.isUsedBy(proto)) {
      return of(file.toString(), proto, bytes);
    }
    byte[] whole;
    try {
      whole = ExternalData.embed(proto, file);
    } catch (BadInputException e) {
      throw unusable(file.toString(), e);
    }
    return parse(file.toString(), whole);
  }

  /** As {@link #read}, from bytes; the name is for messages. The bytes must not change later. */
  public static OnnxModel parse(String name, byte[] bytes) {
    return of(name, parseProto(name, bytes), bytes);
  }

  /** The weights stay where they are in {@code bytes}, and are not copied. */
  static ModelProto parseProto(String name, byte[] bytes) {
    try {
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.enableAliasing(true);
      return ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw notOnnx(name, e);
    }
  }

  private static BadInputException notOnnx(String name, IOException cause) {
    return new BadInputException(
        "model "
            + name
            + " is not an ONNX model: its bytes do not parse ("
            + cause.getMessage()
            + ")",
        cause);
  }

  private static OnnxModel of(String name, ModelProto proto, byte[] bytes) {
    try {
      ModelCheck.model(proto);
      GraphProto inlined = Inlining.of(proto);
      ModelCheck.graph(inlined);
      return new OnnxModel(name, proto, inlined, bytes);
    } catch (BadInputException | UnsupportedNodeException e) {
      throw unusable(name, e);
    }
  }

  static BadInputException unusable(String name, RuntimeException e) {
    return new BadInputException("model " + name + " cannot be used: " + e.getMessage(), e);
  }

  /**
   * The model of a proto that was made here.
   *
   * @param name for messages
   */
  public static OnnxModel of(String name, ModelProto proto) {
    // Read again, so that the weights are in memory once.
    return parse(name, serialize(proto));
  }

  static byte[] serialize(ModelProto proto) {
    byte[] bytes = new byte[proto.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    // The same model gives the same bytes, also where the schema has maps.
    out.useDeterministicSerialization();
    try {
      proto.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return bytes;
  }

  /** What messages call this model: the path it was read from. */
  public String name() {
    return name;
  }

  /** The last part of the name, for progress. */
  public String fileName() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  public ModelProto proto() {
    return proto;
  }

  /** The graph to compute with: functions and branches that are taken stand in their place. */
  public Graph graph() {
    return graph;
  }

  /**
   * This model with its scores read from an output. File and SHA-256 stay; in the metadata of what
   * is made from it the output is named.
   *
   * @param output the name of one of its outputs
   */
  OnnxModel withOutput(String output) {
    return annotated(OutputChoice.METADATA, output);
  }

  /**
   * This model, read in another way: with an entry of metadata that is not in its file. File and
   * SHA-256 stay; what is made from it carries the entry.
   */
  public OnnxModel annotated(String key, String value) {
    ModelProto annotated = withEntry(key, value);
    GraphProto computed = inlined == proto.getGraph() ? annotated.getGraph() : inlined;
    return new OnnxModel(name, annotated, computed, bytes, sha256, graph);
  }

  /** How the scores are read; may run the model once. */
  OutputReading reading() {
    OutputReading known = reading;
    if (known == null) {
      known = ofGraph();
      if (!known.certain() && new RunProbe(this).givesProbabilities()) {
        known = known.shownAsProbabilities();
      }
      reading = known;
    }
    return known;
  }

  /**
   * What a softmax, or the sigmoid of a binary model, makes the scores of: the value to
   * differentiate, as the softmax of a sure model has no gradient left. Empty where the graph has
   * no such softmax.
   */
  public Optional<String> logitsBeforeSoftmax() {
    return ofGraph().logits();
  }

  private OutputReading ofGraph() {
    return givesOneNumber() ? OutputReading.ofOneNumber(graph) : OutputReading.of(graph);
  }

  /** What the numbers of the output are; may run the model once. */
  public ScoreKind scores() {
    return reading().kind();
  }

  /**
   * Whether somebody said that the output is one number: the score of the second of two classes.
   */
  public boolean givesOneNumber() {
    return metadata(SCORES).filter(BINARY::equals).isPresent();
  }

  /** How the rows of a task that is no classification are read; empty for a classifier. */
  public Optional<RowReading> rows() {
    return RowReading.of(name, metadata(RowReading.METADATA));
  }

  /**
   * Pictures that the model takes at once where that is fixed, by its input or within its graph, or
   * one where it quantizes by what it sees; 0 for any number. May run the model once.
   */
  public int batch() {
    Integer known = batch;
    if (known == null) {
      int declared = Math.max(graph.input().fixedBatch(), fixedTogether());
      if (declared > 0) {
        known = declared;
      } else {
        boolean single =
            graph.quantizesDynamically() || rows().filter(RowReading::isOfOneInput).isPresent();
        known = single ? 1 : new RunProbe(this).batch();
      }
      batch = known;
    }
    return known;
  }

  /** Inputs at once that a fixed one is given for, where the model lets that be any number. */
  private int fixedTogether() {
    return graph.inputs().stream()
        .filter(input -> graph.fixedInputs().containsKey(input.name()))
        .mapToInt(
            input ->
                new FixedInput(input.name(), graph.fixedInputs().get(input.name())).openSize(input))
        .max()
        .orElse(0);
  }

  /**
   * This model as its {@link #graph()} is, for rewriting: without functions and branches. The same
   * model where it has none.
   */
  OnnxModel inlined() {
    if (inlined == proto.getGraph()) {
      return this;
    }
    ModelProto.Builder builder = proto.toBuilder().setGraph(inlined).clearFunctions();
    return of(name, builder.clearOpsetImport().addAllOpsetImport(imports().toList()).build());
  }

  /** The versions of domains that the model imports, then those that its functions import. */
  private Stream<OperatorSetIdProto> imports() {
    Set<String> seen = new HashSet<>();
    return Stream.concat(
            proto.getOpsetImportList().stream(),
            proto.getFunctionsList().stream().flatMap(f -> f.getOpsetImportList().stream()))
        .filter(o -> seen.add(o.getDomain().equals("ai.onnx") ? "" : o.getDomain()));
  }

  /** The file's bytes; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** SHA-256 of the file, all weights in it, in lower-case hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /** Version of a domain's operators, 0 if the model does not import the domain. */
  public int opset(String domain) {
    return imports()
        .filter(
            o ->
                o.getDomain().equals(domain) || domain.isEmpty() && o.getDomain().equals("ai.onnx"))
        .mapToInt(o -> Math.toIntExact(o.getVersion()))
        .findFirst()
        .orElse(0);
  }

  /** The model's metadata, in the order of its keys. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new TreeMap<>();
    for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
      metadata.put(entry.getKey(), entry.getValue());
    }
    return metadata;
  }

  public Optional<String> metadata(String key) {
    return Optional.ofNullable(metadata().get(key));
  }

  /** This model with one entry of metadata set. */
  public OnnxModel withMetadata(String key, String value) {
    return of(name, withEntry(key, value));
  }

  private ModelProto withEntry(String key, String value) {
    Map<String, String> entries = new LinkedHashMap<>();
    proto.getMetadataPropsList().forEach(e -> entries.put(e.getKey(), e.getValue()));
    entries.put(key, value);
    ModelProto.Builder builder = proto.toBuilder().clearMetadataProps();
    entries.forEach(
        (k, v) ->
            builder.addMetadataProps(StringStringEntryProto.newBuilder().setKey(k).setValue(v)));
    return builder.build();
  }

  /**
   * This model with other values for some of its constants; everything else stays as it is.
   *
   * @param values by name of the constant; type and dimensions as before
   */
  public OnnxModel withConstants(Map<String, Tensor> values) {
    values.forEach(this::requireConstantLike);
    ModelProto base = inlined().proto;
    GraphProto.Builder builder = base.getGraph().toBuilder();
    Constants.write(builder, values);
    return of(name, base.toBuilder().setGraph(builder).build());
  }

  private void requireConstantLike(String constant, Tensor value) {
    Tensor old = graph.constants().get(constant);
    if (old == null) {
      throw new IllegalArgumentException("model " + name + " has no constant " + constant);
    }
    if (value.type() != old.type() || !Arrays.equals(value.dims(), old.dims())) {
      throw new IllegalArgumentException(
          value + " cannot take the place of " + old + ", constant " + constant);
    }
  }

  /**
   * Has ONNX Runtime load the model, writes it beside {@code file}, then moves it there.
   *
   * @throws BadInputException if ONNX Runtime refuses it, or it cannot be written there
   */
  public void write(Path file) {
    RuntimeSession.requireLoads(this);
    try {
      WholeFile.write(file, out -> out.write(bytes));
    } catch (UncheckedIOException e) {
      throw new BadInputException("model " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
