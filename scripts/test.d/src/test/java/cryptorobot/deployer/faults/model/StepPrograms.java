package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;

/** Every host step by its name. */
public final class StepPrograms {
  static final Map<String, Function<StepRun, ObjectNode>> ALL =
      Map.ofEntries(
          Map.entry("begin", LockSteps::begin),
          Map.entry("end", LockSteps::end),
          Map.entry("inspect", ReadingSteps::inspect),
          Map.entry("status", ReadingSteps::status),
          Map.entry("health", ReadingSteps::health),
          Map.entry("prepare", PreparingSteps::prepare),
          Map.entry("fetch", PreparingSteps::fetch),
          Map.entry("build", PreparingSteps::build),
          Map.entry("inspect-certificate", PreparingSteps::inspectCertificate),
          Map.entry("inject-keys", InjectKeysStep::run),
          Map.entry("inject-certificate", InjectCertificateStep::run),
          Map.entry("activate", ActivationSteps::activate),
          Map.entry("confirm", ActivationSteps::confirm),
          Map.entry("roll-back", ActivationSteps::rollBack),
          Map.entry("discard", ActivationSteps::discard));

  private StepPrograms() {}

  public static java.util.Set<String> names() {
    return ALL.keySet();
  }
}
