from __future__ import annotations

import re
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from client.executions import Execution
from client.outcome import TABLE, exit_code, failure_lines, success_lines, unknown_code

HOME = Path(__file__).resolve().parents[3]
START = datetime(2026, 11, 1, tzinfo=timezone.utc)


def execution(status: str, error: str = "", cause: str = "", **output: Any) -> Execution:
    return Execution("arn", status, START, START + timedelta(seconds=7.5), {}, output, error, cause)


class ExitCodeTest(unittest.TestCase):
    def test_the_name_of_the_failure_decides(self) -> None:
        for error, code in (
            ("RequestRefused", 2), ("DeploymentFailed", 1), ("RolledBack", 1), ("PowerFailed", 1), ("StartedUnhealthy", 1), ("Unhealthy", 1),
            ("WatchFailed", 1), ("MigrationFailed", 1), ("CutoverUndone", 1), ("RollbackFailed", 3),
        ):  # fmt: skip
            with self.subTest(error):
                self.assertEqual(code, exit_code(execution("FAILED", error)))
        self.assertEqual(0, exit_code(execution("SUCCEEDED")))

    def test_where_the_execution_could_not_report_it_the_instance_decides(self) -> None:
        for status, error in (("ABORTED", ""), ("TIMED_OUT", "States.Timeout"), ("FAILED", "States.Runtime"), ("ABORTED", "RolledBack")):
            with self.subTest(status):
                self.assertEqual(-1, exit_code(execution(status, error)))
        self.assertEqual(1, unknown_code(True), "it answered")
        self.assertEqual(3, unknown_code(False), "it did not answer")


class TableTest(unittest.TestCase):
    """The table has every outcome of the state machines, and the documentation has the same exit codes."""

    def machines(self) -> str:
        return "\n".join(file.read_text() for file in sorted((HOME / "statemachine").glob("*.asl.yaml")))

    def test_every_failure_of_the_state_machines_is_in_it_and_no_other(self) -> None:
        self.assertEqual(set(re.findall(r"(?m)^    Error: (\w+)$", self.machines())), set(TABLE["failed"]))

    def test_every_success_of_the_state_machines_is_in_it_and_no_other(self) -> None:
        self.assertEqual(set(re.findall(r"(?m)^      outcome: (\S+)$", self.machines())), set(TABLE["succeeded"]))

    def test_the_documentation_has_the_same_codes(self) -> None:
        text = (HOME / "docs/operations.md").read_text()
        documented = {}
        for names, code in re.findall(r"(?m)^\| ((?:`\w+`(?:, )?)+) \| ([0-9]) \|", text):
            documented.update({name: int(code) for name in re.findall(r"`(\w+)`", names)})
        failures = {name: code for name, code in documented.items() if code != 0}
        self.assertEqual(TABLE["failed"], failures)


