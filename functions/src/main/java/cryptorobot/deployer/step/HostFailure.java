package cryptorobot.deployer.step;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.ActivationFailed;
import cryptorobot.deployer.failure.DeploymentFailure.BranchMissing;
import cryptorobot.deployer.failure.DeploymentFailure.CertificateUnreadable;
import cryptorobot.deployer.failure.DeploymentFailure.DeadManFired;
import cryptorobot.deployer.failure.DeploymentFailure.DependencyFailed;
import cryptorobot.deployer.failure.DeploymentFailure.HostKeyUnknown;
import cryptorobot.deployer.failure.DeploymentFailure.HostUnfit;
import cryptorobot.deployer.failure.DeploymentFailure.InvalidParameter;
import cryptorobot.deployer.failure.DeploymentFailure.KeysRefused;
import cryptorobot.deployer.failure.DeploymentFailure.KeysUnreadable;
import cryptorobot.deployer.failure.DeploymentFailure.LockLost;
import cryptorobot.deployer.failure.DeploymentFailure.LoginRefused;
import cryptorobot.deployer.failure.DeploymentFailure.NameUnresolvable;
import cryptorobot.deployer.failure.DeploymentFailure.PythonMissing;
import cryptorobot.deployer.failure.DeploymentFailure.ReleaseNotFound;
import cryptorobot.deployer.failure.DeploymentFailure.RepositoryIncomplete;
import cryptorobot.deployer.failure.DeploymentFailure.RepositoryMissing;
import cryptorobot.deployer.failure.DeploymentFailure.RepositoryUnreachable;
import cryptorobot.deployer.failure.DeploymentFailure.RequirementsInvalid;
import cryptorobot.deployer.failure.DeploymentFailure.RollBackFailed;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;

/** The failures that a host step can report, by the name in its answer. */
final class HostFailure {

  private HostFailure() {}

  /** The failure with this name; {@code StepFailed} for any other name. */
  static DeploymentFailure of(String name, String message) {
    return switch (name) {
      case "ActivationFailed" -> new ActivationFailed(message);
      case "BranchMissing" -> new BranchMissing(message);
      case "CertificateUnreadable" -> new CertificateUnreadable(message);
      case "DeadManFired" -> new DeadManFired(message);
      case "DependencyFailed" -> new DependencyFailed(message);
      case "HostKeyUnknown" -> new HostKeyUnknown(message);
      case "HostUnfit" -> new HostUnfit(message);
      case "InvalidParameter" -> new InvalidParameter(message);
      case "KeysRefused" -> new KeysRefused(message);
      case "KeysUnreadable" -> new KeysUnreadable(message);
      case "LockLost" -> new LockLost(message);
      case "LoginRefused" -> new LoginRefused(message);
      case "NameUnresolvable" -> new NameUnresolvable(message);
      case "PythonMissing" -> new PythonMissing(message);
      case "ReleaseNotFound" -> new ReleaseNotFound(message);
      case "RepositoryIncomplete" -> new RepositoryIncomplete(message);
      case "RepositoryMissing" -> new RepositoryMissing(message);
      case "RepositoryUnreachable" -> new RepositoryUnreachable(message);
      case "RequirementsInvalid" -> new RequirementsInvalid(message);
      case "RollBackFailed" -> new RollBackFailed(message);
      default -> new StepFailed(message);
    };
  }
}
