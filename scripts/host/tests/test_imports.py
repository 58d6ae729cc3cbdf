"""What of a release's imports is tried before anything stops, and what a failure of one says."""

import json
import os
import subprocess
import sys
from typing import Any, Dict, List, Optional, Tuple
from unittest import mock

from robothost import import_check, imports
from robothost.failures import Failure
from robothost.step import Host
from robothost.system import Ended
from tests.fixture import NEW, ROBOT, FakeSystem, FolderTest

SERVICES = [ROBOT, {"name": "page", "type": "web_application", "command": "gunicorn page:app", "enabled": True}]


class Trying(FakeSystem):
    """The unit's command runs here, with the interpreter of the test in place of the environment's."""

    def __init__(self) -> None:
        super().__init__()
        self.tried = 0

    def run(self, *command: str, **options: Any) -> Ended:
        self.calls.append(command)
        if command[0] != "systemd-run":
            return Ended(0, "", "")
        self.tried += 1
        inside = next(word for word in command if word.startswith("--property=BindReadOnlyPaths=") and word.endswith(":/run/crypto-robot-build"))
        task = os.path.join(inside.split("=", 2)[2].split(":")[0], "task.json")
        done = subprocess.run([sys.executable, "-I", "-B", import_check.__file__, task], stdout=subprocess.PIPE, check=False)
        return Ended(done.returncode, done.stdout.decode(), "")


class ImportsTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system: Any = Trying()
        self.code("main.py", "import json\n")
        self.code("page.py", "import os\napp = None\n")

    def code(self, path: str, text: str) -> None:
        self.write(os.path.join(self.layout.release(NEW), path), text)

    def host(self, services: Optional[List[Dict[str, Any]]] = None) -> Host:
        host = self.step_host({"Services": r"\[.*\]"}, SSM_Services=json.dumps(services or SERVICES), RUNTIME_DIRECTORY=self.layout.run)
        host.log.open(self.layout)
        return host

    def check(self, services: Optional[List[Dict[str, Any]]] = None, reused: bool = True, directory: str = "") -> List[str]:
        return imports.check(self.host(services), self.layout.release(NEW), os.path.join(self.layout.environments, "0123"), directory, reused)

    def failure(self, **options: Any) -> str:
        with self.assertRaises(Failure) as caught:
            self.check(**options)
        self.assertEqual("DependencyFailed", caught.exception.name)
        return caught.exception.message

    def test_a_missing_module_is_named_with_its_file_line_and_requirement(self) -> None:
        self.code("main.py", "import json\nfrom bot import core\n")
        self.code("bot/__init__.py", "")
        self.code("bot/core.py", "import os\n\nimport nowhere_installed.part\n")
        self.assertEqual("the code cannot start in its environment: bot/core.py, line 3, imports 'nowhere_installed.part', which is not installed. "
                         "Add the requirement nowhere_installed", self.failure())
        self.code("bot/core.py", "import yaml_is_not_here\nimport binance.client\n")
        self.assertIn("imports 'binance.client', which is not installed. Add the requirement python-binance", self.failure())

    def test_the_code_of_the_release_is_never_run(self) -> None:
        self.code("main.py", "import other\nopen(%r, 'w').close()\n" % os.path.join(self.root, "ran"))
        self.code("other.py", "raise SystemExit(1)\n")
        self.assertEqual([], self.check())
        self.assertFalse(os.path.exists(os.path.join(self.root, "ran")))

    def test_what_try_if_and_functions_import_only_warns(self) -> None:
        self.code("main.py", "from typing import TYPE_CHECKING\ntry:\n    import fast_json\nexcept ImportError:\n    fast_json = None\n"
                             "if TYPE_CHECKING:\n    import only_types\n\n\ndef late():\n    import at_need\n    from bot import optional\n"
                             "import contextlib\nwith contextlib.suppress(ImportError):\n    import perhaps\n")
        self.code("bot/optional.py", "import deeper\n")
        self.assertEqual(["not installed, and imported only in try, if or functions: fast_json (main.py:3), only_types (main.py:7),"
                          " at_need (main.py:11), perhaps (main.py:15), deeper (bot/optional.py:1)"], self.check())

    def test_the_main_guard_of_a_script_counts(self) -> None:
        self.code("main.py", "if __name__ == '__main__':\n    import nowhere_installed\n")
        self.assertIn("main.py, line 2, imports 'nowhere_installed'", self.failure())
        self.code("page.py", "if __name__ == '__main__':\n    import nowhere_installed\n")
        self.code("main.py", "")
        self.assertEqual(1, len(self.check()), "gunicorn imports the file, and does not start it")

    def test_a_name_that_a_package_lacks_is_a_pin_that_does_not_fit(self) -> None:
        self.code("main.py", "from json import nonsense\n")
        self.assertIn("main.py, line 1, imports 'json', which does not work in this environment: ImportError: cannot import name 'nonsense' from 'json'",
                      self.failure())

    def test_what_is_not_reached_does_not_count(self) -> None:
        self.code("tests/test_bot.py", "import pytest_is_missing\n")
        self.code("tools/plot.py", "import plot_is_missing\n")
        self.assertEqual([], self.check())

    def test_a_module_that_the_code_puts_on_the_path_is_its_own(self) -> None:
        self.code("main.py", "import sys\nsys.path.insert(0, 'lib')\nimport helpers_of_mine\n")
        self.code("lib/helpers_of_mine.py", "")
        self.assertEqual([], self.check())

    def test_modules_are_found_where_the_service_finds_them(self) -> None:
        cases: List[Tuple[str, Dict[str, Any], str]] = [("python src/run.py", {}, "src/own.py"), ("-m robot", {}, "robot/own.py"),
                                                        ("python run.py", {"env": {"PYTHONPATH": "lib"}}, "lib/own.py")]
        for command, fields, path in cases:
            with self.subTest(command):
                service: Dict[str, Any] = {**ROBOT, "command": command}
                service.update(fields)
                for file, text in (("src/run.py", "import own\n"), ("robot/__init__.py", "from . import own\n"), ("robot/__main__.py", ""),
                                   ("run.py", "import own\n"), (path, "import nowhere_installed\n")):
                    self.code(file, text)
                self.assertIn(path + ", line 1, imports 'nowhere_installed'", self.failure(services=[service]))

    def test_a_script_and_a_module_that_are_missing_are_named(self) -> None:
        self.assertIn("a service starts bot.py, which the commit does not have", self.failure(services=[{**ROBOT, "command": "python bot.py"}]))
        self.assertIn("the command of a service imports 'no_such_robot', which is not installed",
                      self.failure(services=[{**ROBOT, "command": "python -m no_such_robot"}]))

    def test_a_line_that_this_python_cannot_parse_is_named(self) -> None:
        self.code("main.py", "import os\nprint 'old'\n")
        self.assertIn("main.py, line 2, cannot be parsed by this Python", self.failure())

    def test_a_result_is_kept_until_what_is_imported_changes(self) -> None:
        self.check()
        self.check()
        self.code("main.py", "import json\nprint('other code')\n")
        self.check()
        self.assertEqual(1, self.system.tried)
        self.code("main.py", "import json\nimport os\n")
        self.check()
        self.check(reused=False)
        self.assertEqual(3, self.system.tried, "an environment that was built again is tried again")

    def test_a_failure_is_not_kept(self) -> None:
        self.code("main.py", "import nowhere_installed\n")
        self.failure()
        self.failure()
        self.assertEqual(2, self.system.tried)

    def test_a_release_that_was_confirmed_stays_a_target_of_a_rollback(self) -> None:
        self.code("main.py", "import nowhere_installed\n")
        self.happened("confirmed", NEW)
        self.assertIn("nowhere_installed", self.check()[0])

    def test_the_unit_has_no_network_and_no_settings_of_the_release(self) -> None:
        self.check()
        words = next(call for call in self.system.calls if call[0] == "systemd-run")
        release = self.layout.release(NEW)
        for property_ in ("PrivateNetwork=yes", "RuntimeMaxSec=120", "MemoryMax=50%", "User=crypto-robot-build",
                          "InaccessiblePaths=-%s/.env -%s/.deployer-env-base" % (release, release)):
            self.assertIn("--property=" + property_, words)
        self.assertIn("%s/0123/bin/python" % self.layout.environments, words)

    def test_a_module_that_ends_the_process_is_named(self) -> None:
        lines = [{"begins": "numpy", "file": "main.py", "line": 4}, {"kind": "died", "signal": 4}]
        self.assertEqual((["main.py, line 4, imports 'numpy', which ends the process with signal 4 (SIGILL: it needs a processor that this instance does "
                           "not have)"], []), imports.judged(self.host(), NEW, lines))
        lines[1]["signal"] = 9
        self.assertEqual(([], 1), (lambda found: (found[0], len(found[1])))(imports.judged(self.host(), NEW, lines)))

    def test_what_only_the_missing_network_may_cause_warns(self) -> None:
        with mock.patch("importlib.import_module", side_effect=ConnectionError("no route")):
            self.assertEqual("other", (import_check.tried("x", "") or {})["kind"])
        line = {"kind": "other", "module": "x", "file": "main.py", "line": 1, "error": "ConnectionError: no route"}
        problems, warnings = imports.judged(self.host(), NEW, [line, {"kind": "end"}])
        self.assertEqual([], problems)
        self.assertIn("tried without network and keys", warnings[0])

    def test_a_shared_library_is_named_with_its_package(self) -> None:
        for error, wanted in (("OSError: libgomp.so.1: cannot open shared object file: No such file or directory",
                               "lacks the shared library libgomp.so.1. Install libgomp1 (Debian) or libgomp (Amazon Linux)"),
                              ("ImportError: libGL.so.1: cannot open shared object file", "Install libgl1 (Debian) or mesa-libGL (Amazon Linux)"),
                              ("ImportError: libta_lib.so.0: cannot open shared object file", "Install the package that has it"),
                              ("ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found", "Pin another version")):
            line = {"kind": "library", "module": "lightgbm", "file": "a.py", "line": 2, "error": error}
            self.assertIn(wanted, imports.judged(self.host(), NEW, [line])[0][0])

    def test_what_python_had_once_is_named_with_its_last_version(self) -> None:
        line = {"kind": "missing", "module": "distutils.util", "missing": "distutils", "file": "a.py", "line": 2, "error": ""}
        self.assertEqual("a.py, line 2, imports 'distutils.util', which needs 'distutils': Python has it up to 3.11 only. Set python_version to 3.11, or "
                         "add the requirement setuptools", imports.judged(self.host(), NEW, [line])[0][0])
        line.update(module="pandas_ta", missing="pkg_resources")
        self.assertIn("which needs 'pkg_resources', and that is not installed. Add the requirement setuptools<81", imports.judged(self.host(), NEW, [line])[0][0])
