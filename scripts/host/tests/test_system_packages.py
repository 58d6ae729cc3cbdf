"""Packages of the distribution that a release needs, and which one brings what a build lacks."""

import json
from typing import List

from robothost.failures import Failure
from robothost.packages import Packages
from robothost.system_packages import need, way_out
from tests.fixture import FolderTest


class SystemPackagesTest(FolderTest):
    def needed(self, *names: str) -> List[str]:
        host = self.host_with(Installation=json.dumps({"system_packages": names}))
        packages = Packages(host)
        need(host, packages)
        return packages.installed

    def test_those_that_are_missing_are_installed_together(self) -> None:
        self.system.missing = {"dnf"}
        self.system.answer("dpkg-query", code=1)
        self.system.answer("dpkg-query", "gcc", output="installed\n")
        self.system.answer("dpkg-query", "removed", output="config-files\n")
        self.assertEqual(["libgomp1", "removed"], self.needed("libgomp1", "gcc", "removed"))
        self.assertEqual([("libgomp1", "removed")], [call[-2:] for call in self.system.calls if "install" in call])

    def test_nothing_is_run_where_none_is_named(self) -> None:
        self.assertEqual([], self.needed())
        self.assertEqual([], self.system.calls)

    def test_one_that_the_distribution_does_not_have_is_a_failure(self) -> None:
        self.system.missing = {"dnf"}
        self.system.answer("dpkg-query", code=1)
        self.system.answer("install", errors="E: Unable to locate package nothing\n", code=100)
        with self.assertRaisesRegex(Failure, "apt-get cannot install nothing: .*Unable to locate"):
            self.needed("nothing")

    def test_what_a_build_lacks_is_named_with_its_package(self) -> None:
        for reason, dnf, apt in (
                ("x.c:1:10: fatal error: Python.h: No such file or directory", "python3.12-devel", "python3.12-dev"),
                ("this instance has no program x86_64-linux-gnu-gcc", "gcc", "gcc"), ("can't find Rust compiler", "cargo", "cargo"),
                ("fatal error: ffi.h: No such file", "libffi-devel", "libffi-dev"), ("pg_config executable not found", "libpq-devel", "libpq-dev"),
                ("ImportError: libgomp.so.1: cannot open shared object file", "libgomp", "libgomp1")):
            for name, is_dnf in ((dnf, True), (apt, False)):
                self.assertEqual('. The package %s has it; add this line to the environment file: "system_packages": ["%s"]' % (name, name),
                                 way_out(reason, "3.12", is_dnf))
        self.assertIn("require TA-Lib>=0.6.5", way_out("fatal error: ta-lib/ta_defs.h: No such file", "3.12", False))
        self.assertEqual("", way_out("ModuleNotFoundError: No module named 'numpy'", "3.12", False))
