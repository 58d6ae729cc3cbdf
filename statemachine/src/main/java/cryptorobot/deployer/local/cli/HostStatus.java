package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;

/** Asks an instance what serves on it, with the same SSM document the deploy uses. */
final class HostStatus {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Set<String> UNDER_WAY = Set.of("Pending", "InProgress", "Delayed");

  private final SsmClient client;

  HostStatus(AwsAccess access) {
    this.client = access.client(SsmClient.builder());
  }

  /** What the host step {@code status} printed; empty when the instance does not answer. */
  Optional<JsonNode> read(String instanceId, String applicationPath) {
    try {
      String command =
          client
              .sendCommand(
                  request ->
                      request
                          .documentName(document())
                          .instanceIds(instanceId)
                          .timeoutSeconds(30)
                          .comment("scripts/local status")
                          .parameters(Map.of("ApplicationPath", List.of(applicationPath))))
              .command()
              .commandId();
      return awaited(command, instanceId).flatMap(HostStatus::lastLine);
    } catch (SdkException e) {
      return Optional.empty();
    }
  }

  private Optional<GetCommandInvocationResponse> awaited(String command, String instanceId) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      try {
        var invocation =
            client.getCommandInvocation(
                request -> request.commandId(command).instanceId(instanceId));
        if (!UNDER_WAY.contains(invocation.statusAsString())) {
          return Optional.of(invocation).filter(ended -> ended.responseCode() == 0);
        }
      } catch (InvocationDoesNotExistException e) {
        // Right after SendCommand that is normal: the next look finds it.
      }
    }
    return Optional.empty();
  }

  private static Optional<JsonNode> lastLine(GetCommandInvocationResponse ended) {
    String output = ended.standardOutputContent().strip();
    try {
      JsonNode last = JSON.readTree(output.substring(output.lastIndexOf('\n') + 1));
      return Optional.of(last).filter(JsonNode::isObject);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The document's name carries a hash of its content; the build wrote down which. */
  private static String document() {
    try (InputStream names = HostStatus.class.getResourceAsStream("/documents/names.json")) {
      if (names == null) {
        throw new IllegalStateException("documents/names.json is not in functions.jar");
      }
      return "crypto-robot-" + JSON.readTree(names).path("status").asText();
    } catch (IOException e) {
      throw new IllegalStateException("documents/names.json cannot be read", e);
    }
  }
}
