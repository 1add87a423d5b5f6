package dev.plumbline.agent.security;

import io.grpc.Context;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/** One call: who makes it, and what it holds of the agent's memory. */
public final class CallTicket {
  static final Context.Key<CallTicket> KEY = Context.key("plumbline-call");

  /** What a message costs beside its bytes, so that empty ones are not free. */
  static final int OVERHEAD = 512;

  /** A message gets a second for each so many bytes, beside its fixed time. */
  private static final int SLOWEST_BYTES_PER_SECOND = 64 << 10;

  private final Caller caller;
  private final String address;
  private final InboundBudget budget;
  private final Duration longest;
  private final Duration messageTime;
  private final Consumer<CallTicket> onClose;
  private final long started = System.nanoTime();

  /** Of messages that have been let in and are not worked off, in their order. */
  private final Deque<Long> held = new ArrayDeque<>();

  private long heldBytes;
  private Waiting waiting;
  private Optional<Arrival> arriving = Optional.empty();
  private Consumer<Status> ender;
  private Status verdict = Status.OK;
  private boolean closed;

  /** A message that waits until this call holds less. */
  private record Waiting(long cost, Runnable granted) {}

  private record Arrival(long since, long allowedNanos) {}

  CallTicket(
      Caller caller,
      String address,
      InboundBudget budget,
      Duration longest,
      Duration messageTime,
      Consumer<CallTicket> onClose) {
    this.caller = caller;
    this.address = address;
    this.budget = budget;
    this.longest = longest;
    this.messageTime = messageTime;
    this.onClose = onClose;
  }

  /** That of the call which this thread works on. */
  public static CallTicket current() {
    CallTicket ticket = KEY.get();
    if (ticket == null) {
      throw new IllegalStateException("a call that did not come through the gate");
    }
    return ticket;
  }

  /** Who calls. */
  public Caller caller() {
    return caller;
  }

  /** Where from. */
  public String address() {
    return address;
  }

  /** Says how to end the call from another thread. */
  public void endBy(Consumer<Status> end) {
    Status already;
    synchronized (this) {
      ender = end;
      already = verdict;
    }
    if (!already.isOk()) {
      end.accept(already);
    }
  }

  /** Ends the call, at once or as soon as that is possible. */
  void end(Status status) {
    Consumer<Status> end;
    synchronized (this) {
      verdict = status;
      end = ender;
    }
    if (end != null) {
      end.accept(status);
    }
  }

  /** A message has been worked off. */
  public void processed() {
    long cost;
    Waiting next;
    synchronized (this) {
      if (held.isEmpty()) {
        return;
      }
      cost = held.remove();
      heldBytes -= cost;
      next = waiting;
      waiting = null;
    }
    budget.giveBack(cost);
    if (next != null && letIn(next.cost(), next.granted())) {
      next.granted().run();
    }
  }

  /**
   * Asks for room for a message.
   *
   * @param granted runs later if false is returned
   * @return whether there is room now
   */
  boolean admit(int messageBytes, Runnable granted) {
    return letIn(messageBytes + (long) OVERHEAD, granted);
  }

  private boolean letIn(long cost, Runnable granted) {
    synchronized (this) {
      if (closed) {
        return false;
      }
      if (heldBytes > 0 && heldBytes + cost > budget.share()) {
        waiting = new Waiting(cost, granted);
        return false;
      }
    }
    if (!budget.take(cost, () -> grantedLater(cost, granted))) {
      return false;
    }
    return hold(cost);
  }

  private void grantedLater(long cost, Runnable granted) {
    if (hold(cost)) {
      granted.run();
    }
  }

  /** False where the call has ended meanwhile. */
  private boolean hold(long cost) {
    synchronized (this) {
      if (!closed) {
        held.add(cost);
        heldBytes += cost;
        long allowed = messageTime.plusSeconds(cost / SLOWEST_BYTES_PER_SECOND).toNanos();
        arriving = Optional.of(new Arrival(System.nanoTime(), allowed));
        return true;
      }
    }
    budget.giveBack(cost);
    return false;
  }

  /** The message that was let in last has come. */
  synchronized void arrived() {
    arriving = Optional.empty();
  }

  /** Whether the call is over. */
  public synchronized boolean isClosed() {
    return closed;
  }

  /** The call is over; more than once does no harm. */
  void close() {
    long rest;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      rest = heldBytes;
      held.clear();
      heldBytes = 0;
      waiting = null;
      arriving = Optional.empty();
    }
    budget.giveBack(rest);
    onClose.accept(this);
  }

  /** Ends the call if it has lasted too long, or its caller is no longer one. */
  void check(Callers callers) {
    Status status;
    synchronized (this) {
      if (closed) {
        return;
      }
      status = judge(callers, System.nanoTime());
    }
    if (!status.isOk()) {
      end(status);
    }
  }

  private Status judge(Callers callers, long now) {
    if (!callers.stillAdmits(caller)) {
      return Status.UNAUTHENTICATED.withDescription(
          "caller '" + caller.name() + "' may no longer call this agent");
    }
    if (arriving.isPresent() && now - arriving.get().since() > arriving.get().allowedNanos()) {
      return Status.DEADLINE_EXCEEDED.withDescription(
          "a message did not come whole within "
              + Duration.ofNanos(arriving.get().allowedNanos()).toSeconds()
              + " s");
    }
    if (now - started > longest.toNanos()) {
      return Status.DEADLINE_EXCEEDED.withDescription(
          "the call lasted longer than " + longest.toSeconds() + " s");
    }
    return Status.OK;
  }
}
