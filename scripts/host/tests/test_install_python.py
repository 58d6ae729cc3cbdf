"""Which packages are installed for the interpreter that a request means."""

import os
import pwd
import tempfile
from typing import Dict, List, Optional, Set
from unittest import mock

from robothost import install_python, interpreter, managed_python
from robothost.failures import Failure
from robothost.packages import Packages
from robothost.system import Ended
from tests.fixture import FakeSystem, FolderTest


class Pythons(FakeSystem):
    """Interpreters in a folder: python3.12 → 3.12.9; python3 is a link."""

    def __init__(self, folder: str, versions: Dict[str, str]) -> None:
        super().__init__()
        self.folder, self.versions = folder, versions
        # They lack venv or ensurepip.
        self.bare: Set[str] = set()
        # A package of these names brings the interpreter; one of venv or pip completes it.
        self.packages: Dict[str, str] = {}
        self.completes = True

    def which(self, program: str) -> str:
        if not program.startswith("python"):
            return super().which(program)
        path = os.path.join(self.folder, program)
        name = os.path.basename(os.path.realpath(path))
        return path if name in self.versions else ""

    def programs(self, start: str) -> List[str]:
        return sorted(name for name in self.versions if name.startswith(start))

    def run(self, *command: str, **options: object) -> Ended:
        name = os.path.basename(os.path.realpath(command[0]))
        if command[1:2] == ("-ISc",) and name in self.versions:
            if "ensurepip" in command[2]:
                return Ended(int(name in self.bare), "", "")
            return Ended(0, self.versions[name] + "\n", "")
        if "install" in command:
            for package in command[command.index("install") + 1:]:
                if package in self.packages:
                    self.versions[package] = self.packages[package]
                if self.completes and package.endswith(("-venv", "-pip")):
                    self.bare.discard(package.rsplit("-", 1)[0])
        return super().run(*command)


class InstallPythonTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.mkdtemp(dir=self.root)
        os.symlink("python3.13", os.path.join(folder, "python3"))
        self.settings = "{}"
        self.system: Pythons = Pythons(folder, {"python3.12": "3.12.9", "python3.13": "3.13.5"})

    def need(self, wanted: str = "3.11") -> List[str]:
        host = self.host_with(PythonVersion=wanted, Installation=self.settings)
        packages = Packages(host)
        self.needed = install_python.need(host, packages)
        return packages.installed

    def asked(self) -> List[str]:
        return [" ".join(word for word in call if "=" not in word) for call in self.system.calls if "install" in call]

    def test_dnf_is_asked_for_the_package_of_amazon_linux(self) -> None:
        self.system.missing = {"apt-get"}
        self.system.packages = {"python3.11": "3.11.7"}
        self.assertEqual(["python3.11"], self.need())
        self.assertEqual(["dnf -y -q install python3.11"], self.asked())
        self.assertEqual("3.11.7", self.needed.version)

    def test_apt_is_asked_for_the_interpreter_and_its_venv(self) -> None:
        self.system.missing = {"dnf"}
        self.system.packages = {"python3.11": "3.11.7"}
        self.assertEqual(["python3.11"], self.need())
        self.assertEqual(["env apt-get -q -y -o install python3.11 python3.11-venv"], self.asked())

    def test_what_an_interpreter_lacks_for_environments_is_added(self) -> None:
        self.system.missing = {"dnf"}
        self.system.bare = {"python3.12"}
        self.assertEqual(["python3.12-venv"], self.need("3.12"))
        self.assertEqual(["env apt-get -q -y -o install python3.12-venv"], self.asked())

    def test_an_interpreter_that_can_make_no_environments_is_refused(self) -> None:
        self.system.bare = {"python3.12"}
        self.system.completes = False
        with self.assertRaises(Failure) as refusal:
            self.need("3.12")
        self.assertEqual("PythonMissing", refusal.exception.name)
        self.assertTrue(refusal.exception.message.endswith("/python3.12 cannot make virtual environments: it lacks venv or ensurepip"))

    def test_a_complete_one_is_left_alone(self) -> None:
        self.assertEqual([], self.need("3.12"))
        self.assertEqual([], self.asked())

    def test_a_refusal_has_the_reason_and_what_is_installed(self) -> None:
        self.system.missing = {"dnf"}
        self.system.answer("install", output="Reading lists\n", errors="E: no such package\n", code=100)
        with self.assertRaises(Failure) as refusal:
            self.need()
        self.assertEqual("PythonMissing", refusal.exception.name)
        self.assertRegex(refusal.exception.message, r"Python 3\.11 is not here and cannot be installed \(apt-get cannot install python3\.11 "
                                                    r"python3\.11-venv: .*E: no such package\)\. This instance can have 3\.12 \(installed\), 3\.13 "
                                                    r"\(installed\); an environment file with \"python_source\": \"managed\" also gets the builds of ")

    def test_a_package_that_brings_another_version_is_refused(self) -> None:
        self.system.packages = {"python3.11": "3.11.7"}
        with self.assertRaises(Failure) as refusal:
            self.need("3.11.2")
        self.assertEqual(("PythonMissing", "Python 3.11.2 is not what its package brought; here is 3.11, 3.12, 3.13"),
                         (refusal.exception.name, refusal.exception.message))

    def managed(self) -> None:
        """uv brings python3.11 into the folder that its unit is bound to."""
        self.settings = '{"python_source":"managed"}'
        self.system.missing = {"dnf"}
        folder = managed_python.folder(self.layout, "3.11")

        def on_call(*command: str) -> Optional[Ended]:
            if "uv_build" not in command:
                return None
            fresh = next(word for word in command if word.startswith("--property=BindPaths=")).split("=", 2)[2].split(":")[0]
            self.write(os.path.join(fresh, "cpython-3.11.9-linux-x86_64-gnu/bin/python3.11"), "#!/bin/sh\n")
            os.symlink(os.path.join(folder, "cpython-3.11.9-linux-x86_64-gnu"), os.path.join(fresh, "cpython-3.11-linux-x86_64-gnu"))
            return Ended(0, "", "")

        self.system.on_call = on_call
        me = pwd.getpwuid(os.geteuid()).pw_name
        for name, value in (("robothost.uv_program.program", lambda *_: "/uv"), ("robothost.managed_python.BUILD_USER", me),
                            ("robothost.layout.Layout.account", lambda *_: (os.geteuid(), os.getegid())),
                            ("robothost.result.accept", lambda *_: None)):
            patch = mock.patch(name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_uv_brings_what_the_distribution_lacks_where_the_environment_allows_it(self) -> None:
        self.managed()
        self.assertEqual(["Python 3.11.9 of python-build-standalone"], self.need())
        self.assertEqual(("3.11.9", os.path.join(managed_python.folder(self.layout, "3.11"), "cpython-3.11.9-linux-x86_64-gnu/bin/python3.11")),
                         (self.needed.version, self.needed.path))
        self.assertEqual([], self.need(), "it is there")
        self.assertEqual([], self.asked())
        self.settings = "{}"
        self.assertIsNone(interpreter.find(self.host_with(PythonVersion="3.11", Installation="{}")))

    def test_a_package_of_the_distribution_comes_first(self) -> None:
        self.managed()
        self.system.answer("apt-cache", output="python3.11\npython3.12\n")
        self.system.packages = {"python3.11": "3.11.7"}
        self.assertEqual(["python3.11"], self.need())
        self.assertEqual("3.11.7", self.needed.version)

    def test_an_interpreter_that_uv_cannot_bring_is_described(self) -> None:
        self.managed()
        self.system.on_call = lambda *command: Ended(4, "error: Failed to install cpython-3.11.9\n  cause: dns error\n", "") if "uv_build" in command else None
        with self.assertRaises(Failure) as refusal:
            self.need()
        self.assertEqual(("PythonMissing", "Python 3.11 cannot be brought: Failed to install cpython-3.11.9: dns error"),
                         (refusal.exception.name, refusal.exception.message))
