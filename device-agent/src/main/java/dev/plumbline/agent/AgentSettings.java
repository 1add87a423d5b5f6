package dev.plumbline.agent;

import dev.plumbline.agent.security.Security;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How an agent is to run.
 *
 * @param host to listen on
 * @param port 0 for any free one
 * @param modelFolder where models are kept
 * @param threads within an operator
 * @param providers in the order in which they are asked
 * @param emulator what emulates the processor, empty where nobody says so
 * @param quotas what all hosts together get
 * @param security who may call, and over what
 * @param connectionIdle how long a connection without calls stays open
 * @param grace how long open calls are waited for when it stops
 * @param isolation of the process that models run in, where it is not the agent's own
 */
record AgentSettings(
    InetAddress host,
    int port,
    Path modelFolder,
    int threads,
    ProviderOrder providers,
    String emulator,
    Bounds bounds,
    Quotas quotas,
    Security security,
    Duration connectionIdle,
    Duration grace,
    Optional<Isolation> isolation) {

  static final Duration CONNECTION_IDLE = Duration.ofMinutes(1);
  static final Duration GRACE = Duration.ofSeconds(5);
}
