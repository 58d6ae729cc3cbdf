package cryptorobot.deployer.local.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.local.endtoend.FaultTable.Seen;
import cryptorobot.deployer.local.endtoend.Promise.Whole;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What all faults together have left: no secret anywhere, and a watch that would have seen. */
@Tag("instance")
@Tag("slow")
@Tag("faults")
@Order(Integer.MAX_VALUE)
@ExtendWith(Faults.class)
class AfterAllFaultsTest {

  @Test
  void noSecretIsToBeReadAnywhere(Victim victim, FaultTable table) throws Exception {
    table.run(
        "all of them",
        "sentinels in executions, commands, notices, logs, journal",
        () -> {
          assertEquals(List.of(), victim.leaks());
          Whole now = victim.promise().holds();
          return new Seen("none found", "-", now.lock());
        });
  }

  @Test
  void aSecondRobotWouldHaveBeenSeen(Victim victim) {
    String told =
        victim
            .instance()
            .sh(
                """
                cd /opt/crypto-robot/current
                setpriv --reuid=ec2-user --regid=ec2-user --init-groups \
                  timeout 20 ../../venv/bin/python main.py --mode robot >/dev/null &
                until [ -s data/twice ]; do sleep 0.1; done
                kill %1
                wait
                cat data/twice
                rm data/twice
                """);
    assertTrue(told.contains("is not alone"), told);
  }
}
