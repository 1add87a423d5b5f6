package dev.plumbline.host.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  static boolean isUsedBy(ModelProto model) {
    return model.getGraph().getInitializerList().stream().anyMatch(ExternalData::isExternal);
  }

  /**
   * The bytes of a model with all its initializers inside. Weights are read straight to their
   * place: a big model is in memory once.
   *
   * @param model some of whose initializers are in other files
   * @param file of the model
   */
  static byte[] embed(ModelProto model, Path file) {
    ExternalData data = new ExternalData(file.toAbsolutePath().getParent());
    Map<Integer, Part> parts = new LinkedHashMap<>();
    long total = 0;
    int largest = 0;
    for (int i = 0; i < model.getGraph().getInitializerCount(); i++) {
      TensorProto initializer = model.getGraph().getInitializer(i);
      if (isExternal(initializer)) {
        Part part = data.part(initializer);
        parts.put(i, part);
        total += part.length();
        largest = Math.max(largest, part.length());
      }
    }
    if (total > OnnxModel.LARGEST_FILE) {
      throw new BadInputException(
          "its weights in other files have more than "
              + OnnxModel.LARGEST_FILE
              + " bytes, expected a model that fits into one file");
    }
    // One array of zeros stands for all weights until there is room for them.
    byte[] zeros = new byte[largest];
    GraphProto.Builder graph = model.getGraph().toBuilder();
    parts.forEach(
        (i, part) ->
            graph.setInitializer(
                i,
                graph.getInitializer(i).toBuilder()
                    .clearExternalData()
                    .clearDataLocation()
                    .setRawData(UnsafeByteOperations.unsafeWrap(zeros, 0, part.length()))));
    byte[] bytes = OnnxModel.serialize(model.toBuilder().setGraph(graph).build());
    GraphProto embedded = OnnxModel.parseProto(file.toString(), bytes).getGraph();
    parts.forEach((i, part) -> part.readInto(embedded.getInitializer(i).getRawData(), bytes));
    return bytes;
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private Part part(TensorProto tensor) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String what = "initializer " + tensor.getName();
    Path file = file(what, entries.getOrDefault("location", ""));
    long offset = number(what, "offset", entries.getOrDefault("offset", "0"));
    try {
      long rest = Files.size(file) - offset;
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
                + Files.size(file));
      }
      return new Part(what, file, offset, (int) length);
    } catch (IOException e) {
      throw unreadable(what, file, e);
    }
  }

  private static BadInputException unreadable(String what, Path file, IOException e) {
    return new BadInputException(
        "the weights of " + what + " in " + file + " cannot be read: " + e.getMessage(), e);
  }

  /**
   * Where an initializer's data are.
   *
   * @param what as messages call it
   */
  private record Part(String what, Path file, long offset, int length) {
    /**
     * @param place in {@code bytes}, of this length
     */
    void readInto(ByteString place, byte[] bytes) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        FileBytes.read(channel, offset, bytes, start(place, bytes), length);
      } catch (IOException e) {
        throw unreadable(what, file, e);
      }
    }

    /** Where a part of the bytes that was not copied begins. */
    private int start(ByteString place, byte[] bytes) throws IOException {
      int[] start = new int[1];
      UnsafeByteOperations.unsafeWriteTo(
          place,
          new ByteOutput() {
            @Override
            public void writeLazy(byte[] value, int at, int count) {
              if (value != bytes || count != length) {
                throw new IllegalStateException(what + " is not where it was written");
              }
              start[0] = at;
            }

            @Override
            public void write(byte value) {
              throw new UnsupportedOperationException();
            }

            @Override
            public void write(byte[] value, int at, int count) {
              writeLazy(value, at, count);
            }

            @Override
            public void write(ByteBuffer value) {
              throw new UnsupportedOperationException();
            }

            @Override
            public void writeLazy(ByteBuffer value) {
              throw new UnsupportedOperationException();
            }
          });
      return start[0];
    }
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
      if (!InputFile.isInside(folder, file)) {
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
