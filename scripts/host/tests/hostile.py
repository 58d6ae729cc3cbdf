"""hostile: strings that no field of a request, no parameter and no secret may bring to an effect.

Half of them are known attacks, the other half is generated from a seed: HOSTILE_SEED, else always the same, so that a failure is
caused by the change under test. A run prints the seed and how many inputs of each kind it tried.
"""

from __future__ import annotations

import atexit
import os
import random
import sys
import unittest
from typing import Callable, Dict, Iterable, List, TypeVar

Input = TypeVar("Input", str, bytes)

SEED = int(os.environ.get("HOSTILE_SEED", "363512915"))
# The file that a shell would create if it interpreted one of these strings.
CANARY = "/tmp/crypto-robot-canary"
RUN = "touch " + CANARY
TRICKS = (
    "$(%s)" % RUN, "`%s`" % RUN, "; " + RUN, "a; %s #" % RUN, "a|" + RUN, "a && " + RUN, "\n" + RUN, "main\n%s\n" % RUN, "main\n",
    "a\r\n" + RUN, "'; %s; '" % RUN, '"; %s; "' % RUN, 'a" -c "' + RUN, "<(%s)" % RUN, "a > " + CANARY, "{{ global:DATE_TIME }}",
    "{{Owner}}", "${IFS}", "$HOME", "a\\", "%n$s\\x00!", "*?[a]", "--upload-pack=$(%s)" % RUN, "a\0b", "\x1b[31mred\x1b]0;title\a",
    "\u202etxt.exe", "ünïcode", "\uff45nvironment", "\u2028line", "😀", "::set-output name=release::!", "##[error]stopped", "\ud800",
    "$(%s) " % RUN * 800)
PLAIN, FORBIDDEN = "abcxyzABCXYZ0189-_./ ", "$`;|&<>\n\r'\"\\{}*?!()#^\0\x1b\x7f\x9bé\u200b"


def every(salt: str) -> List[str]:
    """Every known attack, and as many generated strings, without duplicates. Each use has its own salt."""
    return list(dict.fromkeys([*TRICKS, *made(salt, len(TRICKS))]))


def made(salt: str, many: int) -> List[str]:
    """So many generated strings, without duplicates. Each has a character that no field allows."""
    numbers = numbers_of(salt)
    texts: Dict[str, None] = {}
    while len(texts) < many:
        text = "".join(numbers.choice(PLAIN) for _ in range(numbers.randrange(1, 40)))
        for _ in range(numbers.randrange(1, 4)):
            position = numbers.randrange(len(text) + 1)
            text = text[:position] + numbers.choice(FORBIDDEN) + text[position:]
        texts[text] = None
    return list(texts)


def cut(whole: str, many: int) -> List[str]:
    """Different beginnings of a string."""
    return [whole[:end] for end in numbers_of(whole).sample(range(len(whole)), min(many, len(whole)))]


def numbers_of(salt: str) -> random.Random:
    """The same numbers for the same seed and salt."""
    return random.Random("%d %s" % (SEED, salt.encode("utf-8", "surrogatepass").hex()))


class HostileTest(unittest.TestCase):
    """A test that tries many bad inputs."""

    tried: Dict[str, int] = {}

    def each(self, kind: str, inputs: Iterable[Input], check: Callable[[Input], None]) -> None:
        """The kind is in the plural. A failure names the input and the seed."""
        if not self.tried:
            atexit.register(print_tally)
        for one in inputs:
            self.tried[kind] = self.tried.get(kind, 0) + 1
            with self.subTest(kind, input=one[:200], seed=SEED):
                check(one)
        self.assertFalse(os.path.exists(CANARY), "a shell ran one of these strings")

    def assert_readable(self, message: str) -> None:
        """A person can read it: it has no stack trace and no character that a terminal interprets."""
        self.assertTrue(message.strip(), "the message is empty")
        self.assertNotIn("Traceback (most recent call last)", message)
        self.assertTrue(all(character.isprintable() for character in message), repr(message))
        self.assertLessEqual(len(message), 4100)


def print_tally() -> None:
    tried = HostileTest.tried
    sys.stderr.write("Bad inputs tried: %d, seed %d (again: HOSTILE_SEED=%d)\n" % (sum(tried.values()), SEED, SEED))
    for kind in sorted(tried):
        sys.stderr.write("  %5d %s\n" % (tried[kind], kind))
