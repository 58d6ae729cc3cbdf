package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;

/**
 * The environment for all fault tests. Its robot trades live with keys that are sentinels, and
 * records a second robot beside it and what it was started with. Its commits alternate between two
 * virtual environments, so that no part of one release can be mistaken for a part of another.
 */
final class FaultFixture implements AutoCloseable {
  private final TestEnvironment environment;
  private final Instance instance;
  private final InstanceInvariants invariants;
  private final CommandShims shims;
  private final Sentinels sentinels;
  private final String request;
  private final LockOwners owners;
  private final Path folder;
  private final List<String> goodCommits = new ArrayList<>();

  private FaultFixture(
      TestEnvironment environment, Sentinels sentinels, Path folder, ExecutionHandle live) {
    this.environment = environment;
    this.sentinels = sentinels;
    this.folder = folder;
    instance = Instance.of(environment);
    invariants = new InstanceInvariants(instance);
    shims = new CommandShims(instance);
    request = ((ObjectNode) TestEnvironment.parse(live.input())).put("bake_seconds", 0).toString();
    var settings = new HashMap<String, String>();
    live.resultOf("PlanDeployment")
        .path("settings")
        .properties()
        .forEach(setting -> settings.put(setting.getKey(), setting.getValue().asText()));
    owners = new LockOwners(instance, invariants, settings);
  }

  static FaultFixture ready() {
    try {
      Path folder = Files.createTempDirectory("faults-");
      var environment = new TestEnvironment("faults.local", Robot.in(folder.resolve("robot")));
      var sentinels = new Sentinels();
      environment.robot().recordsItsStarts();
      environment.deploy().exits(0);
      environment.store("keys", sentinels.keys());
      environment.robot().improvesWithOtherPackages();
      ExecutionHandle live = run(environment.deploy().exits(0).prints("live"));
      var fixture = new FaultFixture(environment, sentinels, folder, live);
      fixture.commit();
      fixture.assertConverges(ExecutionHandle.start(fixture.request));
      return fixture;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The execution that a command of {@code scripts/local} named. */
  private static ExecutionHandle run(LocalCommand.Result result) {
    return new ExecutionHandle(
        result
            .output()
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("execution arn:"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("names no execution: " + result))
            .substring("execution ".length()));
  }

  TestEnvironment environment() {
    return environment;
  }

  Instance instance() {
    return instance;
  }

  InstanceInvariants invariants() {
    return invariants;
  }

  CommandShims shims() {
    return shims;
  }

  Sentinels sentinels() {
    return sentinels;
  }

  LockOwners owners() {
    return owners;
  }

  /** A deploy of the robot's newest commit. */
  String request() {
    return request;
  }

  /** A new good commit, with the other environment of packages. */
  String commit() {
    String commit = environment.robot().improvesWithOtherPackages();
    goodCommits.add(commit);
    return commit;
  }

  /**
   * Asserts that the execution ends with the newest commit serving, whole, and nothing left over.
   *
   * @return what serves
   */
  Whole assertConverges(ExecutionHandle again) {
    JsonNode output = again.succeeds();
    assertTrue(
        List.of("deployed", "nothing_to_do").contains(output.path("outcome").asText()),
        output::toString);
    Whole whole = invariants.holdsAndNothingIsLeftOver();
    assertEquals(environment.robot().head(), whole.revision(), () -> "what serves after " + output);
    assertEquals(whole.release(), output.path("release").asText(), output::toString);
    return whole;
  }

  /**
   * Deploys a commit and injects a fault: the invariants hold after it, and then the same request
   * deploys a good commit.
   *
   * @param fault is injected while the execution runs
   */
  Outcome inject(String commit, Consumer<ExecutionHandle> fault) {
    Whole before = invariants.holds();
    ExecutionHandle run = ExecutionHandle.start(request);
    fault.accept(run);
    run.awaitEnd();
    shims.reset();
    Whole now = invariants.holds();
    String ended = OutcomeAssertions.of(run, environment.name(), before, now);
    String lock = lock(now);
    if (!goodCommits.contains(commit)) {
      environment.robot().revertsTo(goodCommits.getFirst());
      commit();
    }
    assertConverges(ExecutionHandle.start(request));
    return new Outcome(ended, oldOrNew(before, now), lock);
  }

  /**
   * After a broken invariant: makes a good release serve, so that the next fault starts from one.
   */
  void recover() {
    shims.reset();
    ExecutionHandle last = ExecutionHandle.newest();
    if (last.described().path("status").asText().equals("RUNNING")) {
      last.stop();
    }
    if (!instance.isOn()) {
      instance.isStarted();
    }
    owners.release();
    environment.robot().revertsTo(goodCommits.getFirst());
    commit();
    ExecutionHandle.start(request).awaitEnd();
  }

  /** The lock is free, or its owner is proven finished. */
  private static String lock(Whole now) {
    if (now.owner().isEmpty()) {
      return "free";
    }
    String status = new ExecutionHandle(now.owner().get()).described().path("status").asText();
    assertNotEquals("RUNNING", status, () -> "the owner of the lock of an idle instance: " + now);
    return "its owner " + status;
  }

  /** The old or the new release, in a word. */
  static String oldOrNew(Whole before, Whole now) {
    return now.release().equals(before.release()) ? "old" : "new";
  }

  /** Asserts that its secrets are only where they belong. */
  Outcome assertNoSecretFound() {
    var surfaces = new Surfaces(sentinels);
    // Executions and commands are among the cloud's files, as a whole.
    surfaces.notices(environment.name()).cloud().journal(instance);
    var found = new ArrayList<String>();
    surfaces.found().forEach((name, places) -> found.add(name + " in " + places));
    assertEquals(List.of(), found, "secrets that can be read");
    return new Outcome("no secret found", "-", invariants.holds().lock());
  }

  @Override
  public void close() throws IOException {
    shims.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
