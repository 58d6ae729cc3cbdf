package cryptorobot.localcloud.aws.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.JsonApi;
import cryptorobot.localcloud.aws.protocol.RequestFields;

/** SSM: Run Command and documents. */
public final class SsmApi implements JsonApi {
  private final SendCommand commands;
  private final CommandQueries queries;
  private final DocumentQueries documents;

  /**
   * @param commands SendCommand and CancelCommand
   * @param queries the operations that read commands and agents
   */
  public SsmApi(SendCommand commands, CommandQueries queries, DocumentQueries documents) {
    this.commands = commands;
    this.queries = queries;
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
      case "SendCommand" -> commands.send(request);
      case "CancelCommand" -> commands.cancel(request);
      case "GetCommandInvocation" -> queries.invocation(request);
      case "ListCommands" -> queries.commands(request);
      case "ListCommandInvocations" -> queries.invocations(request);
      case "DescribeInstanceInformation" -> queries.agents(request);
      case "DescribeDocument" -> documents.describe(request);
      case "GetDocument" -> documents.get(request);
      case "ListDocuments" -> documents.list(request);
      default -> throw JsonApi.unknown(request.operation());
    };
  }
}
