"""What a repository has in place of requirements.txt, and which Python it needs."""

from __future__ import annotations

import unittest
from unittest import mock

from client.robot import project, toml, versions
from client.tests.robots import ROBOT, about, files, looked

PYPROJECT = '[project]\nname = "x"\nrequires-python = ">=3.12"\ndependencies = [\n  "ccxt>=4",  # the exchange\n  "pandas",\n]\n'


class RequirementsTest(unittest.TestCase):
    def test_each_form_that_the_host_reads_is_installed(self) -> None:
        lock = 'version = 1\n[[package]]\nname = "x"\nsource = { virtual = "." }\n'
        for contents, file, values in (
            ({"uv.lock": lock, "pyproject.toml": PYPROJECT}, "uv.lock", {}), ({"poetry.lock": "", "pyproject.toml": PYPROJECT}, "poetry.lock", {}),
            ({"Pipfile.lock": "{}"}, "Pipfile.lock", {}), ({"pyproject.toml": PYPROJECT}, "pyproject.toml", {}),
            ({"setup.py": "from setuptools import setup\nsetup(name='x', install_requires=['ccxt'])\n"}, "setup.py", {}),
            ({"Requirements.TXT": "x"}, "Requirements.TXT", {"requirements": ["Requirements.TXT"]}),
            ({"src/requirements.txt": "x"}, "src/requirements.txt", {"requirements": ["src/requirements.txt"]}),
            ({"requirements/base.txt": "x", "requirements/dev.txt": "y"}, "requirements/base.txt", {"requirements": ["requirements/base.txt"]}),
        ):  # fmt: skip
            with self.subTest(file):
                found = looked({"main.py": ROBOT, **contents}, "")
                self.assertEqual([], [one for one in found.problems if "requirements" in one])
                self.assertIn(f"what is installed: {file}", about(found.notes, "what is installed"))
                self.assertEqual(values, {name: value for name, value in found.values.items() if name == "requirements"})

    def test_each_other_form_is_named_with_its_way_out(self) -> None:
        for name, text, expected in (
            ("Pipfile", "", "Make one and commit it: pipenv lock"),
            ("setup.cfg", "[metadata]\nname = x\n[options]\ninstall_requires =\n    ccxt\n", "setup.cfg has: ccxt"),
            ("requirements.in", "x", "uv pip compile requirements.in"),
            ("environment.yml", "name: x\ndependencies:\n  - python=3.11\n  - ccxt\n  - pip:\n    - pandas==2\n", "The packages of environment.yml: ccxt, pandas"),
        ):  # fmt: skip
            with self.subTest(name):
                line = about(looked({"main.py": ROBOT, name: text}, "").problems, "requirements.txt is missing")
                self.assertIn(f"the repository has {name}", line)
                self.assertIn(expected, line)

    def test_without_any_form_the_imports_are_named(self) -> None:
        line = about(looked({"main.py": "import os, ccxt, own\nfrom pandas import x\n" + ROBOT, "own.py": ""}, "").problems, "requirements.txt is missing")
        self.assertIn("The code imports ccxt, pandas;", line)

    def test_the_hosts_refusal_gets_a_way_out(self) -> None:
        for text, expected in (
            ("-r base.txt\n", "'base.txt' is not a file of the repository"),
            ("-e .\n", 'Remove the line; "install_project": true'),
            ("- ccxt\n", "without the dash"),
            ("ccxt = 1\n", "NAME==VERSION"),
        ):
            self.assertIn(expected, about(looked({"main.py": ROBOT}, text).problems, "requirements.txt, line 1"))
        self.assertIn("change the pin to TA-Lib>=0.6.5", about(looked({"main.py": ROBOT}, "TA-Lib==0.4.28\n").problems, "C source"))
        self.assertEqual([], [one for one in looked({"main.py": ROBOT}).problems if "requirements" in one])

    def test_a_link_is_no_file_of_requirements(self) -> None:
        from client.robot import dependencies

        linked = files({"main.py": ROBOT}, **{"requirements.txt": "120000"})
        self.assertIn("is a link", dependencies.of(linked, project.of(linked)).problems[0])


