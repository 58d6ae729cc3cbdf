package cryptorobot.localcloud;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.EnvironmentName;
import cryptorobot.localcloud.aws.EnvironmentStacks;
import cryptorobot.localcloud.aws.states.Machines;
import cryptorobot.localcloud.stepfunctions.asl.DefinitionInvalid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The state machines of environment.yaml, four for each environment.
 *
 * @param folder the folder of the definitions
 * @param machineRole the name of the role of an environment's state machines
 */
record LocalStacks(
    Path folder, Account account, Machines machines, UnaryOperator<String> machineRole)
    implements EnvironmentStacks {
  private static final List<String> KINDS = List.of("deploy", "power", "watch", "migrate");

  @Override
  public void create(String environment) {
    EnvironmentName name = new EnvironmentName(CloudSettings.PREFIX, environment);
    String role = account.role(machineRole.apply(environment));
    Substitutions substitutions = new Substitutions(account, name);
    try {
      for (String kind : KINDS) {
        Path file = folder.resolve(kind + ".asl.yaml");
        String text = substitutions.apply(file.toString(), Files.readString(file));
        machines.install(name.stateMachine(kind), text, role);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DefinitionInvalid e) {
      throw new IllegalArgumentException(folder + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void delete(String environment) {
    EnvironmentName name = new EnvironmentName(CloudSettings.PREFIX, environment);
    for (String kind : KINDS) {
      machines.delete(account.arn("states", "stateMachine:" + name.stateMachine(kind)));
    }
  }
}
