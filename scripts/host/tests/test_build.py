"""The environment of a release: which one it is, how it is built, and when it is built again."""

import json
import os
import pwd
from typing import Any, Dict
from unittest import mock

from robothost import build, builder, fetch, imports, installation, installed, interpreter, layout
from robothost.environment_seal import is_sound
from robothost.failures import Failure
from robothost.parameters import declared
from robothost.step import Host
from robothost.system import Ended
from tests.disk import Disk
from tests.fixture import NEW, ROBOT, FakeSystem, FolderTest

US = pwd.getpwuid(os.geteuid()).pw_name
SECRET = "Q7w2e9R4" * 8


class Building(FakeSystem):
    """pip makes an environment in the folder that is bound to the place where it serves."""

    def __init__(self, test: FolderTest) -> None:
        super().__init__()
        self._test, self.built = test, 0
        self.imports = '{"kind": "end"}\n'
        self.packages: Dict[str, str] = {}

    def run(self, *command: str, **options: Any) -> Ended:
        done = super().run(*command, **options)
        if any(word.endswith("import_check.py") for word in command):
            return Ended(0, self.imports, "")
        if "build_environment" in command and not done.code:
            self.built += 1
            fresh = next(word for word in command if word.startswith("--property=BindPaths=")).split("=", 2)[2].split(":")[0]
            self._test.write(os.path.join(fresh, "lib/flask.py"), "build %d" % self.built)
            os.makedirs(os.path.join(fresh, "bin"))
            os.symlink("/bin/sh", os.path.join(fresh, "bin/python"))
            for name, version in self.packages.items():
                self._test.write(os.path.join(fresh, "lib/python3.11/site-packages/%s-%s.dist-info/METADATA" % (name, version)),
                                 "Metadata-Version: 2.1\nName: %s\nVersion: %s\n\nVersion: 9\n" % (name, version))
        return done


class BuildTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system: Any = Building(self)
        self.settings = "{}"
        self.system.answer("python3", "-ISc", output="3.11.2\n")
        os.mkdir(self.layout.environments)
        # uv cannot be had.
        self.write(self.layout.machine("etc/pip.conf"), "[global]\nno-index = true\n")
        self.write("releases/%s/requirements.txt" % NEW, "flask\nrequests\n")
        python = interpreter.Interpreter("/usr/bin/python3.11", "3.11.2")
        for module, name, value in ((build, "BUILD_USER", US), (builder, "BUILD_USER", US), (fetch, "BUILD_USER", US),
                                    (imports, "BUILD_USER", US), (interpreter, "find", lambda host: python),
                                    (layout.Layout, "account", lambda *_: (os.geteuid(), os.getegid()))):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def host(self) -> Host:
        host = self.step_host(declared(interpreter.__doc__, build.__doc__, installation.__doc__, fetch.__doc__, imports.__doc__), SSM_PythonVersion="",
                              SSM_Installation=self.settings, SSM_Services=json.dumps([ROBOT]), SSM_VirtualEnvPath="/opt/crypto-robot/venv", SSM_Stamp="20260202T000000Z", SSM_PersistentPaths="[]", SSM_Secrets="[]")
        host.log.open(self.layout)
        return host

    def build(self) -> Dict[str, Any]:
        self.disk = Disk(self.layout)
        with self.in_order():
            return build.build(self.host(), NEW)

    def failure(self, release: str = NEW) -> Failure:
        with self.assertRaises(Failure) as caught:
            build.build(self.host(), release)
        return caught.exception

    def place(self, start: str = "") -> str:
        return os.path.join(self.layout.environments, start + str(self.name))

    def test_the_release_leads_to_an_environment_that_is_whole(self) -> None:
        found = self.build()
        self.name = found["environment_hash"]
        self.assertEqual((False, 2, []), (found["reused"], found["requirements"], found["warnings"]))
        self.assertEqual("../../venvs/" + self.name, os.readlink(os.path.join(self.layout.release(NEW), "venv")))
        self.assertTrue(is_sound(self.place()))
        self.assertEqual([self.name], os.listdir(self.layout.environments))

    def test_what_the_code_imports_is_tried_in_the_environment(self) -> None:
        self.system.imports = '{"kind": "missing", "module": "ccxt", "missing": "ccxt", "file": "main.py", "line": 3, "error": ""}\n{"kind": "end"}\n'
        failure = self.failure()
        self.assertEqual(("DependencyFailed", "the code cannot start in its environment: main.py, line 3, imports 'ccxt', which is not installed. "
                          "Add the requirement ccxt"), (failure.name, failure.message))

    def test_one_that_exists_is_used_again_unless_it_was_changed(self) -> None:
        self.name = self.build()["environment_hash"]
        self.assertTrue(self.build()["reused"])
        self.write(os.path.join(self.place(), "lib/added.py"), "")
        self.assertFalse(self.build()["reused"])
        self.assertEqual((2, ["flask.py"]), (self.system.built, os.listdir(os.path.join(self.place(), "lib"))))
        self.assertEqual([self.name], os.listdir(self.layout.environments))
        self.assertIn("environment %s is not what was built: building it again" % self.name, self.read(self.layout.step_log("test")))

    def test_what_an_attempt_that_was_killed_has_left_is_removed(self) -> None:
        self.name = self.build()["environment_hash"]
        os.unlink(os.path.join(self.place(), ".complete"))
        for start in (".new-", ".broken-"):
            self.write(os.path.join(self.place(start), "left"), "")
        self.build()
        self.assertEqual([self.name], os.listdir(self.layout.environments))

    def test_pip_sees_the_release_without_its_settings_and_writes_one_folder(self) -> None:
        self.name = self.build()["environment_hash"]
        words, release = " ".join(next(call for call in self.system.calls if call[0] == "systemd-run")), self.layout.release(NEW)
        self.assertIn("--property=BindPaths=%s:%s " % (self.place(".new-"), self.place()), words)
        self.assertIn("--property=BindReadOnlyPaths=%s --property=InaccessiblePaths=-%s/.env -%s/.deployer-env-base" % (release, release, release), words)
        self.assertTrue(words.endswith("--module build_environment /run/crypto-robot-build/task.json"), words)
        task = json.loads(self.read(os.path.join(self.layout.run, "build/task.json")))
        self.assertEqual(("/usr/bin/python3.11", self.place(), release), (task["python"], task["environment"], task["release"]))
        self.assertIn("--property=BindReadOnlyPaths=%s:/run/crypto-robot-build " % os.path.join(self.layout.run, "build"), words)
        self.assertIn("--property=User=%s " % US, words)
        self.assertIn("Environment=PIP_CONFIG_FILE=", words)

    def test_what_pip_printed_is_in_the_log_and_names_the_requirement_without_a_secret(self) -> None:
        self.write("releases/one/.env", "BINANCE_SECRET_KEY=%s\n" % SECRET)
        self.system.answer("build_environment", code=4, output="Collecting flask from %s\n" % SECRET,
                           errors="ERROR: No matching distribution found for flask\n")
        with mock.patch("robothost.index.state", lambda *_: {"why": "", "wheels": "", "offered": []}):
            failure = self.failure()
        self.assertEqual("DependencyFailed", failure.name)
        self.assertIn("flask (requirements.txt, line 1)", failure.message)
        log = self.read(self.layout.step_log("test"))
        self.assertIn("Collecting flask from [redacted]\nERROR: No matching", log)
        self.assertNotIn("Q7w2", log)
        self.assertEqual([], [name for name in os.listdir(self.layout.environments) if not name.startswith(".new-")])

    def test_an_interpreter_that_makes_no_environment_is_a_failure(self) -> None:
        self.system.answer("build_environment", code=3, errors="Error: no ensurepip\n")
        failure = self.failure()
        self.assertEqual(("DependencyFailed", "/usr/bin/python3.11 cannot make a virtual environment: Error: no ensurepip"),
                         (failure.name, failure.message))

    def test_a_python_that_the_project_excludes_is_refused_before_the_build(self) -> None:
        self.write("releases/%s/pyproject.toml" % NEW, '[project]\nname = "x"\nrequires-python = ">=3.12"\n')
        self.system.missing.add("dnf")
        self.system.answer("apt-cache", output="python3.12\npython3.12-venv\npython3.9\n")
        failure = self.failure()
        self.assertEqual(("RequirementsInvalid", "pyproject.toml requires Python >=3.12, and this environment has 3.11.2. This instance can have 3.9 "
                          "(package python3.9 of the distribution), 3.12 (package python3.12 of the distribution). Add this line to the environment "
                          'file: "python_version": "3.12"'), (failure.name, failure.message))
        self.assertEqual(0, self.system.built)

    def test_what_was_installed_is_recorded_and_compared(self) -> None:
        self.serving(NEW, environment_hash="0123", installed=[["flask", "2.0", "", "other"], ["gone", "1", "", "other"]])
        self.system.packages = {"Flask": "3.0", "new_one": "1.1"}
        found = self.build()
        self.assertEqual(["flask 2.0 → 3.0", "gone 1 removed", "new-one 1.1 added"], found["packages"])
        self.assertEqual([["flask", "3.0", "", "other"], ["new-one", "1.1", "", "other"]], installed.read(self.layout, found["environment_hash"]))

    def test_an_environment_that_is_built_again_gets_what_it_had(self) -> None:
        self.system.packages = {"flask": "3.0"}
        self.name = self.build()["environment_hash"]
        installed.write(self.layout, self.name, [installed.Package("flask", "3.0", "a" * 64, "index")])
        self.write(os.path.join(self.place(), "lib/added.py"), "")
        self.system.packages = {"flask": "3.1"}
        found = self.build()
        self.assertEqual("flask==3.0 --hash=sha256:%s\n" % ("a" * 64), self.read(os.path.join(self.layout.run, "build/requirements.txt")))
        self.assertEqual(["the environment was built again and is not the same: flask 3.0 → 3.1"], found["warnings"])

    def test_a_fresh_build_is_another_environment_and_stays_that_of_the_release(self) -> None:
        name = self.build()["environment_hash"]
        self.settings = '{"fresh":true}'
        fresh = self.build()["environment_hash"]
        self.assertNotEqual(name, fresh)
        self.assertEqual(2, self.system.built)
        self.serving(NEW, environment_hash=fresh, environment_key=name)
        self.settings = "{}"
        self.assertEqual((fresh, True), (lambda one: (one["environment_hash"], one["reused"]))(self.build()))

    def test_settings_that_no_request_can_have_are_refused(self) -> None:
        for settings in ('{"requirements":["../x"]}', '{"directory":"/etc"}', '{"unknown":1}', '{"extras":"x"}'):
            self.settings = settings
            self.assertEqual("InvalidParameter", self.failure().name)

    def test_a_result_that_could_harm_is_refused(self) -> None:
        self.write(os.path.join(self.layout.proc, "9/cgroup"), "0::/system.slice/crypto-robot-test-%d_pip-1.service\n" % os.getpid())
        failure = self.failure()
        self.assertEqual(("DependencyFailed", "process 9 of the unit that made the result still runs"), (failure.name, failure.message))
        self.assertFalse(os.path.lexists(os.path.join(self.layout.release(NEW), "venv")))

    def test_requirements_that_are_invalid_and_a_release_that_is_missing_are_refused(self) -> None:
        self.write("releases/%s/requirements.txt" % NEW, "flask\n-r x\n")
        failure = self.failure()
        self.assertEqual("RequirementsInvalid", failure.name)
        self.assertTrue(failure.message.startswith("requirements.txt, line 2: "), failure.message)
        for release in ("", "..", "20260303T000000Z-ccccccc"):
            self.assertEqual("ReleaseNotFound", self.failure(release).name)

    def test_an_interpreter_that_is_missing_is_a_failure(self) -> None:
        with mock.patch.object(interpreter, "find", lambda host: None):
            self.assertEqual(("PythonMissing", "Python 3 is not on this instance"), (lambda one: (one.name, one.message))(self.failure()))
