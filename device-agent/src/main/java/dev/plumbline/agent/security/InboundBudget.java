package dev.plumbline.agent.security;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Bytes of messages that have come and are not worked off yet, over all calls. gRPC on a servlet
 * reads whatever a client sends into memory; this has a message wait on the wire until there is
 * room for all of it. First come, first served, and always for a whole message, so that no two
 * halves wait for each other.
 */
final class InboundBudget {
  private final long total;
  private final int calls;
  private long free;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  private record Waiting(long bytes, Runnable granted) {}

  /**
   * @param total at least what one message takes
   * @param calls that share it
   */
  InboundBudget(long total, int calls) {
    this.calls = calls;
    this.total = total;
    this.free = total;
  }

  /**
   * What one call may hold unless it is a single message: with as many calls as do work at once,
   * each finds its share.
   */
  long share() {
    return total / calls;
  }

  /**
   * Takes bytes, or has them granted later.
   *
   * @param granted runs later, on another thread, if false is returned
   * @return whether they are granted now
   */
  synchronized boolean take(long bytes, Runnable granted) {
    if (waiting.isEmpty() && bytes <= free) {
      free -= bytes;
      return true;
    }
    waiting.add(new Waiting(bytes, granted));
    return false;
  }

  /** Gives back what was taken. */
  void giveBack(long bytes) {
    List<Runnable> granted = new ArrayList<>();
    synchronized (this) {
      free += bytes;
      while (!waiting.isEmpty() && waiting.peek().bytes() <= free) {
        Waiting next = waiting.remove();
        free -= next.bytes();
        granted.add(next.granted());
      }
    }
    granted.forEach(Runnable::run);
  }

  /** For tests: whether all has been given back. */
  synchronized boolean isWhole() {
    return free == total && waiting.isEmpty();
  }
}
