package dev.plumbline.agent.security;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.servlet.jakarta.ServletAdapter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before gRPC: asks who calls before a byte of the call is read, and bounds how many calls
 * are open, how long, and what they hold in memory.
 */
public final class CallGate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallGate.class);
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  /** Of a message of a call that only asks: it names something, but carries nothing. */
  private static final int SHORT_MESSAGE_BYTES = 16 << 10;

  private static final Duration LOOK = Duration.ofMillis(500);

  private final Callers callers;
  private final Bounds bounds;
  private final Executor executor;
  private final InboundBudget budget;
  private final Set<CallTicket> open = ConcurrentHashMap.newKeySet();
  private final CallPlaces places;
  private final ScheduledExecutorService watch;

  /** From the servlet to the tracer that gRPC makes in the same thread. */
  private final ThreadLocal<CallTicket> entering = new ThreadLocal<>();

  /**
   * What is let in.
   *
   * @param maxMessageBytes of one message
   * @param maxHeldBytes of all messages that have come and are not worked off; one always has room
   * @param maxCalls open at once, of any kind
   * @param maxLongCalls of them that do work
   * @param longMethods full names of the methods that may take {@code longestCall}
   * @param shortCall time that any other call may take
   * @param messageTime for a message to come whole, and a second more for each 64 KiB
   * @param perCaller what one caller may have of {@code maxCalls}
   */
  public record Bounds(
      int maxMessageBytes,
      long maxHeldBytes,
      int maxCalls,
      int maxLongCalls,
      Set<String> longMethods,
      Duration longestCall,
      Duration shortCall,
      Duration messageTime,
      CallerShare perCaller) {}

  /**
   * @param executor of many threads, for short tasks
   */
  public CallGate(Security security, Bounds bounds, Executor executor) {
    this.callers = security.callers();
    this.bounds = bounds;
    this.executor = executor;
    this.budget =
        new InboundBudget(
            Math.max(bounds.maxHeldBytes(), bounds.maxMessageBytes() + CallTicket.OVERHEAD),
            bounds.maxLongCalls());
    this.places = new CallPlaces(bounds.maxCalls(), bounds.perCaller());
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "call-gate");
              thread.setDaemon(true);
              return thread;
            });
    watch.scheduleWithFixedDelay(
        this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    for (CallTicket ticket : open) {
      try {
        ticket.check(callers);
      } catch (RuntimeException e) {
        // The watch itself must not end with one call.
        LOG.error("a call could not be ended", e);
      }
    }
  }

  /** Hands a call to gRPC, or answers it with the reason why not. */
  public void serve(ServletAdapter grpc, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Caller caller;
    try {
      caller =
          request.getAttribute(Caller.JoinedHost.ATTRIBUTE) instanceof Caller.JoinedHost joined
              ? joined
              : callers.admit(
                  (X509Certificate[]) request.getAttribute(CERTIFICATES),
                  request.getHeader("authorization"));
    } catch (Callers.NotAdmittedException e) {
      refuse(response, Status.UNAUTHENTICATED.withDescription(e.getMessage()));
      return;
    }
    Optional<Status> refusal = places.take(caller);
    if (refusal.isPresent()) {
      refuse(response, refusal.get());
      return;
    }
    boolean isLong = bounds.longMethods().contains(request.getRequestURI().substring(1));
    CallTicket ticket =
        new CallTicket(
            caller,
            request.getRemoteAddr(),
            isLong ? budget : ofShortCall(),
            isLong ? bounds.longestCall() : bounds.shortCall(),
            bounds.messageTime(),
            this::over);
    open.add(ticket);
    if (request.getAttribute(Disconnection.ATTRIBUTE) instanceof Disconnection disconnection) {
      disconnection.concerns(ticket, this::endSoon);
    }
    entering.set(ticket);
    try {
      int maxMessageBytes = isLong ? bounds.maxMessageBytes() : SHORT_MESSAGE_BYTES;
      grpc.doPost(new GatedRequest(request, ticket, maxMessageBytes, executor), response);
    } catch (IOException | RuntimeException | Error e) {
      ticket.close();
      throw e;
    } finally {
      entering.remove();
    }
  }

  /** gRPC ends it first where it has heard of the client's going. */
  private void endSoon(CallTicket ticket) {
    try {
      watch.schedule(
          () -> {
            if (!ticket.isClosed()) {
              ticket.end(Status.CANCELLED.withDescription("the host is gone"));
            }
          },
          LOOK.toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("a call ends with the agent", e);
    }
  }

  /** Questions do not wait for room behind the work: their own number bounds them. */
  private static InboundBudget ofShortCall() {
    return new InboundBudget(SHORT_MESSAGE_BYTES + CallTicket.OVERHEAD, 1);
  }

  private void over(CallTicket ticket) {
    open.remove(ticket);
    places.giveBack(ticket.caller());
  }

  /** An answer of gRPC that has no message. */
  private static void refuse(HttpServletResponse response, Status status) {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("application/grpc");
    response.setHeader("grpc-status", Integer.toString(status.getCode().value()));
    response.setHeader("grpc-message", StatusText.encoded(status.getDescription()));
  }

  /** For gRPC: it gives every call its ticket. */
  public ServerStreamTracer.Factory tracing() {
    return new ServerStreamTracer.Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        CallTicket ticket = entering.get();
        if (ticket == null) {
          throw new IllegalStateException("call of " + method + " did not come through the gate");
        }
        return new ServerStreamTracer() {
          @Override
          public Context filterContext(Context context) {
            return context.withValue(CallTicket.KEY, ticket);
          }

          @Override
          public void streamClosed(Status status) {
            ticket.close();
          }
        };
      }
    };
  }

  /** For tests: whether no call is open and none holds memory. */
  public boolean isIdle() {
    return open.isEmpty() && budget.isWhole();
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
