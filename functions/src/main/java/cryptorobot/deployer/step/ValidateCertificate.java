package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.failure.DeploymentFailure.CertificateRefused;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * Decides between HTTPS and HTTP.
 *
 * <p>The host reads the certificate and reports its properties; this function evaluates them. With
 * a certificate that is not valid, the result is HTTP and the problem if the request permits HTTP.
 * Otherwise the function throws {@code CertificateRefused}.
 */
public final class ValidateCertificate implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  /**
   * @param protocol https or http
   * @param problem why the protocol is not HTTPS; empty if it is, or if HTTP was requested
   * @param warning that the certificate expires within 14 days or that its chain is incomplete;
   *     otherwise empty
   * @param notAfter when the certificate expires; empty if none could be read
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

  private static final List<String> FACTS =
      List.of(
          "sans",
          "not_before",
          "not_after",
          "key_matches",
          "key_type",
          "tls_refusal",
          "for_servers",
          "authority",
          "chain_in_order",
          "chain_complete",
          "now");

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
        new HostStep("inspect-certificate", request.phase(), request.host(), request.settings());
    String version = step.setting("CertificateVersion");
    if (step.setting("Protocol").equals("http")) {
      return new Result("http", false, "", "", "", version);
    }
    if (version.isEmpty()) {
      return without(step, "there is no secret " + step.setting("CertificateSecret"), "");
    }
    ObjectNode answer = steps.run(step, budget);
    if (!answer.path("readable").asBoolean()) {
      return without(step, answer.path("problem").asText(), "");
    }
    CertificateFacts facts = Json.read(answer.deepCopy().retain(FACTS), CertificateFacts.class);
    CertificateVerdict verdict = CertificateVerdict.of(facts, step.setting("CertificateHostname"));
    String notAfter = facts.notAfter().toString();
    return verdict.valid()
        ? new Result("https", true, "", verdict.warning(), notAfter, version)
        : without(step, verdict.problem(), notAfter);
  }

  private static Result without(HostStep step, String problem, String notAfter) {
    String reason = "certificate for " + step.setting("CertificateHostname") + ": " + problem;
    if (step.setting("Protocol").equals("https")) {
      throw new CertificateRefused(reason);
    }
    return new Result("http", false, reason, "", notAfter, step.setting("CertificateVersion"));
  }
}
