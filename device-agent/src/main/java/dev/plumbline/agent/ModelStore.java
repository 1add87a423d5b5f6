package dev.plumbline.agent;

import com.google.protobuf.ByteString;
import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.CallerShare;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
  private static final String OWNER = ".owner";

  private final Path folder;
  private final Bounds bounds;
  private final int maxModels;
  private final CallerShare perCaller;

  /** By the name of their caller. */
  private final Map<String, OnTheWay> incoming = new HashMap<>();

  /** Models that come, by what their headers say. */
  private record OnTheWay(int models, long bytes) {
    static final OnTheWay NONE = new OnTheWay(0, 0);

    OnTheWay and(long more) {
      return new OnTheWay(models + 1, bytes + more);
    }

    OnTheWay without(long less) {
      return new OnTheWay(models - 1, bytes - less);
    }

    OnTheWay plus(OnTheWay other) {
      return new OnTheWay(models + other.models, bytes + other.bytes);
    }
  }

  /**
   * @throws IOException if the folder cannot be made or written
   */
  ModelStore(Path folder, Bounds bounds, Quotas quotas) throws IOException {
    this.folder = folder;
    this.bounds = bounds;
    this.maxModels = quotas.maxModels();
    this.perCaller = quotas.perCaller();
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new IOException("it may not be written");
    }
    for (Path part : list(PART)) {
      if (isLeftBehind(part)) {
        Files.deleteIfExists(part);
      }
    }
  }

  /**
   * Whether nobody writes to a part any more: whoever does has it locked, and the system ends the
   * lock of an agent that is killed. Without this parts would fill the disk beyond the bound.
   */
  private static boolean isLeftBehind(Path part) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null;
    } catch (NoSuchFileException e) {
      return false;
    } catch (OverlappingFileLockException e) {
      // Another store of this process.
      return false;
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
        delete(file);
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
   * @param caller whose model it will be
   */
  Incoming receive(String sha256, long sizeBytes, Caller caller) throws IOException {
    checked(sha256);
    if (sizeBytes < 1) {
      throw RefusedException.invalid("model of " + sizeBytes + " bytes; expected at least 1");
    }
    long most = Math.min(bounds.maxModelBytes(), perCaller.of(caller, bounds.maxStoreBytes()));
    if (sizeBytes > most) {
      throw RefusedException.tooMuch(
          "model of " + sizeBytes + " bytes is too big; expected at most " + most + " bytes");
    }
    reserve(sizeBytes, caller);
    try {
      return new Incoming(sha256, sizeBytes, caller);
    } catch (IOException | RuntimeException e) {
      giveBack(sizeBytes, caller);
      throw e;
    }
  }

  /** Keeps disk for a model before its first byte comes. */
  private synchronized void reserve(long bytes, Caller caller) throws IOException {
    OnTheWay of = of(incoming, caller);
    ModelRoom.Room whole = new ModelRoom.Room(maxModels, bounds.maxStoreBytes());
    ModelRoom.Room share =
        new ModelRoom.Room(
            perCaller.of(caller, maxModels), perCaller.of(caller, bounds.maxStoreBytes()));
    requireRoom(bytes, all(), whole, "");
    requireRoom(bytes, of, share, " of one caller");
    List<ModelRoom.Stored> leaving =
        ModelRoom.leaving(
            stored(), ownerName(caller), left(share, of, bytes), left(whole, all(), bytes));
    for (ModelRoom.Stored model : leaving) {
      delete(model.file());
    }
    incoming.put(caller.name(), of.and(bytes));
  }

  private static void requireRoom(long bytes, OnTheWay besides, ModelRoom.Room room, String whose) {
    if (besides.models() >= room.models() || besides.bytes() + bytes > room.bytes()) {
      throw RefusedException.tooMuch(
          "model of "
              + bytes
              + " bytes has no room beside the "
              + besides.models()
              + " on their way; expected at most "
              + room.models()
              + " models of "
              + room.bytes()
              + " bytes in all"
              + whose);
    }
  }

  private static ModelRoom.Room left(ModelRoom.Room room, OnTheWay besides, long bytes) {
    return new ModelRoom.Room(
        room.models() - besides.models() - 1, room.bytes() - besides.bytes() - bytes);
  }

  private OnTheWay all() {
    return incoming.values().stream().reduce(OnTheWay.NONE, OnTheWay::plus);
  }

  private static OnTheWay of(Map<String, OnTheWay> incoming, Caller caller) {
    return incoming.getOrDefault(caller.name(), OnTheWay.NONE);
  }

  private synchronized void giveBack(long bytes, Caller caller) {
    OnTheWay rest = of(incoming, caller).without(bytes);
    if (rest.models() == 0) {
      incoming.remove(caller.name());
    } else {
      incoming.put(caller.name(), rest);
    }
  }

  private List<ModelRoom.Stored> stored() throws IOException {
    List<ModelRoom.Stored> stored = new ArrayList<>();
    for (Path file : list(SUFFIX)) {
      stored.add(
          new ModelRoom.Stored(
              file,
              file.toFile().length(),
              FileTime.fromMillis(file.toFile().lastModified()),
              ownerOf(file)));
    }
    return stored;
  }

  /** Beside each model stands who put it, so that it is known after a restart as well. */
  private static Path ownerFile(Path model) {
    return model.resolveSibling(model.getFileName() + OWNER);
  }

  /** Nobody's where callers show nothing. */
  private static String ownerName(Caller caller) {
    return caller instanceof Caller.Anyone ? "" : caller.name();
  }

  private static String ownerOf(Path model) throws IOException {
    try {
      return Files.readString(ownerFile(model));
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private static void delete(Path model) throws IOException {
    Files.deleteIfExists(model);
    Files.deleteIfExists(ownerFile(model));
  }

  /** A model on its way. Closing it without {@link #keep} leaves nothing behind. */
  final class Incoming implements AutoCloseable {
    private final String sha256;
    private final long sizeBytes;
    private final Caller caller;
    private final Path part;
    private final FileChannel channel;
    private final MessageDigest digest = newDigest();
    private long received;

    private Incoming(String sha256, long sizeBytes, Caller caller) throws IOException {
      this.caller = caller;
      this.sha256 = sha256;
      this.sizeBytes = sizeBytes;
      this.part = Files.createTempFile(folder, sha256.substring(0, 16) + "-", PART);
      try {
        this.channel = FileChannel.open(part, StandardOpenOption.WRITE);
        channel.lock();
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
      String owner = ownerName(caller);
      if (!owner.isEmpty()) {
        Files.writeString(ownerFile(file(sha256)), owner);
      }
      Files.move(
          part, file(sha256), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
      giveBack(sizeBytes, caller);
      try (channel) {
        Files.deleteIfExists(part);
      }
    }
  }
}
