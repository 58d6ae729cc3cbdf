"""The reason that uv has, in each form in which uv 0.13.9 prints one."""

import unittest
from typing import Any, Dict

from robothost.pip_failure import Requirements
from robothost.uv_failure import explain

ANSWERS: Dict[str, Any] = {"why": "", "wheels": "", "offered": []}
BUILD = """Using Python 3.11.2 environment at: v
Resolved 2 packages in 2.11s
   Building ta-lib==0.4.24
error: Failed to build `ta-lib==0.4.24`
  cause: The build backend returned an error
  cause: Call to `setuptools.build_meta:__legacy__.build_wheel` failed (exit status: 1)

         [stdout]
         running bdist_wheel
         x86_64-linux-gnu-gcc -c talib/_ta_lib.c -o build/temp.linux-x86_64-cpython-311/talib/_ta_lib.o

         [stderr]
         <string>:77: UserWarning: Cannot find ta-lib library, installation may fail.
         talib/_ta_lib.c:682:10: fatal error: ta-lib/ta_defs.h: No such file or directory
           682 | #include "ta-lib/ta_defs.h"
               |          ^~~~~~~~~~~~~~~~~~
         compilation terminated.
         error: Command '['x86_64-linux-gnu-gcc', '-Wsign-compare']' returned non-zero exit status 1.

hint: This error likely indicates that you need to install a library that provides `ta-lib/ta_defs.h` for `ta-lib@0.4.24`
"""
MODULE = """error: Failed to build `usesnumpy==1.0`
  cause: The build backend returned an error
  cause: Call to `setuptools.build_meta:__legacy__.build_wheel` failed (exit status: 1)

         [stderr]
         Traceback (most recent call last):
           File "<string>", line 3, in <module>
         ModuleNotFoundError: No module named 'numpy'

hint: `usesnumpy` depends on `numpy`, but does not declare it as a build dependency.
"""
HASH = """Using Python 3.11.2 environment at: v
Resolved 1 package in 123ms
error: Failed to download `requests==2.31.0`
  cause: Hash mismatch for `requests==2.31.0`

         Expected:
           sha256:0000000000000000000000000000000000000000000000000000000000000000

         Computed:
           sha256:58cd2187c01e70e6e26505bca751777aa9f2ee0b7f4300988b709f44e013003f
"""
RESOLUTION = "error: No solution found when resolving dependencies\n  cause: "


class UvFailureTest(unittest.TestCase):
    def explained(self, output: str, requirements: str, expected: str, **index: Any) -> None:
        self.assertEqual("uv cannot install " + expected, explain(output, Requirements(requirements), {**ANSWERS, **index}))

    def test_a_build_that_fails_names_its_first_error(self) -> None:
        self.explained(BUILD, "alpha\nTA-Lib==0.4.24\n", "ta-lib (requirements.txt, line 2): its build failed: talib/_ta_lib.c:682:10: fatal error: "
                       "ta-lib/ta_defs.h: No such file or directory")
        self.explained(MODULE, "usesnumpy\n", "usesnumpy (requirements.txt, line 1): its build failed: ModuleNotFoundError: No module named 'numpy'")

    def test_a_hash_that_does_not_match_names_both(self) -> None:
        self.explained(HASH, "requests==2.31.0\n", "requests==2.31.0 (requirements.txt, line 1): its file does not match the hash: expected sha256 "
                       + "0" * 64 + ", got 58cd2187c01e70e6e26505bca751777aa9f2ee0b7f4300988b709f44e013003f")

    def test_a_version_or_a_package_that_is_not_there_is_named(self) -> None:
        self.explained(RESOLUTION + "Because there is no version of requests==99.0 and you require requests==99.0, we can conclude that your "
                       "requirements are unsatisfiable.\n", "flask\nrequests==99.0\n",
                       "requests==99.0 (requirements.txt, line 2): No matching distribution found for requests==99.0")
        words = (RESOLUTION + "Because nosuch was not found in the package registry and you require nosuch==1, we can conclude that your requirements "
                 "are unsatisfiable.\n")
        self.explained(words, "nosuch==1\n", "nosuch==1 (requirements.txt, line 1): No matching distribution found for nosuch==1")
        self.explained(words, "nosuch==1\n", "nosuch==1 (requirements.txt, line 1): No matching distribution found for nosuch==1. No package index "
                       "answers", why="no package index answers")

    def test_a_python_that_a_package_does_not_support_is_named(self) -> None:
        self.explained(
            RESOLUTION + "Because the requested Python version (>=3.9) does not satisfy Python>=3.11 and pandas==3.0.0 depends on Python>=3.11, we can "
            "conclude that pandas==3.0.0 cannot be used.\n         And because you require pandas==3.0.0, we can conclude that your requirements are "
            "unsatisfiable.\n\nhint: The `--python-version` value\n", "pandas==3.0.0\n",
            "pandas==3.0.0 (requirements.txt, line 1): it needs Python >=3.11, and this environment has 3.9; set python_version")

    def test_a_conflict_has_what_uv_concludes(self) -> None:
        self.explained(
            RESOLUTION + "Because requests==2.19 depends on urllib3>=1.21.1,<1.24 and you require requests==2.19, we can conclude that you require "
            "urllib3>=1.21.1,<1.24.\n         And because you require urllib3==2.2, we can conclude that your requirements are unsatisfiable.\n",
            "ccxt\nrequests==2.19\nurllib3==2.2\n",
            "requests==2.19 and urllib3>=1.21.1,<1.24 and urllib3==2.2 (requirements.txt, line 2): they conflict: Because requests==2.19 depends on "
            "urllib3>=1.21.1,<1.24 and you require requests==2.19, we can conclude that you require urllib3>=1.21.1,<1.24. And because you require "
            "urllib3==2.2")

    def test_other_words_are_passed_on(self) -> None:
        self.assertEqual("uv failed: Failed to fetch: `https://x/simple/a/`", explain("error: Failed to fetch: `https://x/simple/a/`\n",
                                                                                    Requirements(""), ANSWERS))
        self.assertEqual("uv failed: it printed nothing", explain("", Requirements(""), ANSWERS))
