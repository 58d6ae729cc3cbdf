package cryptorobot.deployer.step;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import cryptorobot.deployer.ports.Executions;
import cryptorobot.deployer.ports.HostCommands;
import cryptorobot.deployer.ports.Instances;
import cryptorobot.deployer.ports.Secrets;
import cryptorobot.deployer.ports.Waiting;
import java.util.Map;

/** The real functions, on given ports. This class is in their package to reach them. */
public record RealFunctions(
    HostCommands commands,
    Instances instances,
    Secrets secrets,
    Executions executions,
    Waiting waiting) {

  private static final StepDocuments DOCUMENTS = new StepDocuments("/documents", "crypto-robot");

  /** The handler of the function with this name in the definition. */
  public RequestStreamHandler handler(String function) {
    return switch (function) {
      case "PlanDeployment" -> new PlanDeployment(() -> secrets, Map.of());
      case "StartInstance" -> new StartInstance(instances, waiting);
      case "StopInstance" -> new StopInstance(instances, waiting);
      case "RunDeployStep" -> new RunDeployStep(steps(), () -> executions);
      case "InjectKeys" -> new InjectKeys(steps(), () -> secrets);
      case "ValidateCertificate" -> new ValidateCertificate(steps());
      case "CheckHealth" -> new CheckHealth(steps());
      default -> throw new AssertionError("no such function: " + function);
    };
  }

  private HostSteps steps() {
    return new HostSteps(commands, DOCUMENTS, waiting);
  }
}
