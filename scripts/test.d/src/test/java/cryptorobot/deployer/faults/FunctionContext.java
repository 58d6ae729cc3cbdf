package cryptorobot.deployer.faults;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import cryptorobot.deployer.ports.Waiting;
import java.time.Duration;
import java.time.Instant;

/** An invocation that Lambda ends at a deadline. The functions read nothing else from it. */
record FunctionContext(Waiting time, Instant deadline) implements Context {
  @Override
  public int getRemainingTimeInMillis() {
    return (int) Duration.between(time.now(), deadline).toMillis();
  }

  @Override
  public String getAwsRequestId() {
    return "7c1f6c64-0000-4000-8000-000000000000";
  }

  @Override
  public String getLogGroupName() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getLogStreamName() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getFunctionName() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getFunctionVersion() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getInvokedFunctionArn() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CognitoIdentity getIdentity() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ClientContext getClientContext() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int getMemoryLimitInMB() {
    throw new UnsupportedOperationException();
  }

  @Override
  public LambdaLogger getLogger() {
    throw new UnsupportedOperationException();
  }
}
