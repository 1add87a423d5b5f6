package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.plumbline.host.BadInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights that a model keeps in other files. They are read from beside the model only: a path that
 * leaves its folder, also through a link, is refused.
 */
final class ExternalData {
  private final Path folder;

  private ExternalData(Path folder) {
    this.folder = folder;
  }

  /** The model with all its initializers inside; the same model if they are. */
  static ModelProto embed(ModelProto model, Path file) {
    List<TensorProto> initializers = model.getGraph().getInitializerList();
    if (initializers.stream().noneMatch(ExternalData::isExternal)) {
      return model;
    }
    ExternalData data = new ExternalData(file.toAbsolutePath().getParent());
    GraphProto.Builder graph = model.getGraph().toBuilder();
    long total = 0;
    for (int i = 0; i < initializers.size(); i++) {
      if (isExternal(initializers.get(i))) {
        TensorProto embedded = data.embed(initializers.get(i));
        total += embedded.getRawData().size();
        if (total > OnnxModel.LARGEST_FILE) {
          throw new BadInputException(
              "its weights in other files have more than "
                  + OnnxModel.LARGEST_FILE
                  + " bytes, expected a model that fits into one file");
        }
        graph.setInitializer(i, embedded);
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private TensorProto embed(TensorProto tensor) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String what = "initializer " + tensor.getName();
    Path file = file(what, entries.getOrDefault("location", ""));
    long offset = number(what, "offset", entries.getOrDefault("offset", "0"));
    ByteString content;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long rest = channel.size() - offset;
      long length =
          entries.containsKey("length") ? number(what, "length", entries.get("length")) : rest;
      if (length < 0 || length > rest || length > Integer.MAX_VALUE) {
        throw new BadInputException(
            what
                + " takes "
                + (length < 0 ? "the" : length)
                + " bytes from "
                + offset
                + " of "
                + file
                + ", which has "
                + channel.size());
      }
      // Nobody else holds the array.
      content = UnsafeByteOperations.unsafeWrap(FileBytes.read(channel, offset, (int) length));
    } catch (IOException e) {
      throw new BadInputException(
          "the weights of " + what + " in " + file + " cannot be read: " + e.getMessage(), e);
    }
    return tensor.toBuilder().clearExternalData().clearDataLocation().setRawData(content).build();
  }

  private Path file(String what, String location) {
    try {
      Path relative = Path.of(location);
      Path file = folder.resolve(relative).normalize();
      if (location.isEmpty() || relative.isAbsolute() || !file.startsWith(folder.normalize())) {
        throw leaves(what, location);
      }
      if (!Files.isRegularFile(file)) {
        throw new BadInputException(
            what + " keeps its data in " + file + ", which is not there, expected a file");
      }
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw leaves(what, location);
      }
      return file;
    } catch (InvalidPathException | IOException e) {
      throw new BadInputException(
          what + " keeps its data in '" + location + "', which cannot be read", e);
    }
  }

  private BadInputException leaves(String what, String location) {
    return new BadInputException(
        what
            + " keeps its data in '"
            + location
            + "', expected a file in the folder of the model, "
            + folder);
  }

  private static long number(String what, String key, String text) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw notANumber(what, key, text, e);
    }
    throw notANumber(what, key, text, null);
  }

  private static BadInputException notANumber(
      String what, String key, String text, Throwable cause) {
    return new BadInputException(
        what + " has the external " + key + " '" + text + "', expected a number of bytes", cause);
  }
}
