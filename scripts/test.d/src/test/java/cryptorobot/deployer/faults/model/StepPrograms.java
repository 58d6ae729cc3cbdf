package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;

/** Every host step by its name. */
public final class StepPrograms {
  static final Map<String, Function<StepRun, ObjectNode>> ALL =
      Map.ofEntries(
          Map.entry("acquire-lock", LockSteps::acquire),
          Map.entry("release-lock", LockSteps::release),
          Map.entry("inspect-host", ReadingSteps::inspect),
          Map.entry("read-status", ReadingSteps::status),
          Map.entry("check-health", ReadingSteps::health),
          Map.entry("deploy-release", PreparingSteps::deploy),
          Map.entry("validate-certificate", PreparingSteps::inspectCertificate),
          Map.entry("inject-keys", InjectKeysStep::run),
          Map.entry("inject-certificate", InjectCertificateStep::run),
          Map.entry("activate-release", ActivationSteps::activate),
          Map.entry("confirm-release", ActivationSteps::confirm),
          Map.entry("roll-back", ActivationSteps::rollBack),
          Map.entry("discard-release", ActivationSteps::discard));

  private StepPrograms() {}

  public static java.util.Set<String> names() {
    return ALL.keySet();
  }
}
