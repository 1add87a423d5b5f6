package dev.plumbline.agent.security;

import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Places for calls that are open at once: so many in all, and of each caller its share. */
final class CallPlaces {
  private final int most;
  private final CallerShare share;
  private final Map<String, Integer> open = new HashMap<>();
  private int all;

  CallPlaces(int most, CallerShare share) {
    this.most = most;
    this.share = share;
  }

  /** Takes a place, or says why there is none. */
  synchronized Optional<Status> take(Caller caller) {
    if (all >= most) {
      return refusal("the agent has " + all + " calls open already; expected no more than that");
    }
    int ofCaller = open.getOrDefault(caller.name(), 0);
    long mostOfOne = share.of(caller, most);
    if (ofCaller >= mostOfOne) {
      return refusal(
          "the agent has "
              + ofCaller
              + " calls of '"
              + caller.name()
              + "' open already; expected at most "
              + mostOfOne
              + " of one caller");
    }
    all++;
    open.put(caller.name(), ofCaller + 1);
    return Optional.empty();
  }

  private static Optional<Status> refusal(String why) {
    return Optional.of(Status.RESOURCE_EXHAUSTED.withDescription(why));
  }

  synchronized void giveBack(Caller caller) {
    all--;
    open.merge(caller.name(), -1, (now, less) -> now + less == 0 ? null : now + less);
  }
}
