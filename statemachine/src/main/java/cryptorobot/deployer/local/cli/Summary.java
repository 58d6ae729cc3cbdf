package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Says how an execution ended: what serves, how and why, and what to do next. */
final class Summary {
  private static final Set<String> SERVING = Set.of("deployed", "nothing_to_do");

  private final Screen screen;

  Summary(Screen screen) {
    this.screen = screen;
  }

  void show(Standing ended, ServingView view) {
    switch (Outcome.of(ended)) {
      case SUCCEEDED -> succeeded(ended, view);
      case REFUSED, FAILED -> screen.error(ended.error() + ": " + ended.cause());
      case PERSON_NEEDED -> {
        screen.error(ended.error() + ": " + ended.cause());
        screen.error("A person is needed: ./scripts/local status, ./scripts/local logs");
      }
      case UNKNOWN -> {
        screen.error("%s %s %s".formatted(ended.status(), ended.error(), ended.cause()).strip());
        screen.error("Asked the instance what serves now: " + now(view));
      }
    }
  }

  private void succeeded(Standing ended, ServingView view) {
    JsonNode output = ended.output();
    String outcome = output.path("outcome").asText();
    String environment = output.path("environment").asText(view.environment());
    String headline =
        switch (outcome) {
          case "deployed" -> "Deployed to " + environment;
          case "nothing_to_do" -> "Nothing to do: " + environment + " serves this already";
          case "planned" -> planned(output);
          case "started" -> "Started " + environment;
          case "stopped" -> "Stopped: the instance of " + environment + "; its disk stays";
          case "healthy" -> "Healthy: " + environment;
          case "deploying" -> "A release is being put into service in " + environment;
          case "nothing-deployed" -> "Nothing is deployed to " + environment;
          case "asleep" -> "Asleep: the instance of " + environment + " is stopped";
          case "prepared" -> "Prepared: the containers of " + environment + " serve as before";
          case "parallel" -> "Parallel: without keys, beside the containers of " + environment;
          case "cut_over" -> "Cut over: " + environment + " serves without its containers";
          case "cleaned_up" -> "Cleaned up: the containers of " + environment + " are gone";
          case "status" -> "The migration of " + environment;
          case "undone" -> "Undone: the containers of " + environment + " serve";
          default -> "Done";
        };
    screen.line("%s, %s".formatted(headline, Progress.seconds(ended.took())));
    field("release", output.path("release").asText());
    field("commit", output.path("revision").asText());
    field("mode", because(output, "mode", "mode_reason"));
    field("protocol", because(output, "protocol", "protocol_reason"));
    field("health", output.path("health").asText());
    field("sudo", output.path("sudo").asText());
    field("power", output.path("power_problem").asText());
    field("robot", ending(output.path("services")));
    MigrationText.of(output).forEach(line -> screen.line("  " + line));
    if (SERVING.contains(outcome)) {
      field("url", view.url());
      next(output, environment);
    }
  }

  private static String planned(JsonNode output) {
    if (output.path("nothing_to_do").asBoolean()) {
      return "Planned: a deploy would find nothing to do";
    }
    var differences = new java.util.StringJoiner(", ");
    output.path("differences").forEach(one -> differences.add(one.asText()));
    return "Planned: a deploy would bring " + differences;
  }

  private void next(JsonNode output, String environment) {
    String given =
        environment.equals(EnvironmentOption.DEFAULT) ? "" : " --environment " + environment;
    if (output.path("mode").asText().equals("simulation")) {
      field(
          "next",
          "the robot was given no keys; store them and deploy again:\n"
              + "            ./scripts/local keys%s <keys.json   ".formatted(given)
              + "{\"BINANCE_API_KEY\": \"…\", \"BINANCE_SECRET_KEY\": \"…\"}");
    }
    field("see also", "./scripts/local status · logs%s · rollback%s".formatted(given, given));
  }

  /** How the robot ended before its instance was stopped; empty when it was not. */
  private static String ending(JsonNode services) {
    if (services.has("problem")) {
      return "ended with the instance: " + services.path("problem").asText();
    }
    if (!services.has("stopped")) {
      return "";
    }
    String seconds = services.path("robot_seconds").asText() + " s";
    var killed = new java.util.StringJoiner(", ");
    services.path("killed").forEach(unit -> killed.add(unit.asText()));
    return killed.length() == 0
        ? "stopped in " + seconds
        : "had to be killed after " + seconds + ": " + killed;
  }

  private static String because(JsonNode output, String what, String why) {
    String reason = output.path(why).asText();
    String value = output.path(what).asText();
    return reason.isBlank() ? value : value + " (" + reason + ")";
  }

  private void field(String name, String value) {
    if (!value.isBlank()) {
      screen.line("  %-9s %s".formatted(name, value));
    }
  }

  private static String now(ServingView view) {
    return view.host()
        .map(
            status ->
                status.path("release").asText().isEmpty()
                    ? "nothing"
                    : "release %s, %s, %s"
                        .formatted(
                            status.path("release").asText(),
                            status.path("mode").asText(),
                            status.path("health").asText()))
        .orElse("it does not answer");
  }
}
