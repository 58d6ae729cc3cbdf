package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.endtoend.CommandShims.Moment;
import cryptorobot.deployer.endtoend.FaultTable.Seen;
import cryptorobot.deployer.endtoend.InstanceInvariants.Whole;
import cryptorobot.deployer.faults.ModelledEnd;
import cryptorobot.deployer.faults.SharedFault;
import cryptorobot.deployer.faults.SharedFault.Commit;
import cryptorobot.deployer.faults.SharedFault.Way;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the model says of a fault is what comes of it on a real instance. */
@FaultTest
class ModelAgainstInstanceTest {
  private final FaultFixture victim;
  private final FaultTable table;

  ModelAgainstInstanceTest(FaultFixture victim, FaultTable table) {
    this.victim = victim;
    this.table = table;
  }

  @ParameterizedTest
  @EnumSource
  void comesToTheEndTheModelForetells(SharedFault fault) throws Exception {
    String point = fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    table.run("as the model says", point, () -> comesToTheSameEnd(fault));
  }

  private Seen comesToTheSameEnd(SharedFault fault) {
    Whole before = victim.promise().holds();
    String good = victim.trial().robot().head();
    commits(fault.commit);
    String place = (fault.way == Way.UNHEARD ? "outer-" : "step-") + fault.step;
    ExecutionHandle run = meets(fault, place);
    JsonNode end = run.awaitEnd();
    victim.shadows().rest();
    victim.instance().awaitStill();
    Whole now = victim.promise().holds();
    assertEquals(
        ModelledEnd.of(fault),
        new ModelledEnd(
            said(end),
            FaultFixture.which(before, now),
            now.owner().isPresent(),
            !now.decision().isEmpty()),
        () -> "the model and the instance: " + end);
    if (fault.commit != Commit.GOOD) {
      victim.trial().robot().becomesAgain(good);
      victim.commits();
    }
    victim.converges(ExecutionHandle.start(victim.request()));
    return new Seen(said(end), FaultFixture.which(before, now), now.lock());
  }

  private void commits(Commit commit) {
    switch (commit) {
      case GOOD -> victim.commits();
      case CRASHES -> victim.trial().robot().crashesAtStart();
      case ASKS_FOR_NONSENSE -> victim.trial().robot().asksForNonsense();
    }
  }

  private ExecutionHandle meets(SharedFault fault, String place) {
    if (fault.way == Way.KILLED || fault.way == Way.UNHEARD) {
      victim.shadows().killAt(place, fault.called ? Moment.AFTER : Moment.BEFORE, fault.call);
      return ExecutionHandle.start(victim.request());
    }
    victim.shadows().holdAt(place, fault.call);
    ExecutionHandle run = ExecutionHandle.start(victim.request());
    victim.shadows().awaitHit();
    if (fault.way == Way.POWER_CUT) {
      victim.instance().losesPower();
    }
    run.stop();
    victim.shadows().letGo();
    if (fault.way == Way.POWER_CUT) {
      victim.shadows().rest();
      // Only switched on: a start of the power machine would take the lock over and settle.
      victim.instance().isStarted();
    }
    return run;
  }

  private static String said(JsonNode end) {
    String status = end.path("status").asText();
    return switch (status) {
      case "SUCCEEDED" ->
          TestEnvironment.parse(end.path("output").asText()).path("outcome").asText();
      case "FAILED" -> end.path("error").asText();
      default -> status;
    };
  }
}
