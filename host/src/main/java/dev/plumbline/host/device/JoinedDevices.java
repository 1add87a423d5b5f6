package dev.plumbline.host.device;

import dev.plumbline.device.v1.JoinServiceGrpc;
import dev.plumbline.device.v1.ListAgentsRequest;
import dev.plumbline.host.judging.DeviceUnreachableException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The agents that have joined a host, as that host tells. */
public final class JoinedDevices {
  private static final int DEADLINE_SECONDS = 10;

  private JoinedDevices() {}

  /**
   * An agent that has dialled its host.
   *
   * @param address under which programs of the fleet call it: {@code HOST:PORT/NAME}
   * @param from where its connection comes from
   * @param since when
   * @param openCalls that it works on
   */
  public record Joined(
      DeviceAddress address, String from, Instant since, int openCalls, Fingerprint fingerprint) {}

  /**
   * Asks a host.
   *
   * @return in the order of their names
   * @throws DeviceUnreachableException if the host does not answer
   * @throws dev.plumbline.host.BadInputException if it refuses, or is no host of Plumbline
   */
  public static List<Joined> of(DeviceAddress host, DeviceAccess access) {
    ManagedChannel channel = access.channel(host).build();
    try {
      return JoinServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .listAgents(ListAgentsRequest.getDefaultInstance())
          .getAgentsList()
          .stream()
          .map(
              agent ->
                  new Joined(
                      DeviceAddress.parse(host + "/" + agent.getName()),
                      agent.getAddress(),
                      Instant.ofEpochMilli(agent.getJoinedUnixMillis()),
                      agent.getOpenCalls(),
                      Fingerprint.of(agent.getFingerprint())))
          .toList();
    } catch (StatusRuntimeException e) {
      throw Refusals.of(host, "asking", e);
    } finally {
      channel.shutdownNow();
    }
  }
}
