package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.Calls;
import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;

/** Lambda for the state machines; checks each call against their role. */
public final class AuthorizedLambda implements LambdaPort {
  private final LambdaPort lambda;
  private final Calls calls;
  private final Principals principals;
  private final String region;

  public AuthorizedLambda(LambdaPort lambda, Calls calls, Principals principals, String region) {
    this.lambda = lambda;
    this.calls = calls;
    this.principals = principals;
    this.region = region;
  }

  @Override
  public Result invoke(String functionName, byte[] payload)
      throws TaskFailure, InterruptedException {
    Caller caller = new Caller(principals.accessKeyOf(Principals.STATES), region, "lambda");
    try {
      calls.authorize(
          caller, "lambda:InvokeFunction", AwsJson.object().put("FunctionName", functionName));
    } catch (ApiError e) {
      throw new TaskFailure(
          "Lambda.AWSLambdaException",
          "%s (Service: Lambda, Status Code: %d)".formatted(e.getMessage(), e.status()));
    }
    return lambda.invoke(functionName, payload);
  }
}
