package cryptorobot.deployer.failure;

/**
 * Every way a function can fail, one class each.
 *
 * <p>Lambda reports the binary name of the class as the error's name, and the state machine's
 * {@code ErrorEquals} spells exactly that: renaming or moving a class is a change of contract. The
 * message is for a person: what happened, the evidence, what to do. There is no stack trace,
 * because the runtime would put it in front of the reader of an execution's history.
 */
public abstract sealed class DeploymentFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The longest message, in characters: a cause in an execution's history stays readable. */
  static final int LONGEST = 4_000;

  DeploymentFailure(String message) {
    super(shortened(readable(message)), null, false, false);
  }

  /**
   * Messages quote programs and commits: what a terminal would obey instead of show is taken out.
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

  /** The release was built but could not be made the one that serves. */
  public static final class ActivationFailed extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public ActivationFailed(String message) {
      super(message);
    }
  }

  /** AWS throttled, answered 5xx or could not be reached. Worth a retry. */
  public static final class AwsUnavailable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public AwsUnavailable(String message) {
      super(message);
    }
  }

  /** The repository answers, but the branch or commit asked for is not in it. */
  public static final class BranchMissing extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public BranchMissing(String message) {
      super(message);
    }
  }

  /** EC2 has no capacity to start the instance now. Worth a slow retry. */
  public static final class CapacityUnavailable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public CapacityUnavailable(String message) {
      super(message);
    }
  }

  /** The certificate is bad and the request insists on HTTPS. */
  public static final class CertificateRefused extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public CertificateRefused(String message) {
      super(message);
    }
  }

  /** The secret service failed or refused, so nothing is known about the certificate. */
  public static final class CertificateUnreadable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public CertificateUnreadable(String message) {
      super(message);
    }
  }

  /** The dead-man switch had already rolled the release back when it was to be confirmed. */
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

  /** The instance cannot carry a release: disk, role, clock, tool or agent is not as needed. */
  public static final class HostUnfit extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public HostUnfit(String message) {
      super(message);
    }
  }

  /**
   * Systems Manager could not deliver the command to the instance, or the agent lost it. Worth a
   * retry.
   */
  public static final class HostUnreachable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public HostUnreachable(String message) {
      super(message);
    }
  }

  /** Several instances bear the environment's tag; the message lists them. */
  public static final class InstanceAmbiguous extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceAmbiguous(String message) {
      super(message);
    }
  }

  /** No instance bears the environment's tag, or the instance id is unknown. */
  public static final class InstanceNotFound extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceNotFound(String message) {
      super(message);
    }
  }

  /** The instance or its agent is still on the way up. Retried by the state machine. */
  public static final class InstanceNotReady extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InstanceNotReady(String message) {
      super(message);
    }
  }

  /** The instance is still on the way down. Retried by the state machine. */
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

  /** A parameter of a host step was refused, by Systems Manager's pattern or by the step itself. */
  public static final class InvalidParameter extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public InvalidParameter(String message) {
      super(message);
    }
  }

  /**
   * The input was refused before anything was touched: JSON path, what was found, what is allowed.
   */
  public static final class InvalidRequest extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    /**
     * @param path where in the request, as a JSON path
     * @param found what stands there; the caller keeps secrets out of it
     * @param allowed what may stand there
     */
    public InvalidRequest(String path, String found, String allowed) {
      this(path + ": found " + found + "; allowed: " + allowed);
    }

    public InvalidRequest(String message) {
      super(message);
    }
  }

  /** The keys' content is bad and the request says to refuse rather than simulate. */
  public static final class KeysRefused extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public KeysRefused(String message) {
      super(message);
    }
  }

  /**
   * The secret service failed or refused, so nothing is known about the keys. Never means bad keys.
   */
  public static final class KeysUnreadable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public KeysUnreadable(String message) {
      super(message);
    }
  }

  /** This execution no longer owns the environment's lock: the host refused to be changed by it. */
  public static final class LockLost extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public LockLost(String message) {
      super(message);
    }
  }

  /** Another execution, not proven finished, owns the environment. */
  public static final class Locked extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public Locked(String environment, String owner, String since) {
      super(environment + " is locked by " + owner + " since " + since);
    }
  }

  /** The git server refused the credentials of the repository secret, or asks for some. */
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

  /** The interpreter asked for is not on the instance and cannot be installed. */
  public static final class PythonMissing extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public PythonMissing(String message) {
      super(message);
    }
  }

  /** No release on the instance is the one asked for; the message lists the good ones. */
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

  /** The git server answers, but has no such repository (or does not show it to us). */
  public static final class RepositoryMissing extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RepositoryMissing(String message) {
      super(message);
    }
  }

  /** The git server did not answer properly, however often it was asked. */
  public static final class RepositoryUnreachable extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RepositoryUnreachable(String message) {
      super(message);
    }
  }

  /** requirements.txt is missing, empty or malformed; the message has the line number. */
  public static final class RequirementsInvalid extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RequirementsInvalid(String message) {
      super(message);
    }
  }

  /** The previous release could not be made to serve again: a person is needed. */
  public static final class RollBackFailed extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public RollBackFailed(String message) {
      super(message);
    }
  }

  /** The host step ended in a way nothing foresaw; the message names the step and its evidence. */
  public static final class StepFailed extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public StepFailed(String message) {
      super(message);
    }
  }

  /** The host step still runs; ask again at once. Retried by the state machine, never a failure. */
  public static final class StepRunning extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public StepRunning(String message) {
      super(message);
    }
  }

  /** The host step used up its execution time and was ended by the agent. */
  public static final class StepTimedOut extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public StepTimedOut(String message) {
      super(message);
    }
  }

  /** The release runs, but not well: a unit, a reason and the evidence. */
  public static final class Unhealthy extends DeploymentFailure {
    private static final long serialVersionUID = 1L;

    public Unhealthy(String message) {
      super(message);
    }
  }
}
