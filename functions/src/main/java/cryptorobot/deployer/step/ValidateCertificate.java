package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import cryptorobot.deployer.failure.DeploymentFailure.CertificateRefused;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Runs the host step that decides about the certificate, and applies the protocol of the request.
 *
 * <p>The host reads the secret with its own role and decides whether the certificate may serve.
 * This function evaluates no value of it. With a certificate that is not valid, the result is HTTP
 * and the problem if the request permits HTTP. Otherwise the function throws {@code
 * CertificateRefused}.
 */
public final class ValidateCertificate implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  /**
   * @param protocol https or http
   * @param problem why the protocol is not HTTPS; empty if it is, or if HTTP was requested
   * @param warning that the certificate, or one of its chain, expires within 14 days or that the
   *     chain is incomplete; otherwise empty
   * @param notAfter when the first of the certificates that clients need expires; empty if none
   *     could be read
   * @param certificateVersion the version of the secret that this decision is based on, whether
   *     valid or not
   */
  record Result(
      String protocol,
      boolean valid,
      String problem,
      String warning,
      String notAfter,
      String certificateVersion) {}

  /** The decision of the host: https, or http with the problem. */
  record Verdict(String protocol, String problem, String warning, String notAfter) {

    Verdict {
      if (!protocol.equals(problem.isEmpty() ? "https" : "http")) {
        throw new IllegalArgumentException(
            "protocol '%s' does not fit problem '%s'".formatted(protocol, problem));
      }
    }
  }

  private final HostSteps steps;

  /** On AWS, as the function's environment configures it. */
  public ValidateCertificate() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public ValidateCertificate(Map<String, String> environment) {
    this(HostSteps.fromEnvironment(environment));
  }

  ValidateCertificate(HostSteps steps) {
    this.steps = steps;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), steps.budget(context)));
  }

  Result run(Request request, PollBudget budget) {
    HostStep step =
        new HostStep("validate-certificate", request.phase(), request.host(), request.settings());
    String version = step.setting("CertificateVersion");
    if (step.setting("Protocol").equals("http")) {
      return new Result("http", false, "", "", "", version);
    }
    if (version.isEmpty()) {
      return without(step, "there is no secret " + step.setting("CertificateSecret"), "");
    }
    Verdict verdict = Json.read(steps.run(step, budget), Verdict.class);
    return verdict.problem().isEmpty()
        ? new Result("https", true, "", verdict.warning(), verdict.notAfter(), version)
        : without(step, verdict.problem(), verdict.notAfter());
  }

  private static Result without(HostStep step, String problem, String notAfter) {
    String reason = "certificate for " + step.setting("CertificateHostname") + ": " + problem;
    if (step.setting("Protocol").equals("https")) {
      throw new CertificateRefused(reason);
    }
    return new Result("http", false, reason, "", notAfter, step.setting("CertificateVersion"));
  }
}