class PythonTest(unittest.TestCase):
    def version(self, **content: str) -> str:
        return str(looked({"main.py": ROBOT, **content}).values.get("python_version", ""))

    def test_it_is_taken_from_each_place(self) -> None:
        self.assertEqual("3.12", self.version(**{".python-version": "3.12.4\n"}))
        self.assertEqual("3.11", self.version(**{"runtime.txt": "python-3.11.9\n"}))
        self.assertEqual("3.13", self.version(Dockerfile="FROM --platform=linux/amd64 docker.io/library/python:3.13-slim AS x\n"))
        self.assertEqual("3.12", self.version(**{"environment.yml": "dependencies:\n  - python=3.12\n"}))
        self.assertEqual("3.12", self.version(**{"pyproject.toml": PYPROJECT.replace(">=3.12", "~=3.12.0")}))
        self.assertEqual("3.11", self.version(**{"setup.py": "from setuptools import setup\nsetup(name='x', python_requires='>=3.10')\n"}))
        self.assertEqual("3.11", self.version(**{"pyproject.toml": '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.10"\n'}))
        self.assertEqual("", self.version(), "that of the instance")
        self.assertEqual("", self.version(**{"pyproject.toml": PYPROJECT.replace(">=3.12", ">=3.8")}))

    def test_one_that_no_instance_has_is_replaced_and_named(self) -> None:
        found = looked({"main.py": ROBOT, "runtime.txt": "python-3.8.11\n"})
        self.assertEqual("3.9", found.values["python_version"])
        self.assertIn("Python 3.8", about(found.problems, "runtime.txt"))
        found = looked({"main.py": ROBOT, "pyproject.toml": PYPROJECT.replace(">=3.12", "<3.9")})
        self.assertNotIn("python_version", found.values)
        self.assertIn("requires Python <3.9", about(found.problems, "pyproject.toml"))

    def test_a_requirement_allows_what_it_says(self) -> None:
        for text, allowed in (
            (">=3.11", {11, 12, 13}), (">=3.9,<3.12", {9, 10, 11}), ("~=3.11", {11, 12, 13}), ("~=3.11.2", {11}), ("==3.10.*", {10}), ("^3.12", {12, 13}), ("!=3.11.*,>=3.11", {12, 13}),
            (">3.10", {11, 12, 13}), ("<=3.10", {9, 10}), (">=3", {9, 10, 11, 12, 13}), ("<4", {9, 10, 11, 12, 13}), (">=3.9, <3.11 || >=3.13", {9, 10, 13}), ("<3.11.5", {9, 10, 11}),
            (">=3.10,!=3.11.3", {10, 11, 12, 13}), ("nonsense", {9, 10, 11, 12, 13}), ("==2.7.*", set()), ("~3.11", {11}), ("*", {9, 10, 11, 12, 13}),
        ):  # fmt: skip
            self.assertEqual(allowed, {minor for minor in range(9, 14) if versions.allows(text, minor)}, text)


class TomlTest(unittest.TestCase):
    TEXT = """
        # a comment
        [build-system]
        requires = ["setuptools"]
        [project]
        name = "in#name"   # the name
        requires-python = '>=3.10'
        dependencies = [
            "ccxt>=4",  # one
            "pandas[performance]",
        ]
        [project.scripts]
        bot = "pkg.cli:main"
        [tool.poetry.dependencies]
        python = "^3.10"
        requests = {version = "^2", extras = ["socks"]}
        [tool."dotted.name"]
        on = true
    """

    def test_the_small_reader_reads_what_the_full_one_does(self) -> None:
        text = "\n".join(line[8:] for line in self.TEXT.splitlines())
        small = toml.small(text)
        self.assertEqual("in#name", small["project"]["name"])
        self.assertEqual(["ccxt>=4", "pandas[performance]"], small["project"]["dependencies"])
        self.assertEqual({"bot": "pkg.cli:main"}, small["project"]["scripts"])
        if toml.tomllib is not None:
            self.assertEqual(toml.parsed(text), small)

    def test_a_project_is_read_without_a_reader_of_python(self) -> None:
        with mock.patch.object(toml, "tomllib", None):
            found = project.of(files({"pyproject.toml": PYPROJECT}))
        self.assertEqual((">=3.12", ["ccxt>=4", "pandas"]), (found.requires_python, found.dependencies))

    def test_what_is_no_toml_is_empty(self) -> None:
        for text in ("[[[", "a = ", "= 1", "\0", '"""', "[a]\nb = [1,\n"):
            toml.parsed(text)
            toml.small(text)
