package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** How far an owner has come with a release when a fault meets him. */
record DeployStages(FaultFixture fixture) {

  /** A new release that waits for its activation. */
  Controller finished(Controller owner) {
    fixture.commits();
    String release = owner.run("fetch", 50).good().path("release").asText();
    Controller of = owner.with("Release", release);
    of.run("build", 50).good();
    of.run("inject-keys", 50).good();
    return of;
  }

  /** A new release that waits for its confirmation. */
  Controller activated(Controller owner) {
    Controller of = finished(owner);
    of.run("activate", 50).good();
    return of;
  }

  /** A good release with other packages that waits to be gone back to. */
  Controller otherGood(Controller owner) {
    String release = fixture.invariants().observe().at("/with_other_packages/0").asText();
    assertTrue(!release.isEmpty(), "no good release has other packages");
    return owner.with("Release", release).with("Operation", "rollback");
  }

  /** The release that serves, restarted without its keys, waits for its confirmation. */
  Controller withOtherKeys(Controller owner) {
    Controller of =
        owner
            .with("Release", fixture.invariants().observe().path("release").asText())
            .with("Operation", "rotate-keys");
    of.with("Mode", "simulation").run("inject-keys", 50).good();
    of.run("activate", 50).good();
    return of;
  }
}
