package dev.plumbline.host.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.gateway.JoinedAgent;
import java.util.List;

/** The agents that have joined, as JSON: {@code {"agents": [{"name": …, "address": …}]}}. */
final class AgentApi {
  private static final JsonMapper JSON = new JsonMapper();

  private AgentApi() {}

  static String list(List<JoinedAgent> agents) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("agents");
    for (JoinedAgent agent : agents) {
      list.addObject()
          .put("name", agent.name())
          .put("address", agent.address())
          .put("since", agent.since().toString())
          .put("open_calls", agent.openCalls())
          .put("arch", agent.fingerprint().getArch())
          .put("processor", agent.fingerprint().getProcessor())
          .put("runtime", agent.fingerprint().getRuntime())
          .put("agent_version", agent.fingerprint().getAgentVersion());
    }
    try {
      return JSON.writeValueAsString(answer) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of agents that cannot be written as JSON", e);
    }
  }
}
