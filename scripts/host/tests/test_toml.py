"""TOML as pyproject.toml and lock files have it, and what is none."""

import unittest

from robothost.toml import Invalid, parsed

TEXT = '''# comment
title = "a \\"quoted\\" \\u00e9" # more
'single' = 'C:\\no'
1.2 = true
[tool.poetry.dependencies]
python = "^3.9"
"dotted.name" = {version = "1", extras = ["x", 'y'], optional = false}
list = [
  1, -2, 0x1F, 1_000, # comment
  2.5,
]
[[package]]
name = "one"
[package.source]
url = "u"
[[package]]
name = "two"
long = """
first
  second \\
     joined"""
raw = \'\'\'a\\b\'\'\'
at = 2026-10-22T00:02:38Z
'''


class TomlTest(unittest.TestCase):
    def test_is_read_as_tomllib_reads_it(self) -> None:
        self.assertEqual({
            "title": 'a "quoted" é', "single": "C:\\no", "1": {"2": True},
            "tool": {"poetry": {"dependencies": {"python": "^3.9", "dotted.name": {"version": "1", "extras": ["x", "y"], "optional": False},
                                                 "list": [1, -2, 31, 1000, 2.5]}}},
            "package": [{"name": "one", "source": {"url": "u"}},
                        {"name": "two", "long": "first\n  second joined", "raw": "a\\b", "at": "2026-10-22T00:02:38Z"}]}, parsed(TEXT))
        self.assertEqual({"a": 1, "b": 2}, parsed("a = 1\r\nb = 2"))

    def test_what_is_none_is_refused_with_its_line(self) -> None:
        for text in ("a = 1\nb =", "a = 1\nb = [1,", "a = 1\nb", "a = 1\n[b", "a = 1\na = 2", 'a = 1\nb = "x', "a = 1\nb = 1 2", "a = 1\n[a]",
                     "a = 1\nb = " + "[" * 100):
            with self.subTest(text), self.assertRaisesRegex(Invalid, "at line 2"):
                parsed(text)
