package cryptorobot.deployer.local.cli;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An instance as the control plane describes it.
 *
 * @param state pending, running, stopping or stopped
 * @param agentOnline whether commands reach it now
 */
record InstanceView(
    String environment, String instanceId, String state, String address, boolean agentOnline) {

  InstanceView {
    requireNonNull(environment, "environment is null");
    requireNonNull(instanceId, "instanceId is null");
    requireNonNull(state, "state is null");
    requireNonNull(address, "address is null");
  }

  static InstanceView of(JsonNode json) {
    return new InstanceView(
        json.path("environment").asText(),
        json.path("instance_id").asText(),
        json.path("state").asText().toLowerCase(),
        json.path("address").asText(),
        json.path("agent_online").asBoolean(json.hasNonNull("agent_ping_at")));
  }

  boolean running() {
    return state.equals("running");
  }
}
