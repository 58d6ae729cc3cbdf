"""What a service describes about its health: pages, ports, limits and how it reports that it is ready."""

import json
import os
from typing import Any, Dict, List

from tests.fixture import NEW, NOW, PAGE, ROBOT, SOCKET, FolderTest

URL = "http://x.local:8080/status"


class ServiceHealthTest(FolderTest):
    def robot(self, **fields: Any) -> Dict[str, Any]:
        return {**ROBOT, **fields}

    def start(self, *services: Dict[str, Any], **robot: str) -> None:
        self.services: List[Dict[str, Any]] = list(services)
        self.serving(NEW, services=self.services)
        self.lock()
        started = {"ExecMainStartTimestampMonotonic": str(990 * 1_000_000)}
        self.states({service["name"]: {"MainPID": str(pid), **started, **(robot if pid == 100 else {})}
                     for pid, service in enumerate(services, 100)})

    def listen(self, *sockets: str) -> None:
        self.system.answer("ss", output="".join(SOCKET % (one.split()[0], int(one.split()[1])) for one in sockets))

    def check(self) -> Any:
        ended = self.run_step("check-health", **{
            "Release": NEW, "Services": json.dumps(self.services), "Port": "5000", "HealthPath": "/health", "Protocol": "https",
            "CertificateHostname": "x.local", "BakeSeconds": "0", **self.fence(50)})
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def took(self) -> float:
        return self.system.clock - NOW

    def test_an_answer_of_another_process_is_none(self) -> None:
        self.start(ROBOT, PAGE)
        self.system.answer("ss")
        self.assertIn("does not listen on port 5000: the answer at https://x.local:5000/health is not its own", self.check()["reason"])
        self.listen("0.0.0.0:5000 101", "0.0.0.0:5000 100")
        self.assertIn("there is a listener of process 100 (crypto-robot.service)", self.check()["reason"])

    def test_the_page_of_a_robot_is_checked_over_its_own_protocol_and_may_listen_on_loopback(self) -> None:
        self.start(self.robot(health={"port": 8080, "path": "/status", "protocol": "http"}))
        os.unlink(self.layout.history)
        self.listen("127.0.0.1:8080 100")
        self.assertTrue(self.check()["healthy"])
        self.assertEqual([URL], list({call[call.index("--url") + 1] for call in self.system.calls if call[0] == "curl"}))
        self.listen()
        self.assertFalse(self.check()["healthy"])

    def test_each_page_is_checked(self) -> None:
        other = {**PAGE, "name": "other-page", "health": {"port": 6000}}
        self.start(PAGE, other)
        self.listen("0.0.0.0:5000 100", "0.0.0.0:6000 101")
        self.assertTrue(self.check()["healthy"])
        self.system.answer("curl", "https://x.local:6000/health", output="500")
        self.assertEqual("other-page", self.check()["unit"])

    def test_an_answer_must_have_the_expected_text(self) -> None:
        self.start(self.robot(health={"port": 8080, "path": "/status", "protocol": "http", "expected_text": '"state": "RUNNING"'}))
        self.listen("0.0.0.0:8080 100")
        self.system.on_call = lambda *words: None if words[0] != "curl" or "-o" in words else self.ended('{"state": "INITIALIZING"}')
        reason = self.check()["reason"]
        self.assertEqual("answered 200 at %s without the text '\"state\": \"RUNNING\"'; its answer begins with '{\"state\": \"INITIALIZING\"}'"
                         " (limit: 20 s from its first answer, see unanswered_seconds)" % URL, reason)
        self.system.on_call = lambda *words: None if words[0] != "curl" or "-o" in words else self.ended('{"state": "RUNNING"}')
        self.assertTrue(self.check()["healthy"])

    def ended(self, output: str) -> Any:
        from robothost.system import Ended

        return Ended(0, output, "")

    def test_a_service_listens_on_each_port_that_it_names(self) -> None:
        self.start(self.robot(ports=[8080, 8081]))
        self.listen("127.0.0.1:8080 100")
        self.assertEqual("does not listen on port 8081, which its ports name (limit: 60 s from its start, see start_seconds)", self.check()["reason"])
        self.process(99, self.layout.shared)
        self.listen("127.0.0.1:8080 100", "127.0.0.1:8081 99")
        self.assertIn("does not have port 8081 to itself: there is a listener of process 99 (in no service)", self.check()["reason"])
        self.listen("127.0.0.1:8080 100", "127.0.0.1:8081 100")
        self.assertTrue(self.check()["healthy"])

    def test_the_limits_of_a_slow_start_are_the_services_own(self) -> None:
        self.start(self.robot(ports=[8080], start_seconds=300))
        self.listen()
        self.assertIn("(limit: 300 s from its start, see start_seconds)", self.check()["reason"])
        self.assertTrue(300 <= self.took() < 303, self.took())
        self.start({**PAGE, "unanswered_seconds": 40})
        self.system.answer("curl", output="503")
        begun = self.took()
        self.assertIn("(limit: 40 s from its first answer, see unanswered_seconds)", self.check()["reason"])
        self.assertTrue(40 <= self.took() - begun < 43, self.took())

    def test_a_robot_that_has_not_notified_is_not_healthy(self) -> None:
        self.start(self.robot(ready="notify"), ActiveState="activating", SubState="start")
        self.assertEqual("runs and is not ready: it has not notified systemd (sd_notify, READY=1) (limit: 60 s from its start, see start_seconds)",
                         self.check()["reason"])
        self.states({"crypto-robot": {"MainPID": "100"}})
        self.assertTrue(self.check()["healthy"])
        # freqtrade reports RELOADING=1 when it reads its configuration again.
        self.states({"crypto-robot": {"MainPID": "100", "ActiveState": "reloading", "SubState": "reload"}})
        self.assertTrue(self.check()["healthy"])

    def test_a_robot_that_has_not_written_its_file_is_not_healthy(self) -> None:
        self.start(self.robot(ready={"file": "data/ready"}))
        path = self.write("shared/data/ready", "")
        os.utime(path, (NOW - 11, NOW - 11))
        self.assertIn("it has not written data/ready since it was started", self.check()["reason"])
        os.utime(path, (self.system.clock, self.system.clock))
        self.assertTrue(self.check()["healthy"])
        os.unlink(path)
        os.symlink("/etc/passwd", path)
        self.assertFalse(self.check()["healthy"])

    def test_a_robot_that_has_not_printed_its_line_is_not_healthy(self) -> None:
        self.start(self.robot(ready={"log_line": "Bot heartbeat"}))
        self.system.answer("journalctl", output="Starting\nheartbeat of a bot\n")
        self.assertIn("it has printed no line with 'Bot heartbeat' since it was started", self.check()["reason"])
        self.system.answer("journalctl", "_SYSTEMD_INVOCATION_ID=0123", "_UID=%d" % self.layout.user_id(), output="x\n10:00 Bot heartbeat. PID=1\n")
        self.assertTrue(self.check()["healthy"])

    def test_readiness_is_no_matter_of_a_watch(self) -> None:
        self.start(self.robot(ready={"log_line": "Bot heartbeat"}))
        os.unlink(self.layout.lock)
        self.assertEqual("healthy", self.run_step("read-health").answer["health"])

    def test_an_end_with_status_0_is_a_failure(self) -> None:
        self.start(ROBOT, ActiveState="activating", SubState="auto-restart", MainPID="0", ExecMainCode="1", ExecMainStatus="0")
        found = self.check()
        self.assertEqual("exited with status 0, restarted 0 times: a service must run until it is stopped", found["reason"])
        self.assertEqual(0, self.took())
