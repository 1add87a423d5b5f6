package dev.plumbline.agent.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisconnectionTest {
  private final CallTicket call =
      new CallTicket(
          new Caller.Anyone(),
          "127.0.0.1",
          new InboundBudget(1 << 20, 1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          ended -> {});
  private final List<CallTicket> ended = new ArrayList<>();
  private final Disconnection disconnection = new Disconnection();

  @Test
  void aClientThatGoesEndsItsCall() {
    disconnection.concerns(call, ended::add);
    assertEquals(List.of(), ended);
    disconnection.happens();
    assertEquals(List.of(call), ended);
  }

  @Test
  void aClientThatWentBeforeItsCallBeganEndsItToo() {
    disconnection.happens();
    disconnection.concerns(call, ended::add);
    assertEquals(List.of(call), ended);
  }
}
