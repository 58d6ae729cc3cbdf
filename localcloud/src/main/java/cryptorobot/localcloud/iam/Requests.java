package cryptorobot.localcloud.iam;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.iam.policy.AccessRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The IAM actions and resources of a request, see the <a
 * href="https://docs.aws.amazon.com/service-authorization/latest/reference/">Service Authorization
 * Reference</a>. An action that is not listed here has no resource types on AWS, or is treated like
 * that: a policy must allow it on {@code *}, which is the stricter check.
 */
final class Requests {
  private final Account account;
  private final ResourceLookup resources;

  Requests(Account account, ResourceLookup resources) {
    this.account = account;
    this.resources = resources;
  }

  /** The access requests, which must all be allowed. */
  List<AccessRequest> of(String action, JsonNode request) {
    return switch (action) {
      case "ssm:SendCommand" -> sendCommand(action, request);
      case "ssm:GetDocument", "ssm:DescribeDocument" ->
          List.of(AccessRequest.of(action, document(request.path("Name").asText())));
      case "ec2:StartInstances", "ec2:StopInstances" ->
          request.properties().stream()
              .filter(field -> field.getKey().startsWith("InstanceId."))
              .map(field -> instance(action, field.getValue().asText(), "ec2:ResourceTag/"))
              .toList();
      case "secretsmanager:CreateSecret" -> List.of(newSecret(action, request));
      case "secretsmanager:GetSecretValue",
          "secretsmanager:DescribeSecret",
          "secretsmanager:PutSecretValue",
          "secretsmanager:DeleteSecret",
          "secretsmanager:RestoreSecret" ->
          List.of(secret(action, request.path("SecretId").asText()));
      case "states:DescribeExecution",
          "states:GetExecutionHistory",
          "states:StopExecution",
          "states:DescribeStateMachineForExecution" ->
          List.of(AccessRequest.of(action, request.path("executionArn").asText()));
      case "states:StartExecution",
          "states:ListExecutions",
          "states:DescribeStateMachine",
          "states:UpdateStateMachine",
          "states:DeleteStateMachine" ->
          List.of(AccessRequest.of(action, request.path("stateMachineArn").asText()));
      case "events:PutTargets", "events:PutRule", "events:DescribeRule" ->
          List.of(
              AccessRequest.of(
                  action, account.arn("events", "rule/" + request.path("Name").asText())));
      case "sns:Publish" -> List.of(AccessRequest.of(action, request.path("TopicArn").asText("*")));
      case "lambda:InvokeFunction", "lambda:GetFunction", "lambda:GetFunctionConfiguration" ->
          List.of(AccessRequest.of(action, function(request.path("FunctionName").asText())));
      default -> List.of(AccessRequest.of(action, "*"));
    };
  }

  private List<AccessRequest> sendCommand(String action, JsonNode request) {
    List<AccessRequest> all = new ArrayList<>();
    all.add(AccessRequest.of(action, document(request.path("DocumentName").asText())));
    for (JsonNode instance : request.path("InstanceIds")) {
      all.add(instance(action, instance.asText(), "ssm:resourceTag/"));
    }
    // A command with targets instead of instance ids can reach every instance.
    return all.size() > 1 ? all : List.of(all.getFirst(), AccessRequest.of(action, "*"));
  }

  private AccessRequest instance(String action, String id, String tagKey) {
    Map<String, String> context = new HashMap<>();
    resources
        .instanceTags(id)
        .forEach(
            (tag, value) -> {
              context.put(tagKey + tag, value);
              context.put("aws:ResourceTag/" + tag, value);
            });
    return new AccessRequest(action, account.arn("ec2", "instance/" + id), context);
  }

  private String document(String nameOrArn) {
    return nameOrArn.startsWith("arn:") ? nameOrArn : account.arn("ssm", "document/" + nameOrArn);
  }

  /** A secret that does not exist has no ARN: AWS evaluates the id in the request instead. */
  private AccessRequest secret(String action, String id) {
    Optional<String> arn = resources.secretArn(id);
    String arnOrId = arn.orElse(id);
    return new AccessRequest(action, arnOrId, Map.of("secretsmanager:SecretId", arnOrId));
  }

  private AccessRequest newSecret(String action, JsonNode request) {
    String name = request.path("Name").asText();
    return new AccessRequest(
        action,
        account.arn("secretsmanager", "secret:" + name),
        Map.of("secretsmanager:Name", name));
  }

  private String function(String reference) {
    if (reference.startsWith("arn:")) {
      return reference;
    }
    int at = reference.indexOf("function:");
    return account.arn("lambda", "function:" + (at < 0 ? reference : reference.substring(at + 9)));
  }
}
