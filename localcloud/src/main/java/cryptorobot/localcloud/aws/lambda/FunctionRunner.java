package cryptorobot.localcloud.aws.lambda;

/** Runs functions. */
public interface FunctionRunner extends AutoCloseable {
  /**
   * Runs one invocation to its end, or to the function's timeout; never throws for the function's
   * faults.
   */
  InvocationResult invoke(Function function, String requestId, byte[] payload)
      throws InterruptedException;

  @Override
  void close();
}
