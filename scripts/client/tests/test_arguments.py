from __future__ import annotations

import unittest
from argparse import Namespace

from client import arguments
from client.commands import COMMANDS
from client.exits import REFUSED, Stop


def parse(name: str, *words: str) -> Namespace:
    return arguments.parse(name, name, list(words), {})


class ArgumentsTest(unittest.TestCase):
    def test_both_programs_take_the_same_options_of_a_command(self) -> None:
        more = ["--branch", "b", "--set", "keep_releases=3", "--plan", "--json"]
        ours, here = parse("operate", "deploy", "a.local", *more), parse("local", "deploy", "--environment", "a.local", *more)
        for option in ("environment", "fields", "plan", "json", "no_follow", "repository"):
            self.assertEqual(getattr(ours, option), getattr(here, option), option)
        self.assertEqual({"branch": "b", "keep_releases": 3}, ours.fields)

    def test_operate_takes_the_environment_as_word_or_option_and_local_has_a_default(self) -> None:
        self.assertEqual("a.local", parse("operate", "status", "--environment", "a.local").environment)
        self.assertEqual("crypto-robot.local", parse("local", "status").environment)
        self.assertFalse(parse("local", "status").environment_given)
        self.assertTrue(parse("local", "status", "--environment", "a.local").environment_given)

    def test_every_command_of_local_takes_an_environment(self) -> None:
        for command in arguments.COMMANDS:
            if command.only != "operate" and command.name != "exec":
                words = {"power": ["start"], "migrate": ["status"], "migrate-repository": ["PATH"], "adopt-robot": ["PATH"]}.get(command.name, [])
                parsed = parse("local", command.name, *words, "--environment", "a.local")
                self.assertEqual("a.local", parsed.environment, command.name)

    def test_words_stand_after_the_environment_wherever_the_options_are(self) -> None:
        self.assertEqual("crypto-robot", parse("operate", "logs", "a.local", "--since", "5m", "crypto-robot").word)
        self.assertEqual("crypto-robot", parse("local", "logs", "crypto-robot", "--since", "5m", "--lines", "7").word)
        self.assertEqual("start", parse("operate", "power", "a.local", "start").word)
        self.assertEqual("stop", parse("local", "power", "--environment", "a.local", "stop").word)
        self.assertEqual("cutover", parse("local", "migrate", "cutover").word)
        self.assertIsNone(parse("local", "logs").word)
        adopted = parse("operate", "adopt", "i-12345678", "a.local")
        self.assertEqual(("i-12345678", "a.local"), (adopted.word, adopted.environment))

    def test_what_runs_inside_an_instance_is_passed_as_it_is(self) -> None:
        for words in (["exec", "a.local", "--", "ls", "-l", "--", "x"], ["exec", "--environment", "a.local", "--", "ls", "-l", "--", "x"]):
            options = parse("local", *words)
            self.assertEqual(("a.local", ["ls", "-l", "--", "x"]), (options.environment, options.inside))
        self.assertEqual(["ls"], parse("local", "exec", "a.local", "ls").inside)

    def test_wrong_usage_is_refused(self) -> None:
        for name, words in (
            ("operate", ["nonsense"]), ("operate", ["deploy"]), ("operate", ["deploy", "A B"]), ("operate", ["deploy", "a.local", "b"]),
            ("operate", ["deploy", "a.local", "--nonsense"]), ("operate", ["deploy", "a.local", "--branch"]),
            ("operate", ["deploy", "a.local", "--branch", ""]), ("operate", ["deploy", "a.local", "--branch", "a", "--revision", "b"]),
            ("operate", ["deploy", "a.local", "--rev", "abc"]), ("operate", ["up"]), ("operate", ["status", "a.local", "--prefix", "a_b"]),
            ("operate", ["rollback", "a.local", "--to", "r", "--list"]), ("operate", ["crash-report", "a.local", "--last", "11"]),
            ("operate", ["crash-report", "a.local", "--last", "x"]), ("operate", ["migrate", "a.local", "sideways"]),
            ("operate", ["migrate", "a.local", "prepare", "--parallel-port", "70000"]), ("local", ["power", "sideways"]), ("local", ["power"]),
            ("local", ["exec", "a.local"]), ("local", ["exec"]), ("local", ["uninstall"]), ("local", ["status", "extra"]),
        ):  # fmt: skip
            with self.subTest(words), self.assertRaises(Stop) as refused:
                parse(name, *words)
            self.assertEqual(REFUSED, refused.exception.code)

    def test_every_command_has_help_and_is_implemented(self) -> None:
        from client.local.commands import COMMANDS as LOCAL

        for command in arguments.COMMANDS:
            self.assertIn(command.name, {**COMMANDS, **LOCAL})
            for name in ("operate", "local"):
                self.assertEqual(command.only in ("", name), f"\n  {command.name} " in arguments.overview(name, name).replace("  \n", "\n"))