class TextTest(unittest.TestCase):
    def test_a_success_begins_with_its_outcome(self) -> None:
        for outcome in TABLE["succeeded"]:
            with self.subTest(outcome):
                first = success_lines(execution("SUCCEEDED", outcome=outcome, environment="a.local"))[0]
                self.assertIn("a.local", first)
                self.assertTrue(first.endswith(", 7.5 s"), first)
                self.assertNotIn("{", first)

    def test_a_deploy_names_what_serves_and_why_it_is_a_simulation(self) -> None:
        lines = success_lines(
            execution(
                "SUCCEEDED", outcome="deployed", environment="a.local", release="r", revision="c", mode="simulation",
                mode_reason="there is no secret", protocol="https", protocol_reason="", power_problem="",
            )
        )  # fmt: skip
        self.assertEqual(
            ["Deployed to a.local, 7.5 s", "  release   r", "  commit    c", "  mode      simulation (there is no secret)", "  protocol  https"],
            lines,
        )

    def test_the_mode_includes_whether_keys_were_given(self) -> None:
        for mode, text in (("live", "live (keys given)"), ("simulation", "simulation (no keys given)")):
            self.assertIn(f"  mode      {text}", success_lines(execution("SUCCEEDED", outcome="deployed", environment="a.local", mode=mode)))

    def test_a_stop_reports_how_the_robot_stopped(self) -> None:
        stopped = {"stopped": True, "robot_seconds": 2.5, "killed": []}
        for services, text in (
            (stopped, "  robot     stopped in 2.5 s"),
            ({**stopped, "killed": ["crypto-robot"]}, "  robot     had to be killed after 2.5 s: crypto-robot"),
            ({"problem": "no answer"}, "  robot     stopped with the instance: no answer"),
        ):
            with self.subTest(text):
                self.assertIn(text, success_lines(execution("SUCCEEDED", outcome="stopped", environment="a.local", services=services)))

    def test_a_plan_names_the_differences(self) -> None:
        planned = {"outcome": "planned", "environment": "a.local"}
        self.assertIn("nothing to do", success_lines(execution("SUCCEEDED", **planned, nothing_to_do=True))[0])
        self.assertIn("would change commit, keys", success_lines(execution("SUCCEEDED", **planned, differences=["commit", "keys"]))[0])

    def test_a_plan_prints_what_changes_of_a_service_and_a_deploy_what_it_keeps(self) -> None:
        planned = execution("SUCCEEDED", outcome="planned", environment="a.local", differences=["services"], changes=["crypto-robot: env: TZ new"])
        self.assertIn("  service   crypto-robot: env: TZ new", success_lines(planned))
        deployed = execution("SUCCEEDED", outcome="deployed", environment="a.local", kept=["data/", "bot.db"])
        self.assertIn("  keeps     data/, bot.db (outlive each release)", success_lines(deployed))
        self.assertFalse([line for line in success_lines(execution("SUCCEEDED", outcome="deployed", environment="a.local")) if "keeps" in line])

    def test_a_plan_and_a_deploy_print_their_warnings(self) -> None:
        for outcome in ("planned", "deployed"):
            ended = execution("SUCCEEDED", outcome=outcome, environment="a.local", warnings=["data/x is not used", "two indexes"])
            self.assertEqual(["  warning   data/x is not used", "  warning   two indexes"], success_lines(ended)[-2:])

    def test_a_failure_begins_with_its_name(self) -> None:
        self.assertEqual(["RolledBack: Unhealthy."], failure_lines(execution("FAILED", "RolledBack", "Unhealthy.")))
        self.assertEqual(["ABORTED"], failure_lines(execution("ABORTED")))
        self.assertEqual(["ABORTED: StoppedByPerson: by me"], failure_lines(execution("ABORTED", "StoppedByPerson", "by me")))

    def test_a_phase_of_a_migration_begins_with_its_outcome(self) -> None:
        migration = {"phase": "cutover", "containers": []}
        for outcome, begins in (("cut_over", "Cut over: a.local"), ("undone", "Undone: "), ("status", "The migration of a.local")):
            lines = success_lines(execution("SUCCEEDED", outcome=outcome, environment="a.local", migration=migration))
            self.assertTrue(lines[0].startswith(begins), lines)

    def test_a_migration_lists_what_it_found(self) -> None:
        container = {"name": "robot", "image": "robot:latest", "running": True, "restart": "always", "environment": {"env_content": {"present": True}}}
        report = {"containers": [container, "web"], "warnings": ["w"], "kept": "/srv/kept"}
        migration = {
            "phase": "parallel", "well": True, "containers": [{"name": "robot", "running": False}],
            "container_health": [{"url": "http://x", "status": 200, "milliseconds": 5}],
            "python": {"release": "r", "mode": "simulation", "healthy": True, "milliseconds": 7},
        }  # fmt: skip
        self.assertEqual(
            [
                "  container robot of robot:latest, runs, restart always, has ENV_CONTENT", "  container web runs again", "  warning   w",
                "  kept      /srv/kept has the data written since then", "  phase     parallel, healthy", "  container robot is stopped",
                "  container http://x answered 200 in 5 ms", "  python    release r, simulation, healthy, answered in 7 ms",
            ],
            success_lines(execution("SUCCEEDED", outcome="parallel", environment="a.local", report=report, migration=migration))[1:],
        )  # fmt: skip
