package dev.plumbline.agent.security;

import java.util.function.Consumer;

/**
 * Whether the client of one request has gone, and the call that this concerns; either may be known
 * first. gRPC hears of a client that goes between the request's coming and its own listening from
 * nobody.
 */
public final class Disconnection {
  /** Of a request: its disconnection. */
  public static final String ATTRIBUTE = "dev.plumbline.disconnection";

  private boolean happened;
  private Consumer<CallTicket> end;
  private CallTicket ticket;

  /** The client has gone. */
  public void happens() {
    Consumer<CallTicket> ending;
    synchronized (this) {
      happened = true;
      ending = end;
    }
    if (ending != null) {
      ending.accept(ticket);
    }
  }

  /**
   * Says which call it concerns.
   *
   * @param ending is told of the call if the client has gone or goes
   */
  void concerns(CallTicket call, Consumer<CallTicket> ending) {
    boolean already;
    synchronized (this) {
      ticket = call;
      end = ending;
      already = happened;
    }
    if (already) {
      ending.accept(call);
    }
  }
}
