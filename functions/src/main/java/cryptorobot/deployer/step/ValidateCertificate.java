package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.aws.SsmHostCommands;
import cryptorobot.deployer.failure.DeploymentFailure.CertificateRefused;
import cryptorobot.deployer.json.Json;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * Decides between HTTPS and HTTP.
 *
 * <p>The host reads the certificate and states facts, the judgement is made here. A bad certificate
 * means HTTP with the problem said where the request allows it, else {@code CertificateRefused}.
 */
public final class ValidateCertificate implements RequestStreamHandler {

  record Request(int phase, Host host, Map<String, String> settings) {}

  /**
   * @param protocol https or http
   * @param problem why it is not HTTPS; empty when it is, or when HTTP was asked for
   * @param warning that the certificate expires within 14 days or lacks its chain, or empty
   * @param notAfter when the certificate expires, or empty when there is none to read
   * @param certificateVersion the version of the secret that was judged, good or bad: it is what
   *     this decision rests on
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
  private final Waiting waiting;

  /** On AWS, as the function's environment configures it. */
  public ValidateCertificate() {
    this(System.getenv());
  }

  /** Configured by these variables instead of the environment of the process. */
  public ValidateCertificate(Map<String, String> environment) {
    this(
        SsmHostCommands.fromEnvironment(environment),
        StepDocuments.packaged(environment),
        Waiting.real());
  }

  ValidateCertificate(HostCommands commands, StepDocuments documents, Waiting waiting) {
    this.steps = new HostSteps(commands, documents, waiting);
    this.waiting = waiting;
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    Json.write(out, run(Json.read(in, Request.class), PollBudget.of(context, waiting)));
  }

  Result run(Request request, PollBudget patience) {
    HostStep step =
        new HostStep("inspect-certificate", request.phase(), request.host(), request.settings());
    String version = step.setting("CertificateVersion");
    if (step.setting("Protocol").equals("http")) {
      return new Result("http", false, "", "", "", version);
    }
    if (version.isEmpty()) {
      return without(step, "there is no secret " + step.setting("CertificateSecret"), "");
    }
    ObjectNode answer = steps.run(step, patience);
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
    String said = "certificate for " + step.setting("CertificateHostname") + ": " + problem;
    if (step.setting("Protocol").equals("https")) {
      throw new CertificateRefused(said);
    }
    return new Result("http", false, said, "", notAfter, step.setting("CertificateVersion"));
  }
}
