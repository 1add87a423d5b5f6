package dev.plumbline.agent;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Model files in a folder, each named by its SHA-256. A file is written beside the others and moved
 * into place when it is whole and has been checked, so several agents may share a folder.
 */
final class ModelStore {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final String SUFFIX = ".onnx";
  private static final String PART = ".part";

  /** A part older than this has been left behind by an agent that was killed. */
  private static final Duration STALE = Duration.ofDays(1);

  private final Path folder;
  private final Bounds bounds;
  private final int maxModels;

  /** Of models on their way, by what their headers say. */
  private long incomingBytes;

  private int incoming;

  /**
   * @throws IOException if the folder cannot be made or written
   */
  ModelStore(Path folder, Bounds bounds, int maxModels) throws IOException {
    this.folder = folder;
    this.bounds = bounds;
    this.maxModels = maxModels;
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new IOException("it may not be written");
    }
    Instant stale = Instant.now().minus(STALE);
    for (Path part : list(PART)) {
      if (Files.getLastModifiedTime(part).toInstant().isBefore(stale)) {
        Files.deleteIfExists(part);
      }
    }
  }

  private List<Path> list(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().endsWith(suffix)).toList();
    }
  }

  /** Refuses what is no SHA-256, and with it every path that leads out of the folder. */
  static String checked(String sha256) {
    if (!SHA256.matcher(sha256).matches()) {
      throw RefusedException.invalid(
          "'"
              + (sha256.length() > 80 ? sha256.substring(0, 80) + "..." : sha256)
              + "' names no model; expected a SHA-256 of 64 lower-case hexadecimal digits");
    }
    return sha256;
  }

  private Path file(String sha256) {
    return folder.resolve(checked(sha256) + SUFFIX);
  }

  boolean has(String sha256) {
    return Files.isRegularFile(file(sha256));
  }

  /** Number of models. */
  int count() throws IOException {
    return list(SUFFIX).size();
  }

  /**
   * The file of a model, whose digest has been computed again: a device's storage wears out.
   *
   * @throws RefusedException if there is none
   */
  Path verified(String sha256) throws IOException {
    Path file = file(sha256);
    try {
      if (!digestOf(file).equals(sha256)) {
        Files.deleteIfExists(file);
        throw missing(sha256);
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (NoSuchFileException e) {
      throw missing(sha256);
    }
    return file;
  }

  static RefusedException missing(String sha256) {
    return new RefusedException(
        Status.Code.NOT_FOUND, "model " + sha256 + " is not on this device; put it there first");
  }

  private static String digestOf(Path file) throws IOException {
    MessageDigest digest = newDigest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Begins to receive a model.
   *
   * @param sizeBytes what the host says that the file has
   */
  Incoming receive(String sha256, long sizeBytes) throws IOException {
    checked(sha256);
    if (sizeBytes < 1) {
      throw RefusedException.invalid("model of " + sizeBytes + " bytes; expected at least 1");
    }
    long most = Math.min(bounds.maxModelBytes(), bounds.maxStoreBytes());
    if (sizeBytes > most) {
      throw RefusedException.tooMuch(
          "model of " + sizeBytes + " bytes is too big; expected at most " + most + " bytes");
    }
    reserve(sizeBytes);
    try {
      return new Incoming(sha256, sizeBytes);
    } catch (IOException | RuntimeException e) {
      giveBack(sizeBytes);
      throw e;
    }
  }

  /** Keeps disk for a model before its first byte comes. */
  private synchronized void reserve(long bytes) throws IOException {
    if (incoming >= maxModels || incomingBytes + bytes > bounds.maxStoreBytes()) {
      throw RefusedException.tooMuch(
          "model of "
              + bytes
              + " bytes has no room beside the "
              + incoming
              + " on their way; expected at most "
              + maxModels
              + " models of "
              + bounds.maxStoreBytes()
              + " bytes in all");
    }
    makeRoom(incoming + 1, incomingBytes + bytes);
    incoming++;
    incomingBytes += bytes;
  }

  private synchronized void giveBack(long bytes) {
    incoming--;
    incomingBytes -= bytes;
  }

  /** Makes room for files, the models unused for longest going first. */
  private void makeRoom(int models, long bytes) throws IOException {
    record Stored(Path file, long size, FileTime used) {}
    List<Stored> stored =
        list(SUFFIX).stream()
            .map(
                f ->
                    new Stored(
                        f, f.toFile().length(), FileTime.fromMillis(f.toFile().lastModified())))
            .sorted(Comparator.comparing(Stored::used))
            .toList();
    long free = bounds.maxStoreBytes() - stored.stream().mapToLong(Stored::size).sum();
    int left = stored.size();
    for (Stored oldest : stored) {
      if (free >= bytes && left + models <= maxModels) {
        return;
      }
      Files.deleteIfExists(oldest.file());
      free += oldest.size();
      left--;
    }
  }

  /** A model on its way. Closing it without {@link #keep} leaves nothing behind. */
  final class Incoming implements AutoCloseable {
    private final String sha256;
    private final long sizeBytes;
    private final Path part;
    private final FileChannel channel;
    private final MessageDigest digest = newDigest();
    private long received;

    private Incoming(String sha256, long sizeBytes) throws IOException {
      this.sha256 = sha256;
      this.sizeBytes = sizeBytes;
      this.part = Files.createTempFile(folder, sha256.substring(0, 16) + "-", PART);
      try {
        this.channel = FileChannel.open(part, StandardOpenOption.WRITE);
      } catch (IOException e) {
        Files.deleteIfExists(part);
        throw e;
      }
    }

    String sha256() {
      return sha256;
    }

    /** Bytes received so far. */
    long received() {
      return received;
    }

    void write(ByteString chunk) throws IOException {
      if (chunk.size() > bounds.maxChunkBytes()) {
        throw RefusedException.tooMuch(
            "chunk of "
                + chunk.size()
                + " bytes is too big; expected at most "
                + bounds.maxChunkBytes()
                + " bytes");
      }
      received += chunk.size();
      if (received > sizeBytes) {
        throw RefusedException.invalid(
            "model "
                + sha256
                + " goes on after byte "
                + sizeBytes
                + "; expected it to end there, as its header says");
      }
      ByteBuffer bytes = chunk.asReadOnlyByteBuffer();
      digest.update(bytes.duplicate());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    /**
     * Checks that all has come and is what it was said to be.
     *
     * @return the file, for further checks
     */
    Path whole() throws IOException {
      if (received < sizeBytes) {
        throw RefusedException.invalid(
            "model "
                + sha256
                + " ended after "
                + received
                + " bytes; expected "
                + sizeBytes
                + " bytes, as its header says");
      }
      String found = HexFormat.of().formatHex(digest.digest());
      if (!found.equals(sha256)) {
        throw RefusedException.invalid(
            "model has the SHA-256 " + found + "; expected " + sha256 + ", as its header says");
      }
      channel.force(true);
      channel.close();
      return part;
    }

    /** Moves the file into its place, which {@link #whole} has allowed. */
    void keep() throws IOException {
      Files.move(
          part, file(sha256), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
      giveBack(sizeBytes);
      try (channel) {
        Files.deleteIfExists(part);
      }
    }
  }
}
