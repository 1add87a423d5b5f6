package dev.plumbline.host.gateway;

import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.ModelHeader;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.host.dataset.Picture;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.device.AgentProcess;
import dev.plumbline.host.device.DeviceAccess;
import dev.plumbline.host.device.DeviceAddress;
import dev.plumbline.host.device.DeviceClient;
import dev.plumbline.host.device.JoinedDevices;
import dev.plumbline.host.device.TestAgent;
import dev.plumbline.host.web.Dashboard;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A host, agents {@code left} and {@code right} that have joined it and a third that listens, to
 * compare with; and calls to them.
 */
final class TwoJoinedAgents implements AutoCloseable {
  private static final PictureShape SHAPE = new PictureShape(3, 6, 5);
  private static final Preprocessing PLAIN =
      new Preprocessing(
          List.of(0.1f, 0.2f, 0.3f),
          List.of(1f, 2f, 3f),
          Preprocessing.Layout.NCHW,
          Preprocessing.ChannelOrder.RGB);

  final Dashboard host;
  final JoiningAgent left;
  final JoiningAgent right;
  final AgentProcess listening;

  /** To the host, naming no agent. */
  final ManagedChannel channel;

  /**
   * Starts them and waits until both have joined.
   *
   * @param folder for what they store
   */
  TwoJoinedAgents(Path folder) throws Exception {
    host = Dashboard.onLoopback(folder, 0);
    host.start();
    left = JoiningAgent.start(folder, "127.0.0.1:" + host.port(), "left");
    right = JoiningAgent.start(folder, "127.0.0.1:" + host.port(), "right");
    listening = TestAgent.start(folder.resolve("listening"));
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", host.port())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    Waiting.until("two agents", () -> joined().size() == 2);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    left.close();
    right.close();
    listening.close();
    host.close();
  }

  private List<JoinedDevices.Joined> joined() {
    return JoinedDevices.of(new DeviceAddress("127.0.0.1", host.port()), DeviceAccess.inTheClear());
  }

  /** Waits until the gateway hands on nothing more. */
  void awaitNoOpenCall() throws Exception {
    Waiting.until(
        "no open call at the gateway",
        () -> joined().stream().allMatch(agent -> agent.openCalls() == 0));
  }

  DeviceAddress address(String name) {
    return DeviceAddress.parse("127.0.0.1:" + host.port() + "/" + name);
  }

  /** To the agent of a name. */
  Channel to(String name) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("plumbline-device", Metadata.ASCII_STRING_MARSHALLER), name);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** How a call of Describe ends. */
  static Status ask(Channel to) {
    try {
      DeviceServiceGrpc.newBlockingStub(to)
          .withDeadlineAfter(60, TimeUnit.SECONDS)
          .describe(DescribeRequest.getDefaultInstance());
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  static PutModelRequest header(String sha256, long size) {
    return PutModelRequest.newBuilder()
        .setHeader(ModelHeader.newBuilder().setSha256(sha256).setSizeBytes(size))
        .build();
  }

  static List<Picture> pictures(int count, long randomSeed) {
    Random random = new Random(randomSeed);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[SHAPE.bytes()];
      random.nextBytes(pixels);
      pictures.add(new Picture(SHAPE, pixels));
    }
    return pictures;
  }

  /** By a model that is sent first. */
  static float[][] logits(DeviceAddress device, Path model, List<Picture> pictures) {
    try (DeviceClient client = new DeviceClient(device)) {
      return logits(client, client.putModel(model), pictures);
    }
  }

  /** By a model that the device has. */
  static float[][] logits(DeviceClient client, String sha256, List<Picture> pictures) {
    return client.infer(sha256, SHAPE, PLAIN, pictures, 8, (done, note) -> {});
  }
}
