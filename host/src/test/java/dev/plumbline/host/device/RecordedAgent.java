package dev.plumbline.host.device;

import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An agent of version 1 out of the bytes that one has sent: it answers each call with the recorded
 * messages of that call, one for each that it is asked, and keeps the bytes that it was asked.
 */
final class RecordedAgent implements AutoCloseable {
  static final Path FOLDER = Path.of("..", "proto", "src", "test", "recorded", "v1");

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] message) {
          return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
          try {
            return message.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private final Map<String, List<byte[]>> asked = new ConcurrentHashMap<>();
  private final Server server;

  RecordedAgent() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .fallbackHandlerRegistry(new Calls())
            .build()
            .start();
  }

  DeviceAddress address() {
    return new DeviceAddress("127.0.0.1", server.getPort());
  }

  /** The messages of a call that a host has sent, in their order. */
  List<byte[]> asked(String call) {
    return asked.get(call);
  }

  static byte[] recorded(String name) throws IOException {
    return Files.readAllBytes(FOLDER.resolve(name + ".bin"));
  }

  /** Answers of a call, in their order. */
  private static List<byte[]> answers(String call) {
    List<byte[]> answers = new ArrayList<>();
    try {
      for (int i = 1; Files.exists(FOLDER.resolve(call + "-response-" + i + ".bin")); i++) {
        answers.add(recorded(call + "-response-" + i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answers;
  }

  private final class Calls extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      String call = name.substring(name.indexOf('/') + 1).toLowerCase(Locale.ROOT);
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.newBuilder(BYTES, BYTES)
              .setFullMethodName(name)
              .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
              .build();
      return ServerMethodDefinition.<byte[], byte[]>create(
          method, (open, headers) -> new Replay(call, open));
    }
  }

  private final class Replay extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> open;
    private final List<byte[]> requests = new ArrayList<>();
    private final List<byte[]> left;

    /** The end of PutModel is answered. */
    private final boolean isPut;

    /** The header of Infer is not answered. */
    private int unanswered;

    Replay(String call, ServerCall<byte[], byte[]> open) {
      this.open = open;
      this.left = answers(call);
      this.isPut = call.equals("putmodel");
      this.unanswered = call.equals("infer") ? 1 : 0;
      asked.put(call, requests);
      open.sendHeaders(new Metadata());
      open.request(1);
    }

    @Override
    public void onMessage(byte[] request) {
      requests.add(request);
      if (unanswered > 0) {
        unanswered--;
      } else {
        open.sendMessage(left.remove(0));
      }
      open.request(1);
    }

    @Override
    public void onHalfClose() {
      if (isPut) {
        left.forEach(open::sendMessage);
      }
      open.close(Status.OK, new Metadata());
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
