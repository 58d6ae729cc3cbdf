"""A step's request: what its docstring declares, and nothing that its pattern does not allow."""

import os
import re
import unittest

from robothost import step
from robothost.failures import Failure
from robothost.parameters import Request, declared

HOST = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STEPS = sorted(name[:-3] for name in os.listdir(os.path.join(HOST, "robothost/steps")) if name.endswith(".py") and name != "__init__.py")


class ParametersTest(unittest.TestCase):
    def refused(self, pattern: str, value: str) -> str:
        with self.assertRaises(Failure) as caught:
            Request({"Name": pattern}, {"SSM_Name": value})
        self.assertEqual("InvalidParameter", caught.exception.name)
        return caught.exception.message

    def test_reads_the_lines_of_a_docstring(self) -> None:
        self.assertEqual({"Last": "^([1-9]|10)$"}, declared("x: y.\n\nParameter Last ^([1-9]|10)$ How many.\nTimeout 60\n", None))

    def test_one_that_is_optional_may_be_empty(self) -> None:
        self.assertEqual({"Name": "^(|[a-z]+)$", "Other": "^x$"}, declared("Parameter Name ^[a-z]+$ A name.", "Parameter Other ^x$ It.\nOptional Name"))

    def test_refuses_what_the_pattern_does_not_allow_to_its_end(self) -> None:
        self.assertEqual("Name is 'B', allowed is ^[a-z]+$", self.refused("^[a-z]+$", "B"))
        self.refused("^[a-z]+$", "b\n")
        self.refused("^[a-z]+$", "")

    def test_refuses_what_is_missing_or_too_long(self) -> None:
        with self.assertRaises(Failure) as caught:
            Request({"Name": "^a$"}, {})
        self.assertEqual("Name is missing", caught.exception.message)

    def test_a_list_that_is_too_long_is_refused(self) -> None:
        with self.assertRaises(Failure) as caught:
            Request({"Services": "^.*$"}, {"SSM_Services": "x" * 8001})
        self.assertEqual("Services has 8001 characters; allowed are 8000", caught.exception.message)

    def test_every_step_declares_what_python_can_compile(self) -> None:
        self.assertGreater(len(STEPS), 2)
        for name in STEPS:
            module = step.module_of(name)
            with self.subTest(name):
                self.assertTrue((module.__doc__ or "").startswith(name.replace("_", "-") + ": "), module.__doc__)
                lines = [line for line in (module.__doc__ or "").splitlines() if line.startswith("Parameter ")]
                own = declared("\n".join(lines))
                self.assertEqual(len(lines), len(own), "each Parameter line has a name, a pattern and a description")
                for pattern in step.patterns_of(module).values():
                    re.compile(pattern)
