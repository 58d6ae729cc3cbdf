"""scripts/operate as a whole, in its own process, against an AWS over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from client.tests.fake_aws import FakeAws, ended_history, event

OPERATE = Path(__file__).resolve().parents[2] / "operate"
MACHINE = "arn:aws:states:eu-west-1:000000000000:stateMachine:crypto-robot_a-local-"


class OperateTest(unittest.TestCase):
    def setUp(self) -> None:
        self.fake = FakeAws()
        self.addCleanup(self.fake.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "a.local.json").write_text('{"branch": "main", "application_path": "/srv/robot"}')

    def variables(self, **more: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "AWS_ENDPOINT_URL": self.fake.url, "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true",
            "OPERATE_PATIENCE": "5", **more,
        }  # fmt: skip

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(OPERATE), words[0], *words[1:]]

    def run_operate(self, *words: str, stdin: str = "", **more: str) -> Any:
        return subprocess.run(
            self.command(*words, "--settings", str(self.folder)), input=stdin, capture_output=True, text=True, env=self.variables(**more), cwd=self.folder
        )

    def ends(self, **end: Any) -> None:
        if "output" in end:
            end["output"] = json.dumps(end["output"])
        self.fake.end = end

    def test_a_deploy_shows_each_state_and_ends_with_its_outcome(self) -> None:
        self.fake.history = ended_history("PlanDeployment", "AcquireLock")
        done = self.run_operate("deploy", "a.local", "--branch", "trial")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        started = self.fake.of("StartExecution")[0]
        self.assertEqual(MACHINE + "deploy", started["stateMachineArn"])
        self.assertRegex(started["name"], r"^deploy-a-local-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$")
        self.assertEqual(
            {"environment": "a.local", "branch": "trial", "application_path": "/srv/robot", "operation": "deploy"}, json.loads(started["input"])
        )
        self.assertRegex(
            done.stdout,
            r"^  execution arn:\S+\n  PlanDeployment           starts\n  PlanDeployment             3\.0 s  done\n"
            r"  AcquireLock              starts\n  AcquireLock                3\.0 s  done\nDeployed to a\.local, 7\.5 s\n",
        )

    def test_a_deploy_without_a_file_of_settings_prints_the_command_that_makes_one(self) -> None:
        words = self.command("deploy", "b.local", "--repository", "https://example.com/robot.git", "--no-follow")
        done = subprocess.run(words, capture_output=True, text=True, env=self.variables(), cwd=self.folder)
        self.assertEqual(
            "note: b.local has no file of settings, so each has its default; write its file: scripts/operate adopt-robot https://example.com/robot.git "
            "--environment b.local >.github/environments/b.local.json\n", done.stderr,
        )  # fmt: skip
        self.assertEqual([done.stdout.strip()], list(self.fake.executions))
        done = subprocess.run(self.command("rollback", "b.local", "--no-follow"), capture_output=True, text=True, env=self.variables(), cwd=self.folder)
        self.assertEqual("", done.stderr, "an operation on a release needs no file")
        done = self.run_operate("deploy", "b.local")
        self.assertEqual(2, done.returncode)
        self.assertIn("b.local.json; `adopt-robot PATH|URL --environment b.local` prints one", done.stderr)

    def test_json_leaves_stdout_to_the_result(self) -> None:
        done = self.run_operate("deploy", "a.local", "--json")
        self.assertEqual({"outcome": "deployed", "environment": "a.local"}, json.loads(done.stdout))
        self.assertIn("Prepare", done.stderr)

    def test_no_follow_prints_the_arn_alone(self) -> None:
        done = self.run_operate("rollback", "a.local", "--to", "r1", "--no-follow")
        self.assertEqual([done.stdout.strip()], list(self.fake.executions))
        self.assertEqual("r1", json.loads(self.fake.of("StartExecution")[0]["input"])["release"])

    def test_a_failure_is_an_exit_code_with_name_and_cause_on_stderr(self) -> None:
        for error, code in (("RequestRefused", 2), ("RolledBack", 1), ("RollbackFailed", 3)):
            with self.subTest(error):
                self.fake.history = ended_history("Prepare", end="ExecutionFailed")
                self.ends(status="FAILED", error=error, cause="it broke")
                done = self.run_operate("deploy", "a.local")
                self.assertEqual(code, done.returncode)
                self.assertTrue(done.stderr.startswith(f"{error}: it broke\n"), done.stderr)
                self.assertEqual(code == 3, "Manual intervention required" in done.stderr)

    def test_an_execution_that_could_not_report_is_read_back_from_the_instance(self) -> None:
        self.fake.history = ended_history("Prepare", end="ExecutionAborted")
        self.ends(status="ABORTED")
        done = self.run_operate("deploy", "a.local")
        self.assertEqual(3, done.returncode, "the status was aborted as well")
        self.assertIn("The instance does not answer", done.stderr)
        read = self.fake.of("StartExecution")[1]
        self.assertEqual(MACHINE + "watch", read["stateMachineArn"])
        self.assertEqual({"environment": "a.local", "operation": "status", "application_path": "/srv/robot"}, json.loads(read["input"]))

    def test_a_plan_is_a_reading_of_the_watch_machine(self) -> None:
        self.ends(status="SUCCEEDED", output={"outcome": "planned", "environment": "a.local", "differences": ["commit"], "release": "r"})
        for words in (["plan", "a.local"], ["deploy", "a.local", "--plan"]):
            done = self.run_operate(*words, "--branch", "trial")
            self.assertEqual(0, done.returncode, done.stderr)
            self.assertIn("Planned for a.local: a deploy would change commit, 7.5 s\n  release   r\n", done.stdout)
        for started in self.fake.of("StartExecution"):
            self.assertEqual(MACHINE + "watch", started["stateMachineArn"])
            self.assertRegex(started["name"], "^plan-a-local-")
            self.assertEqual(
                {"environment": "a.local", "operation": "plan", "application_path": "/srv/robot",
                 "deploy": {"environment": "a.local", "branch": "trial", "application_path": "/srv/robot"}},
                json.loads(started["input"]),
            )  # fmt: skip
        self.ends(status="FAILED", error="PlanFailed", cause="BranchMissing: no branch trial")
        self.assertEqual(1, self.run_operate("plan", "a.local").returncode)

    def test_a_lost_answer_starts_no_second_execution(self) -> None:
        self.fake.drop_answers["StartExecution"] = 1
        done = self.run_operate("deploy", "a.local")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(1, len(self.fake.executions), "two requests, one execution")
        self.assertEqual(2, len(self.fake.of("StartExecution")))
        self.assertIn("connected again", done.stdout)

    def test_an_existing_execution_of_this_name_is_the_one_that_was_started(self) -> None:
        self.fake.refuse["StartExecution"] = (400, "ExecutionAlreadyExists", "it exists")
        self.assertEqual(0, self.run_operate("deploy", "a.local", "--no-follow").returncode)

    def test_it_waits_for_an_aws_that_is_busy_and_ends_with_3_when_that_lasts(self) -> None:
        self.fake.refuse["GetExecutionHistory"] = (400, "ThrottlingException", "Rate exceeded")
        done = self.run_operate("deploy", "a.local", OPERATE_PATIENCE="1")
        self.assertEqual(3, done.returncode)
        self.assertIn("AWS cannot be reached; retrying for up to 1 s: An error occurred (ThrottlingException) when calling the GetExecutionHistory", done.stdout)
        self.assertIn("scripts/operate follow arn:", done.stderr)

    def test_a_start_that_fails_has_its_own_exit_codes(self) -> None:
        for error, code in (("AccessDeniedException", 1), ("StateMachineDoesNotExist", 2), ("UnrecognizedClientException", 5), ("ExpiredTokenException", 5)):
            with self.subTest(error):
                self.fake.refuse["StartExecution"] = (400, error, "no")
                done = self.run_operate("deploy", "a.local")
                self.assertEqual(code, done.returncode, done.stderr)
                self.assertEqual(1, done.stderr.count("\n"), done.stderr)

    def test_without_a_region_or_credentials_nothing_is_called(self) -> None:
        variables = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "true"}
        for more, code in (({}, 2), ({"AWS_REGION": "eu-west-1"}, 5)):
            done = subprocess.run(self.command("deploy", "a.local"), env={**variables, **more}, capture_output=True, text=True, cwd=self.folder)
            self.assertEqual(code, done.returncode, done.stderr)
        self.assertEqual([], self.fake.calls)

    def test_the_endpoint_of_one_service_overrides_the_common_one(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            elsewhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
            more = {"AWS_ENDPOINT_URL": elsewhere, "AWS_ENDPOINT_URL_SFN": self.fake.url, "AWS_ENDPOINT_URL_STS": self.fake.url}
            self.assertEqual(0, self.run_operate("deploy", "a.local", **more).returncode)

    def test_ctrl_c_ends_with_130_and_prints_how_to_follow(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.fake.ends_after = 60
                running = subprocess.Popen(
                    self.command("deploy", "a.local"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.variables(), cwd=self.folder
                )
                line = running.stdout.readline()
                self.assertIn("  execution arn:", line)
                running.send_signal(number)
                _, errors = running.communicate(timeout=20)
                self.assertEqual(130, running.returncode)
                self.assertIn("the execution continues: " + line.split()[1], errors)
                self.assertIn("scripts/operate follow --stop " + line.split()[1], errors)
                self.assertNotIn("Traceback", errors)
        self.assertEqual([], self.fake.of("StopExecution"))

    def test_follow_continues_with_an_execution_and_can_stop_it(self) -> None:
        arn = self.run_operate("deploy", "a.local", "--no-follow").stdout.strip()
        run = subprocess.run(self.command("follow", arn), capture_output=True, text=True, env=self.variables())
        self.assertEqual(0, run.returncode, run.stderr)
        self.assertIn("Deployed to a.local", run.stdout)
        self.fake.ends_after = 600
        arn = self.run_operate("deploy", "a.local", "--no-follow").stdout.strip()
        subprocess.run(self.command("follow", "--stop", arn), capture_output=True, env=self.variables())
        self.assertEqual([arn], [request["executionArn"] for request in self.fake.of("StopExecution")])
        for bad in ("arn:x", MACHINE.replace("stateMachine", "execution") + "deploy:none"):
            run = subprocess.run(self.command("follow", bad), capture_output=True, text=True, env=self.variables())
            self.assertEqual(2, run.returncode, run.stderr)

    def test_without_an_arn_the_newest_deploy_is_followed_and_no_status(self) -> None:
        arn = self.run_operate("deploy", "a.local", "--no-follow").stdout.strip()
        self.run_operate("status", "a.local")
        run = subprocess.run(self.command("follow"), capture_output=True, text=True, env=self.variables())
        self.assertIn(f"  execution {arn}\n", run.stdout)

    def test_a_long_history_is_read_completely(self) -> None:
        self.fake.history = ended_history(*(f"State{n}" for n in range(40)))
        done = self.run_operate("deploy", "a.local")
        self.assertEqual(40, done.stdout.count("  done\n"))

    def test_a_step_that_needs_more_time_is_no_failure_and_another_retry_is_shown(self) -> None:
        error = "cryptorobot.deployer.failure.DeploymentFailure$"
        self.fake.history = [
            event(1, "ExecutionStarted"),
            event(2, "TaskStateEntered", 1, stateEnteredEventDetails={"name": "Fetch"}),
            event(3, "TaskFailed", 2, taskFailedEventDetails={"resource": "invoke", "resourceType": "lambda", "error": error + "StepRunning"}),
            event(4, "TaskScheduled", 3),
            event(5, "TaskFailed", 4, taskFailedEventDetails={"resource": "invoke", "resourceType": "lambda", "error": error + "HostUnreachable", "cause": "gone"}),
            event(6, "TaskScheduled", 5),
            event(7, "TaskSucceeded", 6),
            event(8, "TaskStateExited", 7, stateExitedEventDetails={"name": "Fetch"}),
            event(9, "ExecutionSucceeded", 8),
        ]
        done = self.run_operate("deploy", "a.local")
        self.assertIn("  Fetch                    retried after HostUnreachable: gone\n  Fetch                      6.0 s  done\n", done.stdout)
        self.assertNotIn("StepRunning", done.stdout)

    def test_a_workflow_gets_outputs_and_a_summary_that_no_text_inside_can_end(self) -> None:
        output, summary = self.folder / "output", self.folder / "summary"
        self.ends(status="FAILED", error="RolledBack", cause="::error::x\n~~~~~~~~~~\n# injected")
        self.fake.history = ended_history("Prepare", end="ExecutionFailed")
        self.run_operate("deploy", "a.local", GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary), GITHUB_RUN_ID="77", GITHUB_RUN_ATTEMPT="2")
        arn = list(self.fake.executions)[0]
        self.assertIn(":deploy-a-local-github-77-2-", arn)
        self.assertEqual([f"execution={arn}", f"execution={arn}", "outcome=RolledBack", "release="], output.read_text().splitlines())
        text = summary.read_text()
        self.assertTrue(text.startswith("### a.local: RolledBack\n\nNot done.\n\n~~~~~~~~~~text\n"), text)
        self.assertEqual(2, text.count("~~~~~~~~~~"), text)
        self.assertNotIn("\n::", text)

    def test_power_has_one_spelling_and_a_short_one(self) -> None:
        self.ends(status="SUCCEEDED", output={"outcome": "stopped", "environment": "a.local"})
        for words in (["power", "a.local", "stop"], ["stop", "a.local"]):
            done = self.run_operate(*words)
            self.assertTrue(done.stdout.rstrip().endswith("its disk stays, 7.5 s"), done.stdout)
        self.assertEqual(
            [{"environment": "a.local", "operation": "stop"}] * 2, [json.loads(one["input"]) for one in self.fake.of("StartExecution")]
        )
        self.assertEqual({MACHINE + "power"}, {one["stateMachineArn"] for one in self.fake.of("StartExecution")})

    def test_status_has_the_shape_of_local_status(self) -> None:
        host = {"release": "r", "revision": "c", "mode": "live", "protocol": "https", "health": "healthy", "units": {"crypto-robot": "active"}}
        self.ends(status="SUCCEEDED", output={"outcome": "status", "environment": "a.local", "instance_id": "i-1", "state": "running", "host": host})
        status = json.loads(self.run_operate("status", "a.local", "--json").stdout)
        self.assertEqual(self.fake.url, status["endpoint"])
        self.assertEqual(("a.local", "i-1", "healthy", "c"), tuple(status["environments"][0][name] for name in ("environment", "instance_id", "health", "revision")))

    def test_drift_names_commands_that_can_be_typed(self) -> None:
        reading = {"said": "1 difference", "drift": [{"what": "env", "said": ".env is 644", "mend": "operate rotate-keys a.local"}]}
        self.ends(status="SUCCEEDED", output={"outcome": "drifted", "environment": "a.local", "host": reading})
        done = self.run_operate("drift", "a.local")
        self.assertEqual("1 difference\n  env: .env is 644\n    fix: scripts/operate rotate-keys a.local\n", done.stdout)
        self.ends(status="SUCCEEDED", output={"outcome": "asleep", "environment": "a.local"})
        done = self.run_operate("drift", "a.local")
        self.assertEqual((1, "operate: the instance of a.local is stopped\n"), (done.returncode, done.stderr))

    def test_the_releases_are_listed(self) -> None:
        releases = [{"release": "r2", "revision": "b" * 40, "at": "2026", "good": True, "current": True, "subject": "::error::x"},
                    {"release": "r1", "revision": "a" * 40, "at": "", "good": False, "current": False, "subject": "first"}]  # fmt: skip
        self.ends(status="SUCCEEDED", output={"outcome": "status", "state": "running", "host": {"releases": releases}})
        lines = self.run_operate("rollback", "a.local", "--list").stdout.splitlines()
        self.assertRegex(lines[0], r"^\* r2  bbbbbbb  2026 +confirmed +::error::x$")
        self.assertRegex(lines[1], r"^  r1  aaaaaaa + not confirmed  first$")

    def test_the_value_of_a_secret_is_not_printed(self) -> None:
        done = self.run_operate("keys", "a.local", stdin='{"BINANCE_API_KEY": "visible"}\n')
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertNotIn("visible", done.stdout + done.stderr)
        self.assertEqual('{"BINANCE_API_KEY": "visible"}', self.fake.secrets["crypto-robot/a.local/keys"])

    def test_an_interpreter_without_boto3_is_replaced_by_one_that_has_it_or_named(self) -> None:
        bare = self.folder / "bare"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
        run = subprocess.run([bare / "bin/python", str(OPERATE), "status", "a.local"], capture_output=True, text=True, env=self.variables(PATH="/nowhere"))
        if subprocess.run(["/usr/bin/python3", "-c", "import botocore"], capture_output=True).returncode == 0:
            self.assertEqual(0, run.returncode, run.stderr)
            self.assertEqual(1, len(self.fake.executions))
        else:
            self.assertEqual((5, "operate: boto3 is missing: apt-get install python3-boto3, or pip install boto3\n"), (run.returncode, run.stderr))


class SpeedTest(unittest.TestCase):
    def test_a_refused_request_does_not_import_the_library(self) -> None:
        started = time.monotonic()
        run = subprocess.run([sys.executable, "-X", "importtime", str(OPERATE), "deploy", "A B"], capture_output=True, text=True)
        self.assertEqual(2, run.returncode)
        self.assertNotIn("botocore", run.stderr)
        self.assertLess(time.monotonic() - started, 5)
