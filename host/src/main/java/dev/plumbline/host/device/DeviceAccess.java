package dev.plumbline.host.device;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.InputFile;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ManagedChannelRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the host comes to its devices: in the clear where nothing is given, else over TLS.
 *
 * @param ca CAs in PEM that devices' certificates are of; Java's own where absent
 * @param identity the host's client certificate
 * @param tokenFile holds a token for the devices, read for each call, so that it may be replaced
 * @param reconnect how long to try to come back to a device that was lost while it worked; zero for
 *     not at all
 */
public record DeviceAccess(
    Optional<Path> ca, Optional<Identity> identity, Optional<Path> tokenFile, Duration reconnect) {
  /** Above what a switch or a radio link takes to come back. */
  public static final Duration USUAL_RECONNECT = Duration.ofSeconds(60);

  /** As agents ask for it: shorter ones could be guessed. */
  private static final long LARGEST_TOKEN_FILE = 64 << 10;

  private static final int MIN_TOKEN_CHARACTERS = 32;

  /** Of answers under way: some batches of a thousand pictures in as many classes. */
  private static final int WINDOW_BYTES = 8 << 20;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Tells a host that agents have joined which of them is meant. */
  private static final Metadata.Key<String> DEVICE =
      Metadata.Key.of("plumbline-device", Metadata.ASCII_STRING_MARSHALLER);

  /**
   * A certificate and its private key, both in PEM.
   *
   * @param key unencrypted PKCS #8
   */
  public record Identity(Path certificate, Path key) {}

  /** Comes back for as long as is usual. */
  public DeviceAccess(Optional<Path> ca, Optional<Identity> identity, Optional<Path> tokenFile) {
    this(ca, identity, tokenFile, USUAL_RECONNECT);
  }

  /** For agents on this machine, or at the end of a tunnel. */
  public static DeviceAccess inTheClear() {
    return new DeviceAccess(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same way, with another time to come back. */
  public DeviceAccess withReconnect(Duration longest) {
    return new DeviceAccess(ca, identity, tokenFile, longest);
  }

  private boolean isInTheClear() {
    return ca.isEmpty() && identity.isEmpty() && tokenFile.isEmpty();
  }

  /**
   * A channel to be finished and built.
   *
   * @throws BadInputException if a file cannot be used
   */
  ManagedChannelBuilder<?> channel(DeviceAddress address) {
    ManagedChannelBuilder<?> builder = listening(address);
    if (builder instanceof NettyChannelBuilder netty) {
      // Else it measures the way to the device with a ping beside nearly each answer.
      netty.flowControlWindow(WINDOW_BYTES);
    }
    address
        .agent()
        .ifPresent(
            name -> {
              Metadata headers = new Metadata();
              headers.put(DEVICE, name);
              builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
            });
    return builder;
  }

  private ManagedChannelBuilder<?> listening(DeviceAddress address) {
    if (isInTheClear()) {
      return ManagedChannelBuilder.forAddress(address.host(), address.port()).usePlaintext();
    }
    TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
    ManagedChannelBuilder<?> builder;
    try {
      if (ca.isPresent()) {
        tls.trustManager(requireFile("CA file", ca.get()).toFile());
      }
      if (identity.isPresent()) {
        tls.keyManager(
            requireFile("certificate file", identity.get().certificate()).toFile(),
            requireFile("key file", identity.get().key()).toFile());
      }
      builder = Grpc.newChannelBuilderForAddress(address.host(), address.port(), tls.build());
    } catch (IOException
        | IllegalArgumentException
        | ManagedChannelRegistry.ProviderNotFoundException e) {
      throw new BadInputException(
          "TLS cannot be set up with "
              + named()
              + " ("
              + reason(e)
              + "); expected certificates in PEM and an unencrypted PKCS #8 key in PEM",
          e);
    }
    tokenFile.ifPresent(
        file -> {
          token(file);
          builder.intercept(new WithToken(file));
        });
    return builder;
  }

  private String named() {
    StringBuilder names = new StringBuilder();
    ca.ifPresent(file -> names.append(file).append(' '));
    identity.ifPresent(
        pair -> names.append(pair.certificate()).append(' ').append(pair.key()).append(' '));
    return names.isEmpty() ? "Java's own CAs" : names.toString().strip().replace(" ", ", ");
  }

  /** gRPC says of each of its transports why that one does not do; one of them is meant. */
  private static String reason(Exception e) {
    return String.valueOf(e.getMessage())
        .replaceAll("\\s+", " ")
        .replaceFirst(".*Unable to create SslContext: ([^;]*).*", "$1");
  }

  private static Path requireFile(String what, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(
          what + " " + file + (Files.exists(file) ? " is no file" : " does not exist"));
    }
    return file;
  }

  private static String token(Path file) {
    byte[] bytes = InputFile.bytes("token file", file, LARGEST_TOKEN_FILE);
    // Each byte is a character then, and only those of ASCII are taken.
    String token = new String(bytes, StandardCharsets.ISO_8859_1).strip();
    boolean plain = token.chars().allMatch(c -> c > ' ' && c <= '~');
    if (!plain || token.length() < MIN_TOKEN_CHARACTERS) {
      // Never the token itself.
      throw new BadInputException(
          "token file "
              + file
              + " holds "
              + token.length()
              + " characters"
              + (plain ? "" : ", some of them blank or not ASCII")
              + "; expected one token of at least "
              + MIN_TOKEN_CHARACTERS
              + ", such as 'openssl rand -hex 32' makes");
    }
    return token;
  }

  /** Shows the token with each call. */
  private record WithToken(Path file) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      String token = token(file);
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          headers.put(AUTHORIZATION, "Bearer " + token);
          super.start(listener, headers);
        }
      };
    }
  }
}
