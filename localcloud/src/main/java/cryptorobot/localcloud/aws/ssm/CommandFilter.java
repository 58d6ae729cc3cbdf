package cryptorobot.localcloud.aws.ssm;

import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.RequestFields;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A filter of ListCommands and ListCommandInvocations. */
record CommandFilter(String key, String value) {
  CommandFilter {
    Objects.requireNonNull(key, "key is null");
    Objects.requireNonNull(value, "value is null");
    if (!Set.of("InvokedAfter", "InvokedBefore", "DocumentName", "Status").contains(key)) {
      throw ApiError.refused(
          "InvalidFilterKey", key + " is not a filter key, or is not implemented here");
    }
  }

  static List<CommandFilter> of(RequestFields request) {
    return request.objects("Filters").stream()
        .map(filter -> new CommandFilter(filter.text("key"), filter.text("value")))
        .toList();
  }

  boolean matches(Command command, List<Invocation> invocations) {
    return switch (key) {
      case "InvokedAfter" -> command.requestedAt().isAfter(time());
      case "InvokedBefore" -> command.requestedAt().isBefore(time());
      case "DocumentName" -> command.document().name().equals(value);
      case "Status" ->
          CommandResponses.command(command, invocations)
                  .path("StatusDetails")
                  .asText()
                  .equals(value)
              || CommandResponses.command(command, invocations)
                  .path("Status")
                  .asText()
                  .equals(value);
      default -> throw new IllegalStateException("known, but not implemented: " + key);
    };
  }

  private Instant time() {
    try {
      return Instant.parse(value);
    } catch (DateTimeParseException e) {
      throw ApiError.invalid("The filter " + key + " requires a time such as 2026-11-23T06:15:00Z");
    }
  }
}
