package dev.plumbline.host.onnx;

import dev.plumbline.host.ToolVersion;
import java.util.Optional;

/**
 * How a compressed model was made, carried in its metadata.
 *
 * @param compression a few words, such as {@code int8 qdq ptq min-max} or {@code pruned l1 0.75}
 * @param parentSha256 SHA-256 of the model that it was made from, in lower-case hexadecimal
 */
public record Provenance(String compression, String parentSha256) {
  static final String COMPRESSION = "plumbline.compression";
  static final String PARENT = "plumbline.parent.sha256";

  /** Metadata of every model that Plumbline makes: the version that made it. */
  public static final String TOOL_VERSION = "plumbline.version";

  /** What a model's metadata says, if it says both. */
  public static Optional<Provenance> read(OnnxModel model) {
    return model
        .metadata(COMPRESSION)
        .flatMap(text -> model.metadata(PARENT).map(parent -> new Provenance(text, parent)));
  }

  /** A model with this in its metadata. */
  public OnnxModel write(OnnxModel model) {
    return model
        .withMetadata(COMPRESSION, compression)
        .withMetadata(PARENT, parentSha256)
        .withMetadata(TOOL_VERSION, ToolVersion.text());
  }
}
