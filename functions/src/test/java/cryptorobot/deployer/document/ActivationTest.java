package cryptorobot.deployer.document;

import static cryptorobot.deployer.document.FolderHost.NEW;
import static cryptorobot.deployer.document.FolderHost.OLD;
import static cryptorobot.deployer.document.FolderHost.OWNER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code activate-release}, {@code confirm-release} and the dead-man switch between them. */
class ActivationTest {
  @TempDir Path folder;
  private FolderHost host;

  @BeforeEach
  void aReleaseThatServesAndOneThatIsToServe() {
    host = new FolderHost(folder).good(OLD).finished(NEW).serving(OLD);
    host.with("Release", NEW).with("DeadManSeconds", "1200").with("Operation", "deploy");
    host.with("KeepReleases", "2");
  }

  private Script.Ended activates() {
    Script.Ended ended = host.run("activate-release");
    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    return ended;
  }

  private Script.Ended confirms() {
    return host.with("Phase", "60").run("confirm-release");
  }

  private int position(String call) {
    List<String> asked = host.asked();
    for (int i = 0; i < asked.size(); i++) {
      if (asked.get(i).startsWith(call)) {
        return i;
      }
    }
    throw new AssertionError(call + " is not in " + asked);
  }

  @Test
  void armsTheSwitchBeforeAnythingChanges() {
    activates();

    String armed = host.read("state/armed");
    assertTrue(
        armed.startsWith(
            "{\"release\":\"%s\",\"previous\":\"%s\",\"owner\":\"%s\"".formatted(NEW, OLD, OWNER)),
        "what is armed: " + armed);
    int started = position("restart crypto-robot-dead-man.timer");
    assertTrue(host.asked().get(started).endsWith("serving releases/" + OLD), "too late");
    assertTrue(started < position("stop crypto-robot.service"), () -> "order: " + host.asked());
    assertTrue(
        host.read("units/crypto-robot-dead-man.timer")
            .matches("(?s).*OnCalendar=2\\d{3}-.* UTC\n.*"));
    assertTrue(host.has("units/crypto-robot-settle.service"), "the unit of the next boot");
  }

  @Test
  void stopsTheOldRobotBeforeAnythingOfTheNewOneIsThere() {
    activates();

    int stopped = position("stop crypto-robot.service");
    int started = position("restart crypto-robot.service");
    assertTrue(stopped < started, () -> "order: " + host.asked());
    assertTrue(
        host.asked().get(stopped).endsWith("serving releases/" + OLD), host.asked()::toString);
    assertTrue(
        host.asked().get(started).endsWith("serving releases/" + NEW), host.asked()::toString);
    assertEquals(NEW, host.serves());
    assertTrue(host.read("units/crypto-robot.service").contains(NEW), "its unit");
  }

  @Test
  void rollsBackByItselfWhenNobodyConfirms() {
    activates();

    Script.Ended ended = host.settles("fire");

    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    assertEquals(OLD, host.serves());
    assertTrue(host.read("units/crypto-robot.service").contains(OLD), "its unit");
    assertTrue(host.read("state/history.jsonl").contains("\"event\":\"dead-man\""), "history");
    assertFalse(host.has("state/armed") || host.has("state/firing"), "settled");
  }

  /** What was saved has been put back, and nothing more was done: nothing on disk differs now. */
  private List<String> goesOnWithARollbackOf(String operation) {
    host.with("Release", OLD).with("Operation", operation);
    activates();
    for (String file : List.of("state/saved/OLD/env", "app/releases/OLD/.env")) {
      host.write(file.replace("OLD", OLD), "ROBOT_MODE=live\n");
    }
    for (String file : List.of("links", "units/crypto-robot.service")) {
      String state = host.read("state/releases/" + OLD + "/" + file);
      host.write("state/saved/" + OLD + "/state/" + file, state);
    }
    host.write(
        "state/saved/" + OLD + "/release.json", host.read("app/releases/" + OLD + "/release.json"));
    int before = host.asked().size();

    Script.Ended ended =
        host.library(
            List.of("history.sh", "unit.sh", "serve.sh", "dead-man.sh", "containers.sh"),
            "runs_from() { :; }\ntake_for_firing\nfire rolled-back 'as asked' restart\nresult done");

    assertEquals(0, ended.code(), () -> ended.output() + ended.errors());
    assertFalse(host.has("state/firing"), "done");
    return host.asked().subList(before, host.asked().size()).stream()
        .filter(asked -> asked.startsWith("restart"))
        .toList();
  }

