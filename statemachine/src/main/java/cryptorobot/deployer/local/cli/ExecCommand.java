package cryptorobot.deployer.local.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "exec",
    customSynopsis = "./scripts/local exec ENVIRONMENT -- COMMAND [ARGUMENT …]",
    description = "Runs a command as root inside the instance and ends with its exit code.")
final class ExecCommand implements Callable<Integer> {
  @Mixin private EnvironmentOption environment;

  @Parameters(
      arity = "1..*",
      paramLabel = "ENVIRONMENT -- COMMAND",
      description = "the environment, and what to run in it")
  private final List<String> words = new ArrayList<>();

  @Spec private CommandSpec spec;

  private final Workplace workplace;

  ExecCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    String name = environment.given() ? environment.name() : words.removeFirst();
    if (words.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "what to run is missing: exec ENVIRONMENT -- COMMAND");
    }
    String instance =
        workplace
            .control()
            .machine(name)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.FAILED,
                        name + " has no instance; ./scripts/local up --environment " + name))
            .instanceId();
    words.addFirst(instance);
    return workplace.scripts().run("enter-machine.sh", words.toArray(String[]::new));
  }
}
