package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.JsonApi;
import cryptorobot.localcloud.aws.protocol.RequestFields;

/** SSM: Run Command, what it tells, and the documents. */
public final class SsmApi implements JsonApi {
  private final SendCommand sending;
  private final CommandQueries telling;
  private final DocumentQueries documents;

  /**
   * @param sending SendCommand and CancelCommand
   * @param telling what became of commands and agents
   */
  public SsmApi(SendCommand sending, CommandQueries telling, DocumentQueries documents) {
    this.sending = sending;
    this.telling = telling;
    this.documents = documents;
  }

  @Override
  public String target() {
    return "AmazonSSM";
  }

  @Override
  public String version() {
    return "1.1";
  }

  @Override
  public String actions() {
    return "ssm";
  }

  @Override
  public JsonNode call(RequestFields request, Caller caller) {
    return switch (request.operation()) {
      case "SendCommand" -> sending.send(request);
      case "CancelCommand" -> sending.cancel(request);
      case "GetCommandInvocation" -> telling.invocation(request);
      case "ListCommands" -> telling.commands(request);
      case "ListCommandInvocations" -> telling.invocations(request);
      case "DescribeInstanceInformation" -> telling.agents(request);
      case "DescribeDocument" -> documents.describe(request);
      case "GetDocument" -> documents.get(request);
      case "ListDocuments" -> documents.list(request);
      default -> throw JsonApi.unknown(request.operation());
    };
  }
}
