package dev.plumbline.agent;

import dev.plumbline.agent.security.SecurityOptions;
import dev.plumbline.device.v1.DescribeRequest;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.ModelHeader;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** An agent in this process, protected as its options say, and channels to it. */
final class SecureAgent implements AutoCloseable {
  private final AgentServer server;
  private final List<ManagedChannel> channels = new ArrayList<>();

  SecureAgent(Path models, Bounds bounds, Quotas quotas, String... options) throws Exception {
    SecurityOptions security = new SecurityOptions();
    CommandLine.populateCommand(security, options);
    InetAddress host = InetAddress.getLoopbackAddress();
    server =
        AgentServer.start(
            new AgentSettings(
                host,
                0,
                models,
                1,
                ProviderOrder.of(Provider.CPU),
                "",
                bounds,
                quotas,
                security.read(host),
                Duration.ofMinutes(1),
                Duration.ofMillis(500),
                Optional.empty()));
  }

  int port() {
    return server.port();
  }

  boolean isIdle() {
    return server.isIdle();
  }

  /** A new connection over TLS of a client that shows no certificate. */
  ManagedChannel channel(Path ca) throws Exception {
    return opened(TlsChannelCredentials.newBuilder().trustManager(ca.toFile()));
  }

  /** A new connection over TLS of a client that shows one. */
  ManagedChannel channel(Path ca, TestCertificates.Pair identity) throws Exception {
    return opened(
        TlsChannelCredentials.newBuilder()
            .trustManager(ca.toFile())
            .keyManager(identity.certificate().toFile(), identity.key().toFile()));
  }

  /** A new connection in the clear. */
  ManagedChannel clearChannel() {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1", server.port(), InsecureChannelCredentials.create())
            .build();
    channels.add(channel);
    return channel;
  }

  private ManagedChannel opened(TlsChannelCredentials.Builder tls) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", server.port(), tls.build()).build();
    channels.add(channel);
    return channel;
  }

  static Channel withToken(Channel channel, String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** How a call that only asks ends. */
  static Status ask(Channel channel) {
    try {
      DeviceServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(15, TimeUnit.SECONDS)
          .describe(DescribeRequest.getDefaultInstance());
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  static Talk<PutModelRequest, PutModelResponse> put(Channel channel) {
    return new Talk<>(DeviceServiceGrpc.newStub(channel)::putModel);
  }

  /** How putting a model in one chunk ends. */
  static Status put(Channel channel, byte[] model) throws Exception {
    return put(channel)
        .send(
            PutModelRequest.newBuilder()
                .setHeader(
                    ModelHeader.newBuilder()
                        .setSha256(SmallModel.sha256(model))
                        .setSizeBytes(model.length))
                .build())
        .send(AgentFixture.chunk(model))
        .endSending()
        .end();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
  }
}
