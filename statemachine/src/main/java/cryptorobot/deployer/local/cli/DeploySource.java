package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is deployed to an environment and from where: its values with the repository as the instance
 * reaches it.
 */
final class DeploySource {
  private final Settings settings;
  private final String environment;
  private final RepositoryChoice choice;
  private final DeployRequest request;

  private DeploySource(Settings settings, String environment, RepositoryChoice choice) {
    this.settings = settings;
    this.environment = environment;
    this.choice = choice;
    this.request = new DeployRequest(EnvironmentFile.read(settings.home(), environment));
  }

  /**
   * What is chosen on the command line; what was deployed last when nothing is.
   *
   * @param repository may be null
   */
  static DeploySource of(Workplace workplace, String environment, String repository) {
    Settings settings = workplace.settings();
    String spelled =
        repository == null ? RepositoryChoice.remembered(settings, environment) : repository;
    return new DeploySource(settings, environment, RepositoryChoice.of(spelled, settings));
  }

  /** Has a repository of this machine served, and asks for the branch it is on. */
  DeploySource serve(ControlPlane control) {
    switch (choice) {
      case RepositoryChoice.OnThisMachine here -> {
        request.repository(control.serve(here.servedName(), here.path()));
        var git = new Git(here.path());
        git.ask("symbolic-ref", "--short", "HEAD")
            .ifPresentOrElse(
                request::branch, () -> git.ask("rev-parse", "HEAD").ifPresent(request::revision));
      }
      case RepositoryChoice.Elsewhere elsewhere -> request.repository(elsewhere.spelled());
    }
    return this;
  }

  DeploySource branch(String branch) {
    request.branch(branch);
    return this;
  }

  /** A commit; in a repository of this machine it may be spelled as git understands it. */
  DeploySource revision(String revision) {
    request.revision(
        switch (choice) {
          case RepositoryChoice.OnThisMachine here ->
              new Git(here.path())
                  .ask(
                      "rev-parse",
                      "--verify",
                      "--quiet",
                      "--end-of-options",
                      revision + "^{commit}")
                  .orElse(revision);
          case RepositoryChoice.Elsewhere elsewhere -> revision;
        });
    return this;
  }

  DeployRequest request() {
    return request;
  }

  ObjectNode json() {
    return request.json();
  }

  void remember() {
    RepositoryChoice.remember(settings, environment, choice);
  }

  String described() {
    ObjectNode fields = json();
    String which = fields.path("revision").asText(fields.path("branch").asText("main"));
    return which + " of " + choice.shown();
  }

  String certificateHostname() {
    return json().path("certificate_hostname").asText(environment);
  }

  /** What pip will be asked for, as far as that can be known here. */
  String requirements() {
    ObjectNode fields = json();
    return switch (choice) {
      case RepositoryChoice.OnThisMachine here -> {
        String commit = fields.path("revision").asText(fields.path("branch").asText("HEAD"));
        yield new Git(here.path())
            .ask("show", "--no-textconv", "--end-of-options", commit + ":requirements.txt")
            .orElse("");
      }
      case RepositoryChoice.Elsewhere elsewhere -> sampleRequirements();
    };
  }

  private String sampleRequirements() {
    Path file = settings.home().resolve("scripts/sample-app/requirements.txt");
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
