package dev.plumbline.agent;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Loads a model of one node with the providers that were asked for. That a provider was compiled
 * into ONNX Runtime does not mean that its driver and its own libraries are on this device, and the
 * user is to hear that when the agent starts, not when the first model comes.
 */
final class ProviderProbe {
  private static final int FLOAT = 1;

  /** The oldest IR that has operator sets as ours, and a set in which Relu is what it is. */
  private static final int IR_VERSION = 7;

  private static final int OPERATOR_SET = 13;

  private ProviderProbe() {}

  /**
   * @param threads within an operator
   * @throws StartException if one of the providers does not start
   */
  static void check(OrtEnvironment environment, ProviderOrder order, int threads) {
    // One by one, so that the sentence names the one that fails.
    for (Provider provider : order.providers()) {
      try (SessionOptions options = new SessionOptions()) {
        options.setIntraOpNumThreads(1);
        provider.choose(options, threads);
        try (OrtSession session = environment.createSession(model(), options)) {
          session.getInputNames();
        }
      } catch (OrtException e) {
        throw new StartException(
            "provider '"
                + provider.label()
                + "' does not start on this device: "
                + OrtReason.line(e),
            e);
      }
    }
  }

  // Fields of onnx.proto.

  private static byte[] model() {
    return message(
            model -> {
              model.writeInt64(1, IR_VERSION);
              model.writeBytes(
                  7,
                  message(
                      graph -> {
                        graph.writeBytes(
                            1,
                            message(
                                node -> {
                                  node.writeString(1, "x");
                                  node.writeString(2, "y");
                                  node.writeString(4, "Relu");
                                }));
                        graph.writeString(2, "probe");
                        graph.writeBytes(11, value("x"));
                        graph.writeBytes(12, value("y"));
                      }));
              model.writeBytes(8, message(set -> set.writeInt64(2, OPERATOR_SET)));
            })
        .toByteArray();
  }

  private static ByteString value(String name) {
    ByteString dimension = message(d -> d.writeInt64(1, 1));
    ByteString shape = message(s -> s.writeBytes(1, dimension));
    ByteString tensor =
        message(
            t -> {
              t.writeInt32(1, FLOAT);
              t.writeBytes(2, shape);
            });
    return message(
        info -> {
          info.writeString(1, name);
          info.writeBytes(2, message(type -> type.writeBytes(1, tensor)));
        });
  }

  @FunctionalInterface
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static ByteString message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("memory takes what is written to it", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
