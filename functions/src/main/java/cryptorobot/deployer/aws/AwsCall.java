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
 * Makes a call and turns what AWS says went wrong into our words.
 *
 * <p>The SDK's exception is not kept as the cause: the runtime would write its whole chain into the
 * execution's history. What matters of it, code, status and request id, is in the message.
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

  /** Makes the call; a service error that is nobody's special case becomes {@code StepFailed}. */
  static <T> T of(String action, Supplier<T> call) {
    return of(action, call, StepFailed::new);
  }

  /**
   * Makes the call.
   *
   * @param action the IAM action, such as {@code ssm:SendCommand}, for the message
   * @param otherwise what becomes of a service error that is neither a lack of rights nor an outage
   */
  static <T> T of(String action, Supplier<T> call, Function<String, DeploymentFailure> otherwise) {
    try {
      return call.get();
    } catch (AwsServiceException e) {
      throw failure(action, e, otherwise);
    } catch (SdkClientException e) {
      throw failure(action, e);
    }
  }

  private static DeploymentFailure failure(
      String action, AwsServiceException e, Function<String, DeploymentFailure> otherwise) {
    String message = action + ": " + described(e);
    if (isDenied(e)) {
      return new AccessDenied(message);
    }
    boolean passing = e.isThrottlingException() || e.isClockSkewException();
    return passing || e.statusCode() >= 500
        ? new AwsUnavailable(message)
        : otherwise.apply(message);
  }

  private static DeploymentFailure failure(String action, SdkClientException e) {
    String message = action + ": " + e.getMessage();
    // The SDK has no type for it; the text is that of AwsCredentialsProviderChain.
    return message.contains("Unable to load credentials")
        ? new AccessDenied(message)
        : new AwsUnavailable(message);
  }

  static boolean isDenied(AwsServiceException e) {
    return DENIED.contains(code(e));
  }

  /** The service's code, such as {@code InvalidInstanceId}, or empty text. */
  static String code(AwsServiceException e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  private static String described(AwsServiceException e) {
    String said = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorMessage();
    return "%s: %s (status %d, request %s)"
        .formatted(code(e).isEmpty() ? "error" : code(e), said, e.statusCode(), e.requestId());
  }
}
