package dev.plumbline.host.compress;

import java.util.Optional;

/**
 * Which channels of the model stand where in a value.
 *
 * @param axis of the value
 * @param ids of the channels in {@link ChannelSets}, one for each position along the axis; not to
 *     be changed
 * @param nonzero the node that makes something else than 0 of a channel whose filter is 0; none
 *     where such a channel is 0
 */
record Channels(int axis, int[] ids, Optional<String> nonzero) {
  static Channels ofZeros(int axis, int[] ids) {
    return new Channels(axis, ids, Optional.empty());
  }

  /** The same channels in another value. */
  Channels at(int newAxis, int[] newIds) {
    return new Channels(newAxis, newIds, nonzero);
  }

  /** The same channels after a node that makes something else than 0 of 0. */
  Channels raisedBy(String node) {
    return nonzero.isPresent() ? this : new Channels(axis, ids, Optional.of(node));
  }
}
