package dev.plumbline.host.search;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.DecisionBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a search stands between two steps: enough to go on as if it had not stopped. Its size is
 * that of a batch of inputs, whatever the number of seeds.
 *
 * @param nextSeed place in the data of the first seed that has not begun to walk
 * @param walkers seeds that walk, in the order of the batch
 * @param inputs float form of what walks, in the model's layout, flat
 * @param ended walks that ended with a picture whose change is still to be made smaller
 * @param endedPixels these pictures, one after the other
 * @param found counts until here
 */
public record SearchState(
    int nextSeed,
    List<Walker> walkers,
    float[] inputs,
    List<Walker> ended,
    byte[] endedPixels,
    Found found) {
  private static final int VERSION = 8;

  /**
   * A seed on its way.
   *
   * @param seed global number of the seed
   * @param step the next one, from 1
   * @param decision what the original decides on the seed
   * @param deviated whether one of its pictures was effective
   * @param apart the most by which the confirming judge's margin lay above the proxy's on a picture
   *     of the walk that it refused, in logits; 0 where it refused none
   * @param trail of a walk that goes on after a find; else empty
   */
  public record Walker(
      int seed, int step, Decision decision, boolean deviated, float apart, Optional<Trail> trail) {
    /** That ends with its first find. */
    public Walker(int seed, int step, Decision decision, boolean deviated, float apart) {
      this(seed, step, decision, deviated, apart, Optional.empty());
    }
  }

  /**
   * What a search found until now.
   *
   * @param seeds that began to walk
   * @param naturalDeviations among them
   * @param effective pictures; {@code valid} and {@code invalid} likewise
   * @param seedsWithDeviation seeds with an effective picture
   * @param rms sum over effective pictures
   * @param linf likewise
   * @param refused valid pictures that the proxy called effective and the confirming judge did not
   */
  public record Found(
      int seeds,
      int naturalDeviations,
      long effective,
      long valid,
      long invalid,
      int seedsWithDeviation,
      double rms,
      double linf,
      long refused) {
    static final Found NOTHING = new Found(0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Seeds of which not all was told. */
  public List<Walker> begun() {
    return Stream.concat(walkers.stream(), ended.stream()).toList();
  }

  private static void write(DataOutputStream out, List<Walker> walkers) throws IOException {
    out.writeInt(walkers.size());
    for (Walker walker : walkers) {
      out.writeInt(walker.seed());
      out.writeInt(walker.step());
      DecisionBytes.write(out, walker.decision());
      out.writeBoolean(walker.deviated());
      out.writeFloat(walker.apart());
      out.writeBoolean(walker.trail().isPresent());
      if (walker.trail().isPresent()) {
        walker.trail().get().write(out);
      }
    }
  }

  private static List<Walker> readWalkers(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<Walker> walkers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      walkers.add(
          new Walker(
              in.readInt(),
              in.readInt(),
              DecisionBytes.read(in),
              in.readBoolean(),
              in.readFloat(),
              in.readBoolean() ? Optional.of(Trail.read(in)) : Optional.empty()));
    }
    return List.copyOf(walkers);
  }

  /** Bytes for {@link #read}. */
  public byte[] write() {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(64 + 21 * walkers.size() + 4 * inputs.length);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeInt(nextSeed);
      write(out, walkers);
      write(out, ended);
      out.writeInt(endedPixels.length);
      out.write(endedPixels);
      out.writeInt(found.seeds());
      out.writeInt(found.naturalDeviations());
      out.writeLong(found.effective());
      out.writeLong(found.valid());
      out.writeLong(found.invalid());
      out.writeInt(found.seedsWithDeviation());
      out.writeDouble(found.rms());
      out.writeDouble(found.linf());
      out.writeLong(found.refused());
      out.writeInt(inputs.length);
      ByteBuffer floats = ByteBuffer.allocate(Math.multiplyExact(inputs.length, Float.BYTES));
      floats.asFloatBuffer().put(inputs);
      out.write(floats.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws BadInputException if it is no state of a search, or one of another version
   */
  public static SearchState read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readInt();
      if (version != VERSION) {
        throw new BadInputException(
            "the state of an unfinished search has version " + version + ", expected " + VERSION);
      }
      int nextSeed = in.readInt();
      List<Walker> walkers = readWalkers(in);
      List<Walker> ended = readWalkers(in);
      byte[] endedPixels = in.readNBytes(in.readInt());
      Found found =
          new Found(
              in.readInt(),
              in.readInt(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readInt(),
              in.readDouble(),
              in.readDouble(),
              in.readLong());
      float[] inputs = new float[in.readInt()];
      ByteBuffer.wrap(in.readNBytes(Math.multiplyExact(inputs.length, Float.BYTES)))
          .asFloatBuffer()
          .get(inputs);
      return new SearchState(nextSeed, walkers, inputs, ended, endedPixels, found);
    } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
      throw new BadInputException(
          "the state of an unfinished search is cut short at " + bytes.length + " bytes", e);
    }
  }
}
