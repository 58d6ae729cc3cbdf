package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** The stage a deploy has reached when a fault is injected. */
record DeployStages(FaultFixture fixture) {

  /** A new release that is ready for its activation. */
  Controller finished(Controller owner) {
    fixture.commit();
    String release = owner.run("deploy-release", 50).good().path("release").asText();
    Controller of = owner.with("Release", release);
    of.run("inject-keys", 50).good();
    return of;
  }

  /** A new release that is activated and not confirmed. */
  Controller activated(Controller owner) {
    Controller of = finished(owner);
    of.run("activate-release", 50).good();
    return of;
  }

  /** A good release with other packages, which a rollback has given the current keys. */
  Controller otherGood(Controller owner) {
    String release = fixture.invariants().observe().at("/with_other_packages/0").asText();
    assertTrue(!release.isEmpty(), "no good release has other packages");
    Controller of = owner.with("Release", release).with("Operation", "rollback");
    of.run("inject-keys", 50).good();
    return of;
  }

  /** The serving release, restarted without its keys and not confirmed. */
  Controller withOtherKeys(Controller owner) {
    Controller of =
        owner
            .with("Release", fixture.invariants().observe().path("release").asText())
            .with("Operation", "rotate-keys");
    of.with("Simulate", "true").run("inject-keys", 50).good();
    of.run("activate-release", 50).good();
    return of;
  }
}
