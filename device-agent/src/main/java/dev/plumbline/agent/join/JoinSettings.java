package dev.plumbline.agent.join;

import dev.plumbline.agent.security.DialledTls;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which host an agent joins, and as whom.
 *
 * @param host a name or an address; an IPv6 address stands without its brackets
 * @param port 1 to 65535
 * @param name under which the host's programs find the agent
 * @param tls absent where the agent dials in the clear
 * @param tokenFile holds the token that the host asks for, read for each attempt
 */
public record JoinSettings(
    String host, int port, String name, Optional<DialledTls> tls, Optional<Path> tokenFile) {
  /** As the agent was told it. */
  public String address() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
