package dev.plumbline.host.gateway;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents that are joined, by name. A name is held until its connection ends or has been silent
 * for too long; agents answer a ping every few seconds.
 */
public final class JoinedAgents implements AutoCloseable {
  static final int MAX_AGENTS = 1024;
  private static final Logger LOG = LoggerFactory.getLogger(JoinedAgents.class);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final HostSecurity security;
  private final Heartbeat heartbeat;
  private final Consumer<String> told;
  private final Map<String, JoinedAgent> byName = new ConcurrentHashMap<>();
  private final ScheduledExecutorService watch;

  /**
   * How it is told whether an agent is there.
   *
   * @param every so often it is sent a ping
   * @param silence after which it is gone
   */
  record Heartbeat(Duration every, Duration silence) {
    static final Heartbeat STANDARD = new Heartbeat(Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  /**
   * @param told hears in a sentence of agents that come and go
   */
  public JoinedAgents(HostSecurity security, Consumer<String> told) {
    this(security, Heartbeat.STANDARD, told);
  }

  JoinedAgents(HostSecurity security, Heartbeat heartbeat, Consumer<String> told) {
    this.security = security;
    this.heartbeat = heartbeat;
    this.told = told;
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "joined-agents");
              thread.setDaemon(true);
              return thread;
            });
    every(LOOK, this::look);
    every(heartbeat.every(), () -> byName.values().forEach(JoinedAgent::ping));
  }

  private void every(Duration period, Runnable task) {
    watch.scheduleWithFixedDelay(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            // The watch itself must not end with one agent.
            LOG.error("joined agents could not be looked at", e);
          }
        },
        period.toMillis(),
        period.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void look() {
    for (JoinedAgent agent : byName.values()) {
      if (agent.isSilent(heartbeat.silence())) {
        lose(agent, "it was silent for " + heartbeat.silence().toSeconds() + " s");
        agent.drop();
      } else if (!security.joiners().map(agent::isAdmitted).orElse(false)) {
        lose(agent, "it may no longer join");
        agent.drop();
      } else {
        agent.check(security.callers());
      }
    }
  }

  /** Gives the agent its name, unless another holds it; says who does. */
  synchronized Optional<JoinedAgent> hold(JoinedAgent agent) {
    return Optional.ofNullable(byName.putIfAbsent(agent.name(), agent));
  }

  boolean isFull() {
    return byName.size() >= MAX_AGENTS;
  }

  /** It can be called. */
  void joined(JoinedAgent agent) {
    told.accept("agent " + agent.name() + " joined from " + agent.address());
  }

  /** It is no longer there, and neither are its calls; more than once does no harm. */
  void lose(JoinedAgent agent, String why) {
    leave(agent, why);
    agent.lost();
  }

  /** It will not be there for long, and ends its last calls; more than once does no harm. */
  void leave(JoinedAgent agent, String why) {
    agent.leaving();
    if (byName.remove(agent.name(), agent)) {
      told.accept("agent " + agent.name() + " has left: " + why);
    }
  }

  /** The agent of that name, if it is joined. */
  Optional<JoinedAgent> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All that are joined, in the order of their names. */
  public List<JoinedAgent> all() {
    return byName.values().stream().sorted(Comparator.comparing(JoinedAgent::name)).toList();
  }

  @Override
  public void close() {
    watch.shutdownNow();
    byName.values().forEach(JoinedAgent::drop);
  }
}
