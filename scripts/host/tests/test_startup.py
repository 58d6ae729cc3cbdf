"""What a step costs before it does anything: the modules it loads."""

import os
import subprocess
import sys
import tempfile
import unittest
from typing import Set

HOST = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OURS = {"changes", "failures", "files", "layout", "log", "parameters", "step", "steps", "system", "told", "unit"}
# Each costs milliseconds on an instance. The step of the test starts no program and does not fail.
HEAVY = {"argparse", "dataclasses", "inspect", "logging", "pathlib", "selectors", "shutil", "socket", "ssl", "subprocess", "tempfile",
         "threading", "typing", "urllib"}


NO_OWNER = {"Owner": "arn:aws:states:eu-west-1:000000000000:execution:deploy:none", "Generation": "0", "Phase": "0", "Environment": "x.local"}


def loaded(state: str, step: str, **parameters: str) -> Set[str]:
    """The modules that a process has loaded when its step has ended."""
    program = ("import sys\nsys.path.insert(0, %r)\nfrom robothost import layout, step\nfrom robothost.system import System\n"
               "layout.STATE = %r\n"
               "System.write_journal = lambda *_, **__: None\n"
               "try:\n    step.main(%r)\nfinally:\n    sys.stderr.write('\\nloaded ' + ' '.join(sys.modules))\n" % (HOST, state, step))
    environment = {"SSM_" + name: value for name, value in parameters.items()}
    done = subprocess.run([sys.executable, "-IS", "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise AssertionError(done)
    return set(done.stderr.decode().rsplit("loaded ", 1)[1].split())


class StartupTest(unittest.TestCase):
    def loaded(self, step: str, lock: str = "", **parameters: str) -> Set[str]:
        """On an instance that was never deployed to; with "held" another execution has its lock."""
        with tempfile.TemporaryDirectory() as folder:
            robot, state = os.path.join(folder, "robot"), os.path.join(folder, "state")
            os.mkdir(robot)
            os.mkdir(state)
            with open(os.path.join(state, "application"), "w", encoding="utf-8") as file:
                file.write(robot + "\n")
            if lock:
                with open(os.path.join(state, "lock"), "w", encoding="utf-8") as file:
                    file.write('{"owner":"arn:other","generation":7,"phase":0,"since":"x","lifetime":"execution","boot_id":"b"}\n')
            return loaded(state, step, ApplicationPath=robot, **parameters)

    def test_the_step_that_does_least_loads_these_modules(self) -> None:
        modules = self.loaded("record-notice", Operation="check-health", Told="healthy")
        ours = {name.split(".")[1] for name in modules if name.startswith("robothost.")}
        self.assertEqual(OURS, ours)
        self.assertEqual(set(), HEAVY & modules)

    def test_a_step_that_releases_no_lock_loads_little(self) -> None:
        modules = self.loaded("release-lock", KeepUntilReboot="false", **NO_OWNER)
        self.assertEqual(set(), (HEAVY | {"robothost.redact", "robothost.serve"}) & modules)

    def test_taking_the_lock_loads_nothing_that_it_does_not_use(self) -> None:
        optional = ("Operation Release Services Port HealthPath PersistentPaths Secrets ModeVariables ExportEnv CertificateVersion CertificateHostname Protocol"
                    " Simulate VirtualEnvPath PythonVersion Installation RepositoryUrl Branch Revision RepositorySecret RepositorySecretVersion KeepUntilReboot")
        modules = self.loaded("acquire-lock", "held", StealFrom="", Lifetime="execution", **NO_OWNER, **dict.fromkeys(optional.split(), ""))
        self.assertEqual(set(), HEAVY & modules)

    def test_every_module_can_be_imported_alone(self) -> None:
        for folder, _, files in os.walk(os.path.join(HOST, "robothost")):
            for name in sorted(files):
                if name.endswith(".py") and name != "__init__.py":
                    module = os.path.relpath(os.path.join(folder, name), HOST)[:-3].replace("/", ".")
                    done = subprocess.run([sys.executable, "-ISc", "import sys; sys.path.insert(0, %r); import %s" % (HOST, module)],
                                          stderr=subprocess.PIPE, check=False)
                    self.assertEqual(b"", done.stderr, module)

    def test_what_starts_the_unit_of_a_step_loads_little(self) -> None:
        done = subprocess.run([sys.executable, "-ISc", "import sys; sys.path.insert(0, %r); import robothost.unit; print(*sys.modules)" % HOST],
                              stdout=subprocess.PIPE, check=True)
        loaded = set(done.stdout.decode().split())
        self.assertEqual(set(), (HEAVY | {"json", "re", "signal", "robothost.step"}) & loaded)
