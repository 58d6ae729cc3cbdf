package cryptorobot.deployer.contract;

import cryptorobot.deployer.aws.Adapters;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.SfnException;

/** What is made through a target's own API before a test, so that every target gets the same. */
final class Preparation {

  /**
   * A document as the build makes them. Its script does what its parameters request: it prints and
   * ends with an exit code, or it exceeds its timeout.
   */
  static final String DOCUMENT =
      """
      {"schemaVersion": "2.2", "description": "does what its parameters request", "parameters": {
        "Output": {"type": "String", "allowedPattern": "^[a-z0-9{}\\":]*$", "interpolationType": "ENV_VAR"},
        "Errors": {"type": "String", "allowedPattern": "^[a-z]*$", "interpolationType": "ENV_VAR"},
        "Code": {"type": "String", "allowedPattern": "^([0-9]+|timeout)$", "interpolationType": "ENV_VAR"}},
       "mainSteps": [{"name": "scripted", "action": "aws:runShellScript", "inputs": {
        "timeoutSeconds": "5", "runCommand": ["#!/usr/bin/env bash",
          "printf %s \\"$SSM_Output\\"", "printf %s \\"$SSM_Errors\\" >&2",
          "[[ $SSM_Code != timeout ]] || exec sleep 60", "exit \\"$SSM_Code\\""]}}]}
      """;

  private final SecretsManagerClient secrets;
  private final SfnClient states;
  private final String role;

  Preparation(Adapters operator, String account) {
    this.secrets = operator.client(SecretsManagerClient.builder());
    this.states = operator.client(SfnClient.builder());
    this.role = "arn:aws:iam::" + account + ":role/contract";
  }

  /** A name that is not in use yet. */
  static String fresh(String what) {
    return "contract-" + what + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  /** Makes a secret and returns its version. */
  String secret(String name, String text) {
    return secrets.createSecret(create -> create.name(name).secretString(text)).versionId();
  }

  String secretOfBytes(String name) {
    return secrets
        .createSecret(
            create -> create.name(name).secretBinary(SdkBytes.fromByteArray(new byte[] {0, -1})))
        .versionId();
  }

  /** Makes a new version current and returns it. */
  String nextVersion(String name, String text) {
    return secrets.putSecretValue(put -> put.secretId(name).secretString(text)).versionId();
  }

  void markForDeletion(String name) {
    secrets.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(7L));
  }

  /** Starts an execution of a machine that has this one state, and returns its ARN. */
  String execution(String state, String input) {
    String name = fresh("machine");
    String definition =
        "{\"QueryLanguage\": \"JSONata\", \"StartAt\": \"Only\", \"States\": {\"Only\": %s}}"
            .formatted(state);
    String machine =
        states
            .createStateMachine(
                create -> create.name(name).definition(definition).roleArn(role).type("STANDARD"))
            .stateMachineArn();
    return states
        .startExecution(start -> start.stateMachineArn(machine).name("run-" + name).input(input))
        .executionArn();
  }

  void stop(String execution, String error, String cause) throws SfnException {
    states.stopExecution(stop -> stop.executionArn(execution).error(error).cause(cause));
  }
}
