package dev.plumbline.agent;

import dev.plumbline.agent.security.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Many agents in one process, each with a server, a store and a port of its own; for tests of what
 * a host bears. Prints {@code listening PORT PORT …} and stops when its input ends.
 */
public final class AgentFarm {
  private AgentFarm() {}

  /**
   * @param args number of agents, folder for their models
   */
  public static void main(String[] args) throws IOException {
    List<AgentServer> agents = new ArrayList<>();
    StringBuilder ports = new StringBuilder("listening");
    for (int i = 0; i < Integer.parseInt(args[0]); i++) {
      AgentServer agent =
          AgentServer.start(
              new AgentSettings(
                  InetAddress.getLoopbackAddress(),
                  0,
                  Path.of(args[1], "agent-" + i),
                  1,
                  ProviderOrder.of(Provider.CPU),
                  "",
                  Bounds.DEFAULT,
                  Quotas.DEFAULT,
                  Security.none(),
                  AgentSettings.CONNECTION_IDLE,
                  Duration.ZERO,
                  Optional.empty()));
      agents.add(agent);
      ports.append(' ').append(agent.port());
    }
    System.out.println(ports);
    while (System.in.read() >= 0) {
      // Whatever comes is of no interest, only that it ends.
    }
    System.exit(0);
  }
}
