package cryptorobot.deployer.aws;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.AccessDenied;
import cryptorobot.deployer.failure.DeploymentFailure.AwsUnavailable;
import cryptorobot.deployer.failure.DeploymentFailure.StepFailed;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Makes a call and translates an error of AWS into a {@link DeploymentFailure}.
 *
 * <p>The SDK's exception is not kept as the cause, because the runtime would write its whole chain
 * into the execution's history. Its code, status and request id are in the message.
 */
final class AwsCall {

  /** Common errors of every service, and EC2's own spellings of them. */
  private static final Set<String> DENIED =
      Set.of(
          "AccessDenied",
          "AccessDeniedException",
          "UnauthorizedOperation",
          "AuthFailure",
          "AuthorizationError",
          "AuthorizationErrorException",
          "NotAuthorized",
          "KMSAccessDenied",
          "KMSAccessDeniedException",
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "MissingAuthenticationToken",
          "ExpiredToken",
          "ExpiredTokenException",
          "OptInRequired");

  private AwsCall() {}

  /** Makes the call; a service error without a failure of its own becomes {@code StepFailed}. */
  static <T> T of(String action, Supplier<T> call) {
    return of(action, call, StepFailed::new);
  }

  /**
   * Makes the call.
   *
   * @param action the IAM action, such as {@code ssm:SendCommand}, for the message
   * @param fallback makes the failure of a service error that is neither a denial nor an outage
   */
  static <T> T of(String action, Supplier<T> call, Function<String, DeploymentFailure> fallback) {
    try {
      return call.get();
    } catch (AwsServiceException e) {
      throw failure(action, e, fallback);
    } catch (SdkClientException e) {
      throw failure(action, e);
    }
  }

  private static DeploymentFailure failure(
      String action, AwsServiceException e, Function<String, DeploymentFailure> fallback) {
    String message = action + ": " + described(e);
    if (isDenied(e)) {
      return new AccessDenied(message);
    }
    boolean temporary = e.isThrottlingException() || e.isClockSkewException();
    return temporary || e.statusCode() >= 500
        ? new AwsUnavailable(message)
        : fallback.apply(message);
  }

  private static DeploymentFailure failure(String action, SdkClientException e) {
    String message = action + ": " + e.getMessage();
    // The SDK has no type for this. The words are those of AwsCredentialsProviderChain.
    return message.contains("Unable to load credentials")
        ? new AccessDenied(message)
        : new AwsUnavailable(message);
  }

  static boolean isDenied(AwsServiceException e) {
    return DENIED.contains(code(e));
  }

  /** The service's code, such as {@code InvalidInstanceId}, or an empty string. */
  static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  private static String described(AwsServiceException e) {
    String message = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorMessage();
    return "%s: %s (status %d, request %s)"
        .formatted(code(e).isEmpty() ? "error" : code(e), message, e.statusCode(), e.requestId());
  }
}
