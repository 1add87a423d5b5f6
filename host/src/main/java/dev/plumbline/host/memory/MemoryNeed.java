package dev.plumbline.host.memory;

/**
 * What a computation on a batch of pictures takes.
 *
 * @param fixed bytes whatever the number of pictures, at least 0
 * @param perPicture bytes that each picture adds, at least 0
 */
public record MemoryNeed(long fixed, long perPicture) {
  /** Bytes for a batch. */
  public long of(int pictures) {
    return fixed + perPicture * pictures;
  }

  /** Of two computations whose arrays are alive at the same time. */
  public MemoryNeed plus(MemoryNeed other) {
    return new MemoryNeed(fixed + other.fixed, perPicture + other.perPicture);
  }
}
