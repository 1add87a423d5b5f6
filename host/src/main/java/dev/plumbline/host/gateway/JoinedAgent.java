package dev.plumbline.host.gateway;

import dev.plumbline.agent.security.Caller;
import dev.plumbline.agent.security.Callers;
import dev.plumbline.device.v1.DescribeResponse;
import dev.plumbline.device.v1.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Callback;

/** An agent that has dialled this host, for as long as its connection is open. */
public final class JoinedAgent {
  /** The agent itself takes no more. */
  static final int MAX_CALLS = 64;

  private final String name;
  private final String address;
  private final Caller caller;
  private final DescribeResponse description;
  private final Instant since;
  private final Set<ForwardedCall> open = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MAX_CALLS);
  private volatile Connection connection;
  private volatile Session session;
  private volatile boolean leaving;

  /** When bytes came last, and how many by then; of the watch alone. */
  private long heard = System.nanoTime();

  private long bytes;

  /**
   * @param address where its connection comes from
   * @param caller as whom it was let in
   */
  JoinedAgent(
      String name, String address, Caller caller, DescribeResponse description, Instant since) {
    this.name = name;
    this.address = address;
    this.caller = caller;
    this.description = description;
    this.since = since;
  }

  /** Under which it is called. */
  public String name() {
    return name;
  }

  /** Where its connection comes from. */
  public String address() {
    return address;
  }

  /** When it joined. */
  public Instant since() {
    return since;
  }

  /** What would produce a verdict there, as it said when it joined. */
  public Fingerprint fingerprint() {
    return description.getFingerprint();
  }

  /** Calls that it works on. */
  public int openCalls() {
    return open.size();
  }

  void over(Connection upgraded) {
    connection = upgraded;
  }

  void ready(Session ready) {
    session = ready;
  }

  /** Absent until the connection speaks HTTP/2. */
  Optional<Session> session() {
    return Optional.ofNullable(session);
  }

  /**
   * Whether there is a place for the call; it is given back by {@link #ended}.
   *
   * @param share the most places that one caller may have
   */
  boolean begin(ForwardedCall call, int share) {
    synchronized (open) {
      long of = open.stream().filter(other -> other.isOf(call)).count();
      if (of >= share || !places.tryAcquire()) {
        return false;
      }
      open.add(call);
      return true;
    }
  }

  /** It takes no more calls. */
  void leaving() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  /** Its connection is gone: nobody will end its calls. */
  void lost() {
    open.forEach(ForwardedCall::lost);
  }

  void ended(ForwardedCall call) {
    if (open.remove(call)) {
      places.release();
    }
  }

  /** Ends calls of those who may no longer call. */
  void check(Callers callers) {
    open.forEach(call -> call.check(callers));
  }

  /** Whether it might still join. */
  boolean isAdmitted(Callers joiners) {
    return joiners.stillAdmits(caller);
  }

  /** Whether nothing has come for so long. */
  boolean isSilent(Duration silence) {
    Connection current = connection;
    long now = System.nanoTime();
    if (current != null && current.getBytesIn() != bytes) {
      bytes = current.getBytesIn();
      heard = now;
    }
    return now - heard > silence.toNanos();
  }

  /** Has the agent show that it is there. */
  void ping() {
    Session current = session;
    if (current != null) {
      current.ping(new PingFrame(System.nanoTime(), false), Callback.NOOP);
    }
  }

  /** Hangs up. */
  void drop() {
    Connection current = connection;
    if (current != null) {
      current.getEndPoint().close();
    }
  }
}
