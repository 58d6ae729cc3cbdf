package cryptorobot.localcloud;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.PrivateFileStore;
import cryptorobot.localcloud.aws.lambda.Function;
import cryptorobot.localcloud.aws.secrets.SecretStore;
import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.iam.AccessLog;
import cryptorobot.localcloud.iam.AccessReport;
import cryptorobot.localcloud.iam.Actors;
import cryptorobot.localcloud.iam.CurrentRoles;
import cryptorobot.localcloud.iam.PolicyEnforcer;
import cryptorobot.localcloud.iam.ResourceLookup;
import cryptorobot.localcloud.iam.template.StackTemplate;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.NspawnFleet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Composes IAM: this project's template.yaml as a stack, and its environment.yaml as a stack for
 * each environment that has an instance.
 */
record LocalAccess(CurrentRoles roles, PolicyEnforcer enforcer, AccessReport report) {
  static LocalAccess of(
      CloudSettings settings,
      Account account,
      Principals principals,
      String operatorKey,
      NspawnFleet fleet,
      SecretStore secrets) {
    CurrentRoles roles =
        new CurrentRoles(
            new StackTemplate(settings.home(), account, CloudSettings.PREFIX),
            () -> environments(fleet));
    AccessLog accessLog = new AccessLog(new PrivateFileStore(settings.state().resolve("iam")));
    return new LocalAccess(
        roles,
        new PolicyEnforcer(
            account,
            new Actors(principals, roles, operatorKey, fleet::machineOfAccessKey),
            resources(fleet, secrets),
            accessLog),
        new AccessReport(roles, accessLog));
  }

  /** Throws if the template lacks one of the functions. */
  void check(List<Function> functions) {
    roles.check(functions.stream().map(Function::name).toList());
  }

  private static Collection<String> environments(NspawnFleet fleet) {
    return fleet.machines().stream().map(LocalInstance::environment).toList();
  }

  private static ResourceLookup resources(NspawnFleet fleet, SecretStore secrets) {
    return new ResourceLookup() {
      @Override
      public Optional<String> secretArn(String nameOrArn) {
        return secrets.arn(nameOrArn);
      }

      @Override
      public Map<String, String> instanceTags(String instanceId) {
        return fleet.machines().stream()
            .filter(machine -> machine.instanceId().equals(instanceId))
            .findFirst()
            .map(LocalInstance::tags)
            .orElse(Map.of());
      }
    };
  }
}
