package cryptorobot.deployer.fakes;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;

/** The context of an invocation with this much time left. */
public record FakeContext(int getRemainingTimeInMillis) implements Context {

  @Override
  public String getAwsRequestId() {
    return "7c1f6c64-0000-4000-8000-000000000000";
  }

  @Override
  public String getLogGroupName() {
    return "/aws/lambda/test";
  }

  @Override
  public String getLogStreamName() {
    return "test";
  }

  @Override
  public String getFunctionName() {
    return "test";
  }

  @Override
  public String getFunctionVersion() {
    return "1";
  }

  @Override
  public String getInvokedFunctionArn() {
    return "arn:aws:lambda:eu-west-1:000000000000:function:test:1";
  }

  @Override
  public CognitoIdentity getIdentity() {
    throw new UnsupportedOperationException("a function of the deployer has no identity");
  }

  @Override
  public ClientContext getClientContext() {
    throw new UnsupportedOperationException("a function of the deployer has no mobile client");
  }

  @Override
  public int getMemoryLimitInMB() {
    return 1024;
  }

  @Override
  public LambdaLogger getLogger() {
    throw new UnsupportedOperationException("a function of the deployer does not use this logger");
  }
}
