package cryptorobot.deployer.failure;

/**
 * Every way a function can fail, one class each.
 *
 * <p>Lambda reports the binary name of the class as the name of the error, and {@code ErrorEquals}
 * in the state machines contains exactly this name. To rename or move a class is therefore to
 * change the contract. The message is for people: what happened, the evidence, what to do. There is
 * no stack trace, because the runtime would show it to the reader of an execution's history.
 */
public abstract sealed class DeploymentFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The longest message, in characters: a cause in an execution's history stays readable. */
  static final int LONGEST = 4_000;

  DeploymentFailure(String message) {
    super(shortened(readable(message)), null, false, false);
  }

  /**
   * Messages quote programs and commits. Characters that a terminal would interpret are removed.
   */
  private static String readable(String message) {
    return message.replaceAll("[\\p{Cc}\\p{Cs}&&[^\\n]]", " ").replaceAll("\\p{Cf}", "");
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + " … (cut)";
  }

  /** AWS refused an action to the function's role, or the role has no valid credentials. */
  public static final class AccessDenied extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public AccessDenied(String message) {
      super(message);
    }
  }

  /** The release was built but could not be activated. */
  public static final class ActivationFailed extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public ActivationFailed(String message) {
      super(message);
    }
  }

  /** AWS throttled, returned 5xx or could not be reached. Retried. */
  public static final class AwsUnavailable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public AwsUnavailable(String message) {
      super(message);
    }
  }

  /** The repository answers, but does not contain the requested branch or commit. */
  public static final class BranchMissing extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public BranchMissing(String message) {
      super(message);
    }
  }

  /** EC2 has no capacity to start the instance now. Retried slowly. */
  public static final class CapacityUnavailable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public CapacityUnavailable(String message) {
      super(message);
    }
  }

  /** The certificate is not valid and the request requires HTTPS. */
  public static final class CertificateRefused extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public CertificateRefused(String message) {
      super(message);
    }
  }

  /** The secret store failed or refused access, so the state of the certificate is unknown. */
  public static final class CertificateUnreadable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public CertificateUnreadable(String message) {
      super(message);
    }
  }

  /** The dead-man switch had already rolled the release back before it could be confirmed. */
  public static final class DeadManFired extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public DeadManFired(String message) {
      super(message);
    }
  }

  /** pip could not install a requirement; the message names it. */
  public static final class DependencyFailed extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public DependencyFailed(String message) {
      super(message);
    }
  }

  /** The git server's SSH host key is not among the known hosts of the repository secret. */
  public static final class HostKeyUnknown extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public HostKeyUnknown(String message) {
      super(message);
    }
  }

  /**
   * The instance cannot run a release: its disk, role, clock, tools or agent do not meet a
   * requirement.
   */
  public static final class HostUnfit extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public HostUnfit(String message) {
      super(message);
    }
  }

  /**
   * Systems Manager could not deliver the command to the instance, or the agent lost it. Retried.
   */
  public static final class HostUnreachable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public HostUnreachable(String message) {
      super(message);
    }
  }

  /** Several instances have the environment's tag; the message lists them. */
  public static final class InstanceAmbiguous extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceAmbiguous(String message) {
      super(message);
    }
  }

  /** No instance has the environment's tag, or the instance id is unknown. */
  public static final class InstanceNotFound extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceNotFound(String message) {
      super(message);
    }
  }

  /** The instance or its agent is still starting. The state machine retries. */
  public static final class InstanceNotReady extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceNotReady(String message) {
      super(message);
    }
  }

  /** The instance is still stopping. The state machine retries. */
  public static final class InstanceStopping extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceStopping(String message) {
      super(message);
    }
  }

  /** The instance can never run a step: terminated, or its agent is too old. */
  public static final class InstanceUnusable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceUnusable(String message) {
      super(message);
    }
  }

  /** A parameter of a host step was refused, by its pattern in Systems Manager or by the step. */
  public static final class InvalidParameter extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InvalidParameter(String message) {
      super(message);
    }
  }

  /**
   * The input was refused before anything was changed. The message has the JSON path, the value
   * found and the values allowed.
   */
  public static final class InvalidRequest extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    /**
     * @param path the JSON path of the value in the request
     * @param found the value at this path; the caller keeps secrets out of it
     * @param allowed the values allowed at this path
     */
    public InvalidRequest(String path, String found, String allowed) {
      this(path + ": found " + found + "; allowed: " + allowed);
    }

    public InvalidRequest(String message) {
      super(message);
    }
  }

  /** The keys are not valid, and the request requires a refusal instead of a simulation. */
  public static final class KeysRefused extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public KeysRefused(String message) {
      super(message);
    }
  }

  /**
   * The secret store failed or refused access, so the state of the keys is unknown. It never means
   * that the keys are not valid.
   */
  public static final class KeysUnreadable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public KeysUnreadable(String message) {
      super(message);
    }
  }

  /** This execution no longer owns the environment's lock, so the host refused its change. */
  public static final class LockLost extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public LockLost(String message) {
      super(message);
    }
  }

  /** Another execution owns the environment, and there is no proof that it has ended. */
  public static final class Locked extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public Locked(String environment, String owner, String since) {
      super(environment + " is locked by " + owner + " since " + since);
    }
  }

  /** The git server refused the credentials of the repository secret, or requires credentials. */
  public static final class LoginRefused extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public LoginRefused(String message) {
      super(message);
    }
  }

  /** The git server's name cannot be resolved on the instance. */
  public static final class NameUnresolvable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public NameUnresolvable(String message) {
      super(message);
    }
  }

  /** The requested interpreter is not on the instance and cannot be installed. */
  public static final class PythonMissing extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public PythonMissing(String message) {
      super(message);
    }
  }

  /** The requested release is not on the instance; the message lists the good releases. */
  public static final class ReleaseNotFound extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public ReleaseNotFound(String message) {
      super(message);
    }
  }

  /** The repository lacks an object of the commit: it is a partial clone, or damaged. */
  public static final class RepositoryIncomplete extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RepositoryIncomplete(String message) {
      super(message);
    }
  }

  /** The git server answers, but has no such repository, or hides it from these credentials. */
  public static final class RepositoryMissing extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RepositoryMissing(String message) {
      super(message);
    }
  }

  /** The git server did not answer correctly in any attempt. */
  public static final class RepositoryUnreachable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RepositoryUnreachable(String message) {
      super(message);
    }
  }

  /** The repository has no valid requirements; the message has the file and the line. */
  public static final class RequirementsInvalid extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RequirementsInvalid(String message) {
      super(message);
    }
  }

  /** The previous release could not be restored. Manual intervention is required. */
  public static final class RollBackFailed extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RollBackFailed(String message) {
      super(message);
    }
  }

  /**
   * The host step ended in an unexpected way; the message has the name of the step and the
   * evidence.
   */
  public static final class StepFailed extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public StepFailed(String message) {
      super(message);
    }
  }

  /** The host step is still running. The state machine retries at once; this is never a failure. */
  public static final class StepRunning extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public StepRunning(String message) {
      super(message);
    }
  }

  /** The host step reached its time limit and was ended by the agent. */
  public static final class StepTimedOut extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public StepTimedOut(String message) {
      super(message);
    }
  }

  /** The release runs but is not healthy; the message has the unit, the reason and the evidence. */
  public static final class Unhealthy extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public Unhealthy(String message) {
      super(message);
    }
  }
}
