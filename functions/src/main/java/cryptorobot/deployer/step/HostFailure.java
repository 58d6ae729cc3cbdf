package cryptorobot.deployer.step;

import cryptorobot.deployer.failure.ActivationFailed;
import cryptorobot.deployer.failure.BranchMissing;
import cryptorobot.deployer.failure.CertificateUnreadable;
import cryptorobot.deployer.failure.DeadManFired;
import cryptorobot.deployer.failure.DependencyFailed;
import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.HostKeyUnknown;
import cryptorobot.deployer.failure.HostUnfit;
import cryptorobot.deployer.failure.InvalidParameter;
import cryptorobot.deployer.failure.KeysUnreadable;
import cryptorobot.deployer.failure.LockLost;
import cryptorobot.deployer.failure.LoginRefused;
import cryptorobot.deployer.failure.NameUnresolvable;
import cryptorobot.deployer.failure.PythonMissing;
import cryptorobot.deployer.failure.ReleaseNotFound;
import cryptorobot.deployer.failure.RepositoryIncomplete;
import cryptorobot.deployer.failure.RepositoryMissing;
import cryptorobot.deployer.failure.RepositoryUnreachable;
import cryptorobot.deployer.failure.RequirementsInvalid;
import cryptorobot.deployer.failure.RollBackFailed;
import cryptorobot.deployer.failure.StepFailed;

/** What the exit codes of the host steps mean. */
final class HostFailure {

  private HostFailure() {}

  static DeploymentFailure of(int exitCode, String message) {
    return switch (exitCode) {
      case 10 -> new InvalidParameter(message);
      case 20 -> new LockLost(message);
      case 21 -> new HostUnfit(message);
      case 30 -> new BranchMissing(message);
      case 31 -> new HostKeyUnknown(message);
      case 32 -> new LoginRefused(message);
      case 33 -> new NameUnresolvable(message);
      case 34 -> new RepositoryUnreachable(message);
      case 35 -> new RepositoryMissing(message);
      case 36 -> new RepositoryIncomplete(message);
      case 40 -> new RequirementsInvalid(message);
      case 41 -> new DependencyFailed(message);
      case 42 -> new PythonMissing(message);
      case 50 -> new KeysUnreadable(message);
      case 51 -> new CertificateUnreadable(message);
      case 60 -> new ActivationFailed(message);
      case 61 -> new DeadManFired(message);
      case 62 -> new RollBackFailed(message);
      case 63 -> new ReleaseNotFound(message);
      // 1 is the step's own word for the unforeseen; any other code is unforeseen by itself.
      default -> new StepFailed(message);
    };
  }
}
