package cryptorobot.localcloud.aws.lambda;

/** Runs functions. */
public interface FunctionRunner extends AutoCloseable {
  /**
   * Runs an invocation to its end or to the function's timeout. Never throws for an error of the
   * function.
   */
  InvocationResult invoke(Function function, String requestId, byte[] payload)
      throws InterruptedException;

  @Override
  void close();
}
