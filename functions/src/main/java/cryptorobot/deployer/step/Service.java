package cryptorobot.deployer.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program of the application. The schema describes its fields. */
record Service(
    String name,
    String type,
    String command,
    boolean enabled,
    Optional<String> heartbeatFile,
    Optional<Integer> maxAgeSeconds,
    Optional<Map<String, String>> env,
    Optional<String> stopSignal,
    Optional<Integer> stopSeconds,
    Optional<List<Integer>> successExitStatuses,
    Optional<List<Integer>> ports,
    Optional<String> memoryMax,
    Optional<String> cpuQuota,
    Optional<Integer> tasksMax,
    Optional<String> restart,
    Optional<Integer> restartLimit,
    Optional<Integer> startSeconds,
    Optional<Integer> unansweredSeconds,
    Optional<ServiceHealth> health,
    Optional<JsonNode> ready) {

  Service runningIn(Mode mode) {
    return new Service(
        name,
        type,
        command,
        enabled && mode.runs(this),
        heartbeatFile,
        maxAgeSeconds,
        env,
        stopSignal,
        stopSeconds,
        successExitStatuses,
        ports,
        memoryMax,
        cpuQuota,
        tasksMax,
        restart,
        restartLimit,
        startSeconds,
        unansweredSeconds,
        health,
        ready);
  }

  boolean isRobot() {
    return type.equals("trading_robot");
  }

  /** The port of its page; the port of the request for a web application that names none. */
  Optional<Integer> pagePort(int port) {
    Optional<Integer> own = health.flatMap(ServiceHealth::port);
    return own.isPresent() || isRobot() ? own : Optional.of(port);
  }
}
