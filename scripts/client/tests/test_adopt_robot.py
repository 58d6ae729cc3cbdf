"""The command adopt-robot, the line of a deploy without a file, and the check of a folder before a deploy."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import unittest
from typing import Any

from client.adopt_robot import adopt
from client.exits import DONE, FAILED, REFUSED, Stop
from client.local import source_check
from client.local.source import Source
from client.robot.schema import Schema
from client.screen import Screen
from client.tests.robots import ROBOT, SCHEMA
from client.tests.test_robot_files import Repository

HOME = SCHEMA.parents[2]


class AdoptRobotTest(Repository):
    def adopt(self, spelled: str, environment: str = "", branch: str = "", as_json: bool = False) -> "tuple[int, Any, str]":
        out, err = io.StringIO(), io.StringIO()
        code = adopt(spelled, environment, branch, HOME, Screen(out, err, {}), "operate", as_json, ".github/environments")
        return code, json.loads(out.getvalue()), err.getvalue()

    def test_the_file_is_on_stdout_and_its_reasons_on_stderr(self) -> None:
        self.commit(**{"main.py": ROBOT, "requirements.txt": "requests\n"})
        self.git("remote", "add", "origin", "https://me:token@example.com/me/My_Robot.git")
        code, file, report = self.adopt(str(self.robot))
        self.assertEqual(DONE, code)
        self.assertEqual(["environment", "repository_url", "branch", "services", "protocol", "persistent_paths", "mode_variables"], list(file))
        self.assertEqual(("my-robot.local", "https://example.com/me/My_Robot.git", "main"), (file["environment"], file["repository_url"], file["branch"]))
        self.assertIn("  - services: crypto-robot: main.py\n", report)
        self.assertIn(f"operate adopt-robot {self.robot} --environment my-robot.local >.github/environments/my-robot.local.json\n", report)
        self.assertNotIn("token", report)

    def test_json_has_the_reasons_too(self) -> None:
        self.commit(**{"main.py": ROBOT, "requirements.txt": "-r x.txt\n"})
        _, found, _ = self.adopt(str(self.robot), "a.local", as_json=True)
        self.assertEqual({"file", "reasons", "cannot", "not_known", "notes", "environment", "commit"}, set(found))
        self.assertEqual("a.local", found["file"]["environment"])
        self.assertIn("'x.txt' is not a file of the repository", " ".join(found["cannot"]))

    def test_a_folder_that_is_no_repository_is_examined(self) -> None:
        folder = self.folder / "plain"
        folder.mkdir()
        (folder / "bot.py").write_text(ROBOT)
        code, file, report = self.adopt(str(folder))
        self.assertEqual((DONE, "python bot.py", "plain.local"), (code, file["services"][0]["command"], file["environment"]))
        self.assertIn("git init", report)
        self.assertIn("repository_url: this folder has no origin", report)

    def test_a_branch_is_examined_without_being_checked_out(self) -> None:
        self.commit(**{"main.py": ROBOT, "requirements.txt": "x\n"})
        self.git("checkout", "--quiet", "-b", "trial")
        self.commit(**{"bot.py": ROBOT, "Procfile": "worker: python bot.py\n"})
        self.git("checkout", "--quiet", "main")
        self.assertEqual("python bot.py", self.adopt(str(self.robot), branch="trial")[1]["services"][0]["command"])
        with self.assertRaisesRegex(Stop, "no branch gone"):
            self.adopt(str(self.robot), branch="gone")

    def test_without_a_program_the_file_lacks_services_and_the_command_fails(self) -> None:
        self.commit(**{"README.md": "Nothing"})
        code, file, report = self.adopt(str(self.robot))
        self.assertEqual(FAILED, code)
        self.assertNotIn("services", file)
        self.assertIn("no program that can be a service was found", report)

    def test_what_is_no_repository_or_address_is_refused(self) -> None:
        for spelled in ("/nowhere/at/all", "http://example.com/x", "https://me:password@example.com/x", "ftp://example.com/x"):
            with self.subTest(spelled), self.assertRaises(Stop) as refused:
                self.adopt(spelled)
            self.assertEqual(REFUSED, refused.exception.code)
            self.assertNotIn("password@", refused.exception.message)

    def test_nothing_of_a_hostile_repository_is_run_or_printed_raw(self) -> None:
        mark = self.folder / "ran"
        evil = f"__import__('os').system('touch {mark}')"
        self.commit(**{
            "main.py": f"import evil\n{evil}\n" + ROBOT, "evil.py": evil, "sitecustomize.py": evil, "conftest.py": evil, "setup.py": f"{evil}\nfrom setuptools import setup\nsetup(name='x\x1b[31m')\n",
            "requirements.txt": "requests\n", "Procfile": "worker: python main.py `touch ran` $(touch ran)\n", "config.json": '{"api_key": "x", "::error::token": "\x1b[2J"}',
            "Dockerfile": "FROM python:3.11\nRUN apt-get install -y lib\x1b[31mx ::error::\nCMD python main.py\n", ".gitattributes": "* filter=evil\n",
        })  # fmt: skip
        self.git("config", "filter.evil.smudge", f"touch {mark}")
        self.git("config", "core.fsmonitor", f"touch {mark}; false")
        _, file, report = self.adopt(str(self.robot))
        self.assertFalse(mark.exists(), "a program of the repository was run")
        self.assertNotIn("\x1b", report)
        self.assertNotIn("\n::", report)
        self.assertEqual({}, Schema(SCHEMA).refusals(file))

    def test_operate_prints_it_without_aws(self) -> None:
        self.commit(**{"main.py": ROBOT, "requirements.txt": "requests\n"})
        done = subprocess.run([sys.executable, str(HOME / "scripts/operate"), "adopt-robot", str(self.robot), "--environment", "x.local"], capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.folder)}, cwd=self.folder)  # fmt: skip
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual("x.local", json.loads(done.stdout)["environment"])


class SchemaTest(unittest.TestCase):
    def test_it_refuses_what_the_deployer_refuses(self) -> None:
        schema = Schema(SCHEMA)
        service = {"name": "crypto-robot", "type": "trading_robot", "command": "python main.py", "enabled": True}
        self.assertEqual(
            {}, schema.refusals({"port": 443, "services": [service], "persistent_paths": ["data", ".cache"], "python_version": "3.12", "restore_power": True})
        )
        for values in ({"port": 81}, {"port": True}, {"services": []}, {"services": [{**service, "command": "python main.py; rm"}]}, {"services": [{**service, "more": 1}]},
                       {"services": [{"name": "x"}]}, {"persistent_paths": ["../x"]}, {"persistent_paths": ["x", "x"]}, {"persistent_paths": [".env"]}, {"python_version": "3.12.1"},
                       {"python_version": "3.12\n"}, {"protocol": "ftp"}, {"unknown": 1}, {"restore_power": "true"}, {"health_path": "health"}):  # fmt: skip
            with self.subTest(values):
                self.assertEqual(list(values), list(schema.refusals(values)))


class SourceCheckTest(Repository):
    def check(self, **request: Any) -> "list[str]":
        return source_check.check(Source(str(self.robot), self.robot), {"branch": "main", **request}, "COMMAND")

    def refusal(self, **request: Any) -> str:
        with self.assertRaises(Stop) as refused:
            self.check(**request)
        self.assertEqual(REFUSED, refused.exception.code)
        return refused.exception.message

    def test_missing_requirements_are_refused_with_what_is_there(self) -> None:
        self.commit(**{"main.py": ROBOT, "app.py": ROBOT, "Pipfile": ""})
        self.assertIn(f"--repository {self.robot}: requirements.txt is missing in the top folder; the repository has Pipfile. It is not a lock. Make one", self.refusal())

    def test_a_python_that_the_project_excludes_is_refused(self) -> None:
        self.commit(**{"main.py": ROBOT, "app.py": ROBOT, "requirements.txt": "x\n", "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.12"\n'})
        self.assertIn(
            "pyproject.toml requires Python >=3.12, and python_version is 3.11. Set python_version to 3.12 or 3.13", self.refusal(python_version="3.11")
        )
        self.assertEqual([], self.check(python_version="3.12"))
        self.assertIn("without python_version", self.check()[0])
        self.assertEqual([], self.check(python_version=3.12), "the deployer refuses another type")

    def test_a_service_whose_file_is_missing_is_refused(self) -> None:
        self.commit(**{"bot.py": ROBOT, "requirements.txt": "x\n"})
        self.assertIn("the service crypto-robot starts main.py, which the commit does not have. Name the programs of this repository; COMMAND", self.refusal())
        services = [
            {"name": "bot", "type": "trading_robot", "command": "python bot.py"},
            {"name": "page", "type": "web_application", "command": "python page.py"},
        ]
        self.assertIn("the service page starts page.py", self.refusal(services=services))
        self.assertEqual([], self.check(services=services, mode="robot"))
        services[1]["enabled"] = False  # type: ignore[assignment]
        self.assertEqual([], self.check(services=services))
        self.assertEqual([], self.check(services=[{"name": "x", "type": "trading_robot", "command": "python data/x.py"}]))
        self.assertEqual([], self.check(services="nonsense"), "the deployer refuses it")

    def test_a_commit_that_is_missing_is_left_to_the_host(self) -> None:
        self.commit(**{"main.py": ROBOT})
        self.assertEqual([], self.check(branch="gone"))
