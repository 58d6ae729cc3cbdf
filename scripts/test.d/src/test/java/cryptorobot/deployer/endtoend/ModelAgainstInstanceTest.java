package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.FaultTable.Outcome;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import cryptorobot.deployer.faults.ModelledEnd;
import cryptorobot.deployer.faults.SharedFault;
import cryptorobot.deployer.faults.SharedFault.Commit;
import cryptorobot.deployer.faults.SharedFault.Way;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fault has the same result on a real instance as in the model. */
@FaultTest
class ModelAgainstInstanceTest {
  private final FaultFixture fixture;
  private final FaultTable table;

  ModelAgainstInstanceTest(FaultFixture fixture, FaultTable table) {
    this.fixture = fixture;
    this.table = table;
  }

  @ParameterizedTest
  @EnumSource
  void endsAsTheModelPredicts(SharedFault fault) throws Exception {
    String point = fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    table.run("as the model predicts", point, () -> endsTheSame(fault));
  }

  private Outcome endsTheSame(SharedFault fault) {
    Whole before = fixture.invariants().holds();
    String good = fixture.environment().robot().head();
    commits(fault.commit);
    String place = (fault.way == Way.UNHEARD ? "outer-" : "step-") + fault.step;
    ExecutionHandle run = meets(fault, place);
    JsonNode end = run.awaitEnd();
    fixture.shims().reset();
    fixture.instance().awaitIdle();
    Whole now = fixture.invariants().holds();
    assertEquals(
        ModelledEnd.of(fault),
        new ModelledEnd(
            reported(end),
            FaultFixture.oldOrNew(before, now),
            now.owner().isPresent(),
            !now.decision().isEmpty()),
        () -> "the model and the instance: " + end);
    if (fault.commit != Commit.GOOD) {
      fixture.environment().robot().revertsTo(good);
      fixture.commit();
    }
    fixture.assertConverges(ExecutionHandle.start(fixture.request()));
    return new Outcome(reported(end), FaultFixture.oldOrNew(before, now), now.lock());
  }

  private void commits(Commit commit) {
    switch (commit) {
      case GOOD -> fixture.commit();
      case CRASHES -> fixture.environment().robot().crashesAtStart();
      case INVALID_REQUIREMENTS -> fixture.environment().robot().hasInvalidRequirements();
    }
  }

  private ExecutionHandle meets(SharedFault fault, String place) {
    if (fault.way == Way.KILLED || fault.way == Way.UNHEARD) {
      fixture.shims().killAt(place, fault.called ? Moment.AFTER : Moment.BEFORE, fault.call);
      return ExecutionHandle.start(fixture.request());
    }
    fixture.shims().holdAt(place, fault.call);
    ExecutionHandle run = ExecutionHandle.start(fixture.request());
    fixture.shims().awaitHit();
    if (fault.way == Way.POWER_CUT) {
      fixture.instance().cutPower();
    }
    run.stop();
    fixture.shims().reset();
    if (fault.way == Way.POWER_CUT) {
      // Only EC2 starts it: a start by the power machine would take over the lock and settle the
      // decision.
      fixture.instance().isStarted();
    }
    return run;
  }

  private static String reported(JsonNode end) {
    String status = end.path("status").asText();
    return switch (status) {
      case "SUCCEEDED" ->
          TestEnvironment.parse(end.path("output").asText()).path("outcome").asText();
      case "FAILED" -> end.path("error").asText();
      default -> status;
    };
  }
}