  @Test
  void restartsTheRobotOnItsFormerKeysAlsoWhereTheyWerePutBackBefore() {
    assertEquals(
        List.of("restart crypto-robot.service, serving releases/" + OLD),
        goesOnWithARollbackOf("rotate-keys"));
  }

  @Test
  void leavesTheRobotAloneOnTheWayBackFromAnotherCertificate() {
    assertEquals(List.of(), goesOnWithARollbackOf("rotate-certificate"));
  }

  @Test
  void removesATimerWhoseDecisionWasNeverWritten() throws IOException {
    activates();
    Files.delete(folder.resolve("state/armed"));

    host.with("Phase", "70").run("roll-back");

    assertFalse(host.has("units/crypto-robot-dead-man.timer"), "a timer that decides nothing");
  }

  @Test
  void rollsBackAtTheNextBootWhenNobodyConfirmed() {
    activates();

    assertEquals(0, host.settles("boot").code());

    assertEquals(OLD, host.serves());
  }

  @Test
  void confirmsOnceAndDisarms() {
    activates();

    Script.Ended first = confirms();
    assertEquals(0, first.code(), () -> first.output() + first.errors());
    assertEquals(first.output(), confirms().output(), "the second answer");
    assertFalse(host.has("state/armed"), "disarmed");
    assertFalse(host.has("units/crypto-robot-dead-man.timer"), "the timer is gone");
    assertEquals(0, host.settles("fire").code());
    assertEquals(NEW, host.serves(), "nothing fires after a confirmation");
  }

  @Test
  void knowsOfAConfirmationHoweverLongTheHistoryIs() {
    String line = "{\"at\":\"2026-01-01T00:00:00Z\",\"event\":\"%s\",\"release\":\"%s\"}\n";
    String before = line.formatted("confirmed", OLD).repeat(20_000);
    String since = line.formatted("lock-stolen", NEW);
    host.write("state/history.jsonl", before + line.formatted("confirmed", NEW) + since);

    Script.Ended ended =
        host.library(
            List.of("history.sh", "dead-man.sh"),
            "is_confirmed_since_activation \"$SSM_Release\" && result yes || result no");

    assertTrue(ended.output().contains("yes"), () -> ended.output() + ended.errors());
  }

  @Test
  void doesNotConfirmWhatTheSwitchHasRolledBack() {
    activates();
    host.settles("fire");

    Script.Ended ended = confirms();

    assertEquals(61, ended.code(), () -> ended.output() + ended.errors());
    assertTrue(ended.output().contains(OLD + " serves"), ended.output());
    assertEquals(OLD, host.serves());
  }

  @Test
  void doesNotActivateWhileARollBackIsUnderWay() {
    host.write("state/firing", "{}");

    assertEquals(61, host.run("activate-release").code());
    assertEquals(OLD, host.serves());
  }

  @Test
  void readsBackWhatItPublished() {
    // A rename that says it went well and did nothing.
    Script.Ended ended =
        host.library(
            List.of(),
            "mv() { :; }\npublish_link releases/" + NEW + " \"$APP/current\"\nresult done");

    assertNotEquals(0, ended.code(), "a link that was not changed passes for published");
    assertEquals(OLD, host.serves());
  }

  @Test
  void saysWhenAnotherReleaseServesThanTheOneActivated() {
    // Somebody else puts the old one back while units are started.
    host.standIn(
        "systemctl",
        """
        () { printf '%s\\n' "$*" >>"$CALLS"
        case "$*" in
          *ActiveState*--value*) echo inactive ;;
          restart\\ crypto-robot.service) ln -sfn releases/OLD "$SSM_ApplicationPath/current" ;;
        esac
        }"""
            .replace("OLD", OLD));

    Script.Ended ended = host.run("activate-release");

    assertEquals(60, ended.code(), () -> ended.output() + ended.errors());
    assertTrue(ended.output().contains("instead of " + NEW), ended.output());
  }

  /** The containers run, so there is nothing to start for them. */
  @Test
  void undoesAMigrationOnceAReleaseServesBesideTheContainers() {
    host.finished(NEW).serving(NEW);
    host.write("state/migration/inventory.json", "{\"containers\":[]}");
    Script.Ended ended = host.run("undo-migration");
    assertEquals(0, ended.code(), ended.output() + ended.errors());
    assertTrue(
        ended.output().endsWith("{\"undone\":true,\"containers\":[],\"kept\":\"\"}\n"),
        ended.output());
    assertEquals("", host.serves());
    assertFalse(host.has("state/armed") || host.has("state/firing"), "no decision is open");
  }
}
