package dev.plumbline.agent;

import com.google.protobuf.ByteString;
import dev.plumbline.agent.security.Security;
import dev.plumbline.device.v1.ChannelTable;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.InferHeader;
import dev.plumbline.device.v1.InferRequest;
import dev.plumbline.device.v1.InferResponse;
import dev.plumbline.device.v1.Layout;
import dev.plumbline.device.v1.ModelHeader;
import dev.plumbline.device.v1.PictureBatch;
import dev.plumbline.device.v1.PictureShape;
import dev.plumbline.device.v1.Preprocessing;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An agent in this process with one thread, and a channel to it. */
final class AgentFixture implements AutoCloseable {
  static final Bounds BOUNDS =
      new Bounds(64 << 10, 256 << 10, 8, 8 << 10, 2, 4, Duration.ofMinutes(1));

  final AgentServer server;
  final ManagedChannel channel;

  AgentFixture(Path folder, Bounds bounds, Duration connectionIdle) throws IOException {
    this(folder, bounds, Quotas.DEFAULT, connectionIdle);
  }

  AgentFixture(Path folder, Bounds bounds, Quotas quotas, Duration connectionIdle)
      throws IOException {
    this(folder, bounds, quotas, connectionIdle, Optional.empty());
  }

  AgentFixture(
      Path folder,
      Bounds bounds,
      Quotas quotas,
      Duration connectionIdle,
      Optional<Isolation> isolation)
      throws IOException {
    server =
        AgentServer.start(
            new AgentSettings(
                InetAddress.getLoopbackAddress(),
                0,
                folder,
                1,
                ProviderOrder.of(Provider.CPU),
                "",
                bounds,
                quotas,
                Security.none(),
                connectionIdle,
                Duration.ofMillis(500),
                isolation));
    channel = newChannel();
  }

  ManagedChannel newChannel() {
    return ManagedChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  DeviceServiceGrpc.DeviceServiceBlockingStub blocking() {
    return DeviceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  Talk<PutModelRequest, PutModelResponse> put() {
    return new Talk<>(DeviceServiceGrpc.newStub(channel)::putModel);
  }

  Talk<InferRequest, InferResponse> infer() {
    return new Talk<>(DeviceServiceGrpc.newStub(channel)::infer);
  }

  /** Puts a model in one chunk and says how the call ended. */
  Status put(byte[] model) throws Exception {
    return put()
        .send(header(SmallModel.sha256(model), model.length))
        .send(chunk(model))
        .endSending()
        .end();
  }

  static PutModelRequest header(String sha256, long size) {
    return PutModelRequest.newBuilder()
        .setHeader(ModelHeader.newBuilder().setSha256(sha256).setSizeBytes(size))
        .build();
  }

  static PutModelRequest chunk(byte[] bytes) {
    return PutModelRequest.newBuilder().setChunk(ByteString.copyFrom(bytes)).build();
  }

  /** A header whose tables give a pixel p of channel c the value p / 255 - c. */
  static InferHeader.Builder inferHeader(String sha256, int channels, int height, int width) {
    Preprocessing.Builder preprocessing = Preprocessing.newBuilder().setLayout(Layout.LAYOUT_NCHW);
    for (int c = 0; c < channels; c++) {
      ChannelTable.Builder table = ChannelTable.newBuilder();
      for (int p = 0; p < 256; p++) {
        table.addValues(p / 255f - c);
      }
      preprocessing.addTables(table).addPictureChannels(c);
    }
    return InferHeader.newBuilder()
        .setModelSha256(sha256)
        .setShape(PictureShape.newBuilder().setChannels(channels).setHeight(height).setWidth(width))
        .setPreprocessing(preprocessing);
  }

  static InferRequest request(InferHeader.Builder header) {
    return InferRequest.newBuilder().setHeader(header).build();
  }

  static InferRequest batch(long id, int count, byte[] pixels) {
    return InferRequest.newBuilder()
        .setBatch(
            PictureBatch.newBuilder()
                .setId(id)
                .setCount(count)
                .setPixels(ByteString.copyFrom(pixels)))
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
  }
}
