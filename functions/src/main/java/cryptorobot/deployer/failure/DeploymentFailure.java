package cryptorobot.deployer.failure;

/**
 * Every way a function can fail, one class each.
 *
 * <p>Lambda reports the qualified class name as the error's name, and the state machine's {@code
 * ErrorEquals} spells exactly that: renaming or moving a class is a change of contract. The message
 * is for a person: what happened, the evidence, what to do. There is no stack trace, because the
 * runtime would put it in front of the reader of an execution's history.
 */
public abstract sealed class DeploymentFailure extends RuntimeException
    permits AccessDenied,
        ActivationFailed,
        AwsUnavailable,
        BranchMissing,
        CapacityUnavailable,
        CertificateRefused,
        CertificateUnreadable,
        DeadManFired,
        DependencyFailed,
        HostKeyUnknown,
        HostUnfit,
        HostUnreachable,
        InstanceAmbiguous,
        InstanceNotFound,
        InstanceNotReady,
        InstanceStopping,
        InstanceUnusable,
        InvalidParameter,
        InvalidRequest,
        KeysRefused,
        KeysUnreadable,
        LockLost,
        Locked,
        LoginRefused,
        NameUnresolvable,
        PythonMissing,
        ReleaseNotFound,
        RepositoryIncomplete,
        RepositoryMissing,
        RepositoryUnreachable,
        RequirementsInvalid,
        RollBackFailed,
        StepFailed,
        StepRunning,
        StepTimedOut,
        Unhealthy {

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
}
