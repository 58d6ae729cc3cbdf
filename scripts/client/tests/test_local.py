"""The parts of scripts/local that operate does not have, against a local cloud over HTTP."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from client import arguments, commands
from client.executions import Executions
from client.exits import FAILED, REFUSED, Stop
from client.local.cloud import LocalCloud
from client.local.commands import COMMANDS
from client.screen import Screen
from client.tests.fake_aws import FakeAws, machine
from client.work import Work

HOST = {"release": "r", "revision": "c", "mode": "live", "protocol": "https", "health": "healthy", "port": "5000", "units": {"crypto-robot": "active"}}


class Started(LocalCloud):
    """A cloud that already runs."""

    def start(self) -> None:
        pass


class LocalTest(unittest.TestCase):
    def setUp(self) -> None:
        self.fake = FakeAws()
        self.addCleanup(self.fake.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.state, self.home = self.folder / "state", self.folder / "home"
        self.state.mkdir()
        (self.state / "credentials").write_text("[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n")
        sample = self.home / "scripts/sample-app"
        sample.mkdir(parents=True)
        (sample / "requirements.txt").write_text("flask\n")
        self.steps = self.home / "scripts/local.d"
        self.steps.mkdir()
        self.script("offer-wheels.sh", f'echo "$@" >>{self.folder}/offered; cat >>{self.folder}/offered')
        (self.home / ".github/environments").mkdir(parents=True)
        self.out, self.err = io.StringIO(), io.StringIO()

    def script(self, name: str, text: str) -> None:
        file = self.steps / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)

    def cloud(self) -> LocalCloud:
        variables = {"LOCAL_STATE": str(self.state), "LOCAL_PORT": self.fake.url.rsplit(":", 1)[1]}
        return Started(Screen(self.out, self.err, {}), self.home, variables)

    def run_local(self, *words: str) -> int:
        screen, cloud = Screen(self.out, self.err, {}), self.cloud()
        options = arguments.parse("./scripts/local", "local", list(words), {})
        aws = cloud.aws(screen)
        work = Work("local", "./scripts/local", self.home, options, screen, aws, Executions(aws, "crypto-robot", {}), cloud=cloud)
        return {**commands.COMMANDS, **COMMANDS}[options.command](work)

    def made(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.fake.control if method != "GET"]

    def started(self) -> dict[str, Any]:
        return json.loads(self.fake.of("StartExecution")[-1]["input"])

    def test_the_process_of_the_cloud_is_found_by_the_program_that_is_started(self) -> None:
        repository = Path(__file__).parents[3]
        program = re.findall(r"^ *(cryptorobot[\w.]+) >>", (repository / "scripts/local.d/start-cloud.sh").read_text(), re.MULTILINE)
        self.assertEqual(1, len(program))
        self.assertTrue((repository / "localcloud/src/main/java" / (program[0].replace(".", "/") + ".java")).is_file())
        running = subprocess.Popen([sys.executable, "-c", "import sys; print(1, flush=True); sys.stdin.read()", program[0]], stdin=-1, stdout=-1)
        with running:
            assert running.stdout and running.stdin
            running.stdout.readline()
            (self.state / "cloud.pid").write_text(f"{running.pid}\n")
            self.assertEqual(running.pid, self.cloud().process())
        self.assertIsNone(self.cloud().process())

    def test_a_first_deploy_makes_instance_certificate_and_packages_and_remembers_its_source(self) -> None:
        self.assertEqual(0, self.run_local("deploy", "--set", "keep_releases=3"), self.err.getvalue())
        sample = self.fake.control[0][1]
        self.assertEqual([f"PUT {sample}", "PUT environments/crypto-robot.local", "POST certificates"], self.made())
        self.assertEqual("Invoke", self.fake.calls[0][0], "the request is validated before anything is created")
        self.assertEqual({"cert": "c", "key": "k", "chain": "h"}, json.loads(self.fake.secrets["crypto-robot/crypto-robot.local/certificate"] or ""))
        self.assertEqual("i-crypto-robot.local\nflask\n", (self.folder / "offered").read_text())
        self.assertEqual(
            {"environment": "crypto-robot.local", "operation": "deploy", "repository_url": f"https://git.test/{sample.split('/')[1]}", "branch": "main",
             "keep_releases": 3}, self.started(),
        )  # fmt: skip
        self.assertEqual("sample\n", (self.state / "chosen/crypto-robot.local").read_text())
        self.assertIn("deploy: main of sample\n  starting an instance for crypto-robot.local\n", self.out.getvalue())

    def test_a_plan_is_read_by_the_watch_machine(self) -> None:
        self.fake.end = {"status": "SUCCEEDED", "output": json.dumps({"outcome": "planned", "environment": "crypto-robot.local", "nothing_to_do": True})}
        self.assertEqual(0, self.run_local("deploy", "--plan", "--set", "keep_releases=3"), self.err.getvalue())
        self.assertEqual("Invoke", self.fake.calls[0][0], "the request is judged before anything is made")
        self.assertTrue(self.fake.of("StartExecution")[-1]["stateMachineArn"].endswith(":crypto-robot_crypto-robot-local-watch"))
        self.assertEqual(("plan", "main", 3), (self.started()["operation"], self.started()["deploy"]["branch"], self.started()["deploy"]["keep_releases"]))
        self.assertIn("plan: main of sample\n", self.out.getvalue())
        self.assertIn("Planned for crypto-robot.local: nothing to do, ", self.out.getvalue())

    def test_a_refused_request_changes_nothing_and_its_cause_has_one_full_stop(self) -> None:
        self.fake.plan = {"errorType": "cryptorobot.deployer.failure.DeploymentFailure$InvalidRequest", "errorMessage": "$.port: found 7, allowed: more."}
        with self.assertRaises(Stop) as refused:
            self.run_local("deploy")
        self.assertEqual((REFUSED, ""), (refused.exception.code, refused.exception.message))
        self.assertEqual("RequestRefused: InvalidRequest: $.port: found 7, allowed: more. Nothing was touched.\n", self.err.getvalue())
        self.assertEqual([], [one for one in self.made() if "environments" in one])
        self.assertFalse((self.state / "chosen").exists())

    def test_the_state_machine_starts_an_instance_that_is_only_stopped(self) -> None:
        self.fake.machines = [machine("crypto-robot.local", "stopped")]
        self.fake.secrets["crypto-robot/crypto-robot.local/certificate"] = "{}"
        self.assertEqual(0, self.run_local("deploy"))
        self.assertEqual([], [one for one in self.made() if "environments" in one])
        self.assertTrue((self.folder / "offered").read_text().startswith("--offered i-crypto-robot.local"))

    def test_the_url_is_printed_only_where_a_web_application_is_served(self) -> None:
        output = {"outcome": "deployed", "environment": "crypto-robot.local", "protocol": "https", "address": "10.213.0.2"}
        self.fake.end = {"status": "SUCCEEDED", "output": json.dumps(output)}
        self.run_local("deploy")
        self.assertIn("  url       https://10.213.0.2:5000\n", self.out.getvalue())
        self.out.truncate(0)
        self.run_local("deploy", "--mode", "robot")
        self.assertNotIn("url", self.out.getvalue())

    def test_uncommitted_changes_are_mentioned(self) -> None:
        robot = self.folder / "robot"
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(robot)], check=True)
        for name in ("main.py", "app.py", "requirements.txt"):
            (robot / name).write_text("")
        who = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
        subprocess.run(["git", "-C", str(robot), "add", "."], check=True)
        subprocess.run(["git", "-C", str(robot), *who, "commit", "-qm", "Start"], check=True)
        self.run_local("deploy", "--repository", str(robot))
        self.assertNotIn("uncommitted", self.out.getvalue())
        (robot / "main.py").write_text("changed")
        self.run_local("deploy")
        self.assertIn(f"note: 1 file has uncommitted changes in {robot}; a deploy uses commits only", self.out.getvalue())

    def test_a_commit_that_cannot_be_deployed_is_refused_before_anything_is_started(self) -> None:
        robot = self.folder / "robot"
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(robot)], check=True)
        (robot / "Pipfile").write_text("")
        who = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
        subprocess.run(["git", "-C", str(robot), "add", "."], check=True)
        subprocess.run(["git", "-C", str(robot), *who, "commit", "-qm", "Start"], check=True)
        with self.assertRaisesRegex(Stop, "the repository has Pipfile. It is not a lock. Make one") as refused:
            self.run_local("deploy", "--repository", str(robot))
        self.assertEqual(REFUSED, refused.exception.code)
        self.assertEqual(([], []), (self.made(), self.fake.calls))
        folder = self.home / ".github/environments"
        expected = f"crypto-robot.local has no file of settings, so each has its default; write its file: ./scripts/local adopt-robot {robot} "
        self.assertIn(f"{expected}--environment crypto-robot.local >{folder}/crypto-robot.local.json\n", self.out.getvalue())
        self.out.truncate(0)
        self.run_local("deploy", "--repository", "sample")
        self.assertNotIn("no file of settings", self.out.getvalue())

    def test_adopt_robot_starts_no_cloud(self) -> None:
        repository = Path(__file__).parents[3]
        self.home = repository
        (self.folder / "main.py").write_text("import ccxt\nwhile True:\n    pass\n")
        self.assertEqual(0, self.run_local("adopt-robot", str(self.folder), "--environment", "x.local"), self.err.getvalue())
        self.assertEqual("x.local", json.loads(self.out.getvalue())["environment"])
        self.assertEqual([], self.made())

    def test_an_operation_on_a_release_needs_no_repository(self) -> None:
        (self.home / ".github/environments/crypto-robot.local.json").write_text('{"branch": "main", "application_path": "/srv/robot"}')
        self.run_local("rollback", "--to", "r1")
        self.assertEqual(
            {"environment": "crypto-robot.local", "operation": "rollback", "release": "r1", "application_path": "/srv/robot"},
            json.loads(self.fake.of("StartExecution")[0]["input"]),
        )
        self.assertEqual([], self.made())

    def test_a_migration_contains_the_request_of_a_deploy(self) -> None:
        self.run_local("migrate", "prepare", "--container", "robot")
        self.assertEqual(("prepare", ["robot"], "main"), (self.started()["phase"], self.started()["containers"], self.started()["deploy"]["branch"]))

    def test_status_shows_every_environment_and_reads_only_those_that_run(self) -> None:
        self.fake.machines = [machine("a.local"), machine("b.local", "stopped")]
        self.fake.end = {"status": "SUCCEEDED", "output": json.dumps({"outcome": "status", "host": HOST})}
        self.assertEqual(0, self.run_local("status", "--json"))
        status = json.loads(self.out.getvalue())
        self.assertEqual(self.fake.url, status["endpoint"])
        self.assertEqual([("a.local", "healthy"), ("b.local", "unknown")], [(one["environment"], one["health"]) for one in status["environments"]])
        self.assertEqual("https://10.213.0.2:5000", status["environments"][0]["url"])
        self.assertEqual(1, len(self.fake.of("StartExecution")))
        self.assertEqual([], self.made())
        self.out.truncate(0)
        self.out.seek(0)
        self.run_local("status", "--environment", "b.local")
        self.assertNotIn("a.local", self.out.getvalue())

    def test_without_a_cloud_status_shows_what_is_on_disk(self) -> None:
        folder = self.state / "machines/a.local"
        folder.mkdir(parents=True)
        (folder / "machine.json").write_text('{"environment": "a.local", "instance_id": "i-1", "supervisor": {"pid": 4194305}}')
        self.fake.close()
        self.assertEqual(0, self.run_local("status"))
        self.assertIn("instance      i-1 stopped", self.out.getvalue())

    def test_a_refusal_of_the_cloud_is_printed_as_its_message(self) -> None:
        for status, code in ((400, REFUSED), (403, FAILED), (409, FAILED), (500, FAILED)):
            self.fake.refuse_control = (status, "in words")
            with self.subTest(status), self.assertRaisesRegex(Stop, "^in words$") as refused:
                self.cloud().request("PUT", "environments/x")
            self.assertEqual(code, refused.exception.code)

    def test_logs_begin_with_the_events_of_the_cloud_without_readings(self) -> None:
        self.fake.machines = [machine("crypto-robot.local")]
        texts = ["crypto-robot_x-deploy deploy-x-1 started", "crypto-robot_x-deploy status-x-1 started", "crypto-robot_x-watch read-logs-x-1 SUCCEEDED",
                 "crypto-robot_x-watch read-logs-x-2 FAILED: WatchFailed: gone"]  # fmt: skip
        self.fake.entries = [{"at": "T", "source": "execution", "text": text} for text in texts]
        self.fake.entries.append({"at": "T", "source": "notice", "text": "x: deploy RolledBack", "message": {"next": "fix it"}})
        self.fake.end = {"status": "SUCCEEDED", "output": json.dumps({"outcome": "logs", "host": {"lines": ["a", "b", "c"], "left_out": 4}})}
        self.assertEqual(0, self.run_local("logs", "crypto-robot", "--lines", "2"))
        self.assertEqual(
            [f"T execution: {texts[0]}", f"T execution: {texts[3]}", "T notice: x: deploy RolledBack", "  fix it",
             "… 5 older lines; use --lines to print more, --since to read fewer", "b", "c"], self.out.getvalue().splitlines(),
        )  # fmt: skip
        self.assertEqual(("crypto-robot", "1h"), (self.started()["service"], self.started()["since"]))

    def test_a_cloud_of_the_current_sources_keeps_running_and_another_one_is_replaced(self) -> None:
        self.script("start-cloud.sh", f"echo started >>{self.folder}/starts")
        (self.home / "target").mkdir()
        (self.home / "target/built").write_text("hash\n")
        port = self.fake.url.rsplit(":", 1)[1]

        class Alive(LocalCloud):
            def process(self) -> int:
                return 1

        for built, release, starts in (("hash \n", "", 0), ("hash trixie\n", "trixie", 0), ("hash \n", "trixie", 1), ("older \n", "", 2)):
            (self.state / "cloud.built").write_text(built)
            variables = {"LOCAL_STATE": str(self.state), "LOCAL_PORT": port, "LOCAL_INSTANCE_RELEASE": release}
            Alive(Screen(self.out, self.err, {}), self.home, variables).start()
            log = self.folder / "starts"
            self.assertEqual(starts, len(log.read_text().splitlines()) if log.exists() else 0, (built, release))

    def test_an_invalid_port_is_refused(self) -> None:
        for port in ("0", "65536", "x", "４５"):
            with self.subTest(port), self.assertRaisesRegex(Stop, "must be a port"):
                LocalCloud(Screen(self.out, self.err, {}), self.home, {"LOCAL_PORT": port})

    def test_down_of_one_environment_removes_only_with_purge(self) -> None:
        with self.assertRaisesRegex(Stop, "power stop --environment a.local") as refused:
            self.run_local("down", "--environment", "a.local")
        self.assertEqual(REFUSED, refused.exception.code)
        self.run_local("down", "--environment", "a.local", "--purge")
        self.assertEqual(["DELETE environments/a.local"], self.made())

    def test_a_step_appends_to_the_file_that_stderr_is(self) -> None:
        self.script("step.sh", "cat; echo output; echo error >&2")
        log = self.folder / "log"
        log.write_text("before\n")
        program = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r})\n"
            "from pathlib import Path\nfrom client.local.cloud import LocalCloud\nfrom client.screen import Screen\n"
            f"cloud = LocalCloud(Screen(sys.stdout, sys.stderr, {{}}), Path({str(self.home)!r}), {{}})\n"
            "sys.exit(cloud.script('step.sh', stdin='read\\n'))"
        )
        with log.open("a") as err:
            done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=err)
        self.assertEqual((0, b""), (done.returncode, done.stdout))
        self.assertEqual("before\nread\noutput\nerror\n", log.read_text())
