"""The reason that pip has, in each form in which it prints one: tests/pip has what pip 23.0.1 (Debian 12) and 23.2 printed."""

import os
import unittest
from typing import Any, Dict

from robothost.pip_failure import Requirements
from robothost.pip_failure import explain as of_requirements

ANSWERS: Dict[str, Any] = {"why": "", "wheels": "", "offered": []}
HASH = "0000000000000000000000000000000000000000000000000000000000000000"


def explain(output: str, text: str, index: Dict[str, Any]) -> str:
    return of_requirements(output, Requirements(text), index)


def printed(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), "pip", name + ".txt"), encoding="utf-8") as file:
        return file.read()


class PipFailureTest(unittest.TestCase):
    def is_explained(self, name: str, requirements: str, sentence: str, **index: Any) -> None:
        with self.subTest(name):
            self.assertEqual("pip cannot install " + sentence, explain(printed(name), requirements, {**ANSWERS, **index}))

    def test_a_build_that_fails_names_its_first_error(self) -> None:
        self.is_explained("missing-header", "alpha\nTALib==0.4.24\n",
                          "talib (requirements.txt, line 2): its build failed: x.c:1:10: fatal error: ta-lib/ta_defs.h: No such file or directory")
        self.is_explained("module-at-build", "usesnumpy\n",
                          "usesnumpy (requirements.txt, line 1): its build failed: ModuleNotFoundError: No module named 'numpy'")
        self.is_explained("setup-refuses", "failing\n",
                          "failing (requirements.txt, line 1): its build failed: this package needs libusb: install libusb-dev")
        self.is_explained("backend-raises", "badbackend\n",
                          "badbackend (requirements.txt, line 1): its build failed: RuntimeError: can not find Rust compiler")

    def test_a_build_that_needs_a_package_is_not_taken_for_a_requirement(self) -> None:
        sentence = "needsbuild (requirements.txt, line 1): its build failed: it needs another package: No matching distribution found for hatchling"
        self.is_explained("build-dependency", "needsbuild\n", sentence)
        self.is_explained("build-dependency", "needsbuild\n", sentence + ". No package index answers: x: the name x does not resolve",
                          why="no package index answers: x: the name x does not resolve")

    def test_other_words_of_a_build(self) -> None:
        header = printed("missing-header")
        error = "x.c:1:10: fatal error: ta-lib/ta_defs.h: No such file or directory"
        for line, reason in (
                ("error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory", "this instance has no program x86_64-linux-gnu-gcc"),
                ("error: [Errno 2] No such file or directory: 'x86_64-linux-gnu-gcc'", "this instance has no program x86_64-linux-gnu-gcc"),
                ("x.c:3:5: error: unknown type name 'PyObj'", "x.c:3:5: error: unknown type name 'PyObj'"),
                ("error: can't find Rust compiler", "can't find Rust compiler"),
                ("x86_64-linux-gnu-gcc: fatal error: Killed signal terminated program cc1plus",
                 "fatal error: Killed signal terminated program cc1plus")):
            with self.subTest(line):
                self.assertTrue(explain(header.replace(error, line), "talib\n", ANSWERS).endswith(": its build failed: " + reason),
                                explain(header.replace(error, line), "talib\n", ANSWERS))

    def test_newer_words_for_the_end_of_a_build(self) -> None:
        header = printed("missing-header").replace("Running setup.py install for talib did not", "Building wheel for talib (pyproject.toml) did not")
        for end in ("ERROR: Failed building wheel for talib\nFailed to build talib\nERROR: Could not build wheels for talib, which is required to "
                    "install pyproject.toml-based projects\n",
                    "ERROR: Failed building wheel for talib\nFailed to build talib\nerror: failed-wheel-build-for-install\n\n"
                    "× Failed to build installable wheels for some pyproject.toml based projects\n╰─> talib\n"):
            text = header[:header.index("error: legacy-install-failure")] + end
            self.assertEqual("pip cannot install talib (requirements.txt, line 1): its build failed: x.c:1:10: fatal error: ta-lib/ta_defs.h: No "
                             "such file or directory", explain(text, "talib\n", ANSWERS))

    def test_a_hash_names_its_package(self) -> None:
        self.is_explained("wrong-hash", "alpha==1.0 --hash=sha256:" + HASH,
                          "alpha==1.0 (requirements.txt, line 1): its file does not match the hash: expected sha256 %s, got "
                          "c5cf93e725a4c6c567df2c85364ec56bac3fa1214c7632e69bfe63d4b44dbf08" % HASH)
        self.is_explained("missing-hash", "beta==1.0 --hash=x\ngamma==1.0\n",
                          "gamma==1.0 (requirements.txt, line 2): requirements.txt names it without --hash, although others have one")
        self.is_explained("unpinned-hash", "beta==1.0 --hash=x\n",
                          "gamma>=1 (needed by beta==1.0; requirements.txt, line 1): requirements.txt names it without a version with ==, "
                          "which --hash requires")

    def test_a_conflict_has_the_wishes_of_both_sides(self) -> None:
        self.is_explained("conflict", "alpha==1.0\n\ndelta # new\n",
                          "delta and alpha==1.0 (requirements.txt, line 3): they conflict: requirements.txt has alpha==1.0; delta 1.0 depends on "
                          "alpha==9.9")
        self.is_explained("conflict-of-two-lines", "alpha==1.0\nalpha==2.0\n",
                          "alpha==1.0 and alpha==2.0 (requirements.txt, line 1): they conflict: requirements.txt has alpha==1.0; requirements.txt "
                          "has alpha==2.0")

    def test_another_python_is_named(self) -> None:
        words = "it needs Python >=3.13, and this environment has 3.11.7; set python_version"
        self.is_explained("another-python", "newpy\n", "newpy (requirements.txt, line 1): " + words)
        self.is_explained("another-python-of-a-dependency", "alpha\nusesnewpy\n",
                          "newpy (needed by usesnewpy; requirements.txt, line 2): " + words)
        # As an index offers it.
        self.assertEqual(
            "pip cannot install newpy==2.0 (requirements.txt, line 1): for this Python there is no such version: 1.9 needs Python <3.9,>=3.7, 2.0 "
            "needs Python >=3.13; set python_version",
            explain("ERROR: Ignored the following versions that require a different python version: 1.9 Requires-Python <3.9,>=3.7; 2.0 "
                    "Requires-Python >=3.13\nERROR: Could not find a version that satisfies the requirement newpy==2.0 (from versions: 1.0)\n"
                    "ERROR: No matching distribution found for newpy==2.0\n", "newpy==2.0\n", ANSWERS))

    def test_an_index_that_does_not_answer_is_no_reason_of_a_build(self) -> None:
        self.is_explained("missing-header", "talib\n", "talib (requirements.txt, line 1): its build failed: x.c:1:10: fatal error: "
                          "ta-lib/ta_defs.h: No such file or directory", why="no package index answers: x")

    def test_without_an_error_it_is_the_last_line(self) -> None:
        self.assertEqual("pip failed: Could not install packages due to an OSError: [Errno 28] No space left on device",
                         explain("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n", "x\n", ANSWERS))
        self.assertEqual("pip failed: it printed nothing", explain("", "x\n", ANSWERS))
