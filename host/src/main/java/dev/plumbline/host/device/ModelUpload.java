package dev.plumbline.host.device;

import com.google.protobuf.UnsafeByteOperations;
import dev.plumbline.device.v1.DeviceServiceGrpc;
import dev.plumbline.device.v1.Limits;
import dev.plumbline.device.v1.ModelHeader;
import dev.plumbline.device.v1.PutModelRequest;
import dev.plumbline.device.v1.PutModelResponse;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.judging.DeviceUnreachableException;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Puts a model on a device in chunks, of which no more than the agent's window are unanswered.
 *
 * @param patience how long the device may be silent while an answer is due
 * @param limits what the agent takes
 */
record ModelUpload(
    DeviceAddress address, ManagedChannel channel, Duration patience, Limits limits) {
  private static final int MAX_CHUNK_BYTES = 1 << 20;

  /**
   * Puts a model on the device, unless it is there already; it is loaded when this returns.
   *
   * @return SHA-256 of the model
   */
  String put(Path model) {
    String sha256;
    long size;
    try {
      if (!Files.isRegularFile(model)) {
        throw new BadInputException(
            "model " + model + (Files.exists(model) ? " is no file" : " does not exist"));
      }
      size = Files.size(model);
      sha256 = sha256(model);
    } catch (IOException e) {
      throw unreadable(model, e);
    }
    try (Exchange<PutModelRequest, PutModelResponse> call =
            new Exchange<>(
                address,
                "sending " + model.getFileName() + " to",
                patience,
                answers -> DeviceServiceGrpc.newStub(channel).putModel(answers));
        InputStream in = Files.newInputStream(model)) {
      call.send(
          PutModelRequest.newBuilder()
              .setHeader(ModelHeader.newBuilder().setSha256(sha256).setSizeBytes(size))
              .build());
      if (!call.receive().getStored()) {
        send(model, in, call);
      } else {
        call.endSending();
      }
      call.receiveEnd();
      return sha256;
    } catch (IOException e) {
      throw unreadable(model, e);
    }
  }

  private void send(Path model, InputStream in, Exchange<PutModelRequest, PutModelResponse> call)
      throws IOException {
    int unanswered = 0;
    int chunkBytes = Math.min(MAX_CHUNK_BYTES, limits.getMaxChunkBytes());
    for (byte[] chunk = in.readNBytes(chunkBytes);
        chunk.length > 0;
        chunk = in.readNBytes(chunkBytes)) {
      if (unanswered == limits.getWindow()) {
        call.receive();
        unanswered--;
      }
      call.send(
          PutModelRequest.newBuilder().setChunk(UnsafeByteOperations.unsafeWrap(chunk)).build());
      unanswered++;
    }
    call.endSending();
    for (; unanswered > 0; unanswered--) {
      call.receive();
    }
    if (!call.receive().getStored()) {
      throw new DeviceUnreachableException(
          "device " + address + " took all of " + model + " and did not say that it stored it",
          null);
    }
  }

  private static BadInputException unreadable(Path model, IOException e) {
    return new BadInputException("model " + model + " cannot be read: " + e.getMessage(), e);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
