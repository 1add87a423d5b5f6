package dev.plumbline.host.search;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a walk remembers that goes on after a find. Pictures are {@link
 * dev.plumbline.host.dataset.Input#bytes} of the seeds' shape; none of the arrays is changed.
 *
 * @param begun step after which this part of the walk began; parts begin at random places
 * @param before the picture before that which the next step goes out from, for momentum
 * @param here the picture that the next step goes out from
 * @param best the picture of the largest value in this part
 * @param bestValue its value
 * @param value of the last picture
 * @param risen steps since the last check that made the value larger
 * @param checked step of the last check, from the beginning of the part
 * @param checkedValue the largest value of the part at the last check
 * @param halved whether steps became shorter then
 * @param length root mean square change of a pixel by the next step, in whole pixel values or in
 *     steps of tensors
 * @param kept the most severe deviation of all parts; of no bytes where there is none
 */
public record Trail(
    int begun,
    byte[] before,
    byte[] here,
    byte[] best,
    float bestValue,
    float value,
    int risen,
    int checked,
    float checkedValue,
    boolean halved,
    float length,
    Kept kept) {
  /**
   * A deviation.
   *
   * @param step that made it
   * @param value of it, by which deviations of a seed are compared
   */
  public record Kept(byte[] picture, int step, float value) {
    static final Kept NOTHING = new Kept(new byte[0], 0, Float.NEGATIVE_INFINITY);

    boolean isNothing() {
      return picture.length == 0;
    }
  }

  /**
   * The beginning of a part.
   *
   * @param step that the part begins after, 0 for the first
   */
  static Trail from(int step, byte[] place, float length, Kept kept) {
    float none = Float.NEGATIVE_INFINITY;
    return new Trail(step, place, place, place, none, none, 0, 0, none, false, length, kept);
  }

  /** After a step that made a picture. */
  Trail then(byte[] picture, float itsValue, Kept mostSevere) {
    boolean better = itsValue > bestValue;
    return new Trail(
        begun,
        here,
        picture,
        better ? picture : best,
        better ? itsValue : bestValue,
        itsValue,
        risen + (itsValue > value ? 1 : 0),
        checked,
        checkedValue,
        halved,
        length,
        mostSevere);
  }

  /** After a check that found progress. */
  Trail checkedAt(int step) {
    return new Trail(
        begun, before, here, best, bestValue, value, 0, step, bestValue, false, length, kept);
  }

  /** After a check that found none: from the best picture, in steps half as long. */
  Trail fromBest(int step) {
    return new Trail(
        begun, best, best, best, bestValue, bestValue, 0, step, bestValue, true, length / 2, kept);
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(begun);
    out.writeInt(here.length);
    out.write(before);
    out.write(here);
    out.write(best);
    out.writeFloat(bestValue);
    out.writeFloat(value);
    out.writeInt(risen);
    out.writeInt(checked);
    out.writeFloat(checkedValue);
    out.writeBoolean(halved);
    out.writeFloat(length);
    out.writeInt(kept.picture().length);
    out.write(kept.picture());
    out.writeInt(kept.step());
    out.writeFloat(kept.value());
  }

  static Trail read(DataInputStream in) throws IOException {
    int begun = in.readInt();
    int bytes = in.readInt();
    return new Trail(
        begun,
        in.readNBytes(bytes),
        in.readNBytes(bytes),
        in.readNBytes(bytes),
        in.readFloat(),
        in.readFloat(),
        in.readInt(),
        in.readInt(),
        in.readFloat(),
        in.readBoolean(),
        in.readFloat(),
        new Kept(in.readNBytes(in.readInt()), in.readInt(), in.readFloat()));
  }
}
