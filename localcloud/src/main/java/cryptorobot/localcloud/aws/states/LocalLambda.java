package cryptorobot.localcloud.aws.states;

import cryptorobot.localcloud.aws.lambda.Function;
import cryptorobot.localcloud.aws.lambda.Functions;
import cryptorobot.localcloud.aws.lambda.InvocationResult;
import cryptorobot.localcloud.stepfunctions.engine.TaskFailure;
import java.util.Optional;

/** Invokes the functions of the local cloud. */
public final class LocalLambda implements LambdaPort {
  private final Functions functions;

  public LocalLambda(Functions functions) {
    this.functions = functions;
  }

  @Override
  public Result invoke(String functionName, byte[] payload)
      throws TaskFailure, InterruptedException {
    Optional<Function> function = functions.find(functionName);
    if (function.isEmpty()) {
      throw new TaskFailure(
          "Lambda.ResourceNotFoundException", "Function not found: " + functionName);
    }
    InvocationResult result = functions.invoke(function.get(), payload);
    return switch (result) {
      case InvocationResult.Returned returned ->
          new Result(200, "$LATEST", Optional.empty(), returned.payload());
      case InvocationResult.Unhandled failed ->
          new Result(200, "$LATEST", Optional.of("Unhandled"), failed.payload());
    };
  }
}
