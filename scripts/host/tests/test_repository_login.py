"""What a repository secret may be."""

import json
import unittest
from typing import Any, List

from robothost.repository_login import parts


class RepositoryLoginTest(unittest.TestCase):
    def test_is_a_token_or_a_key_with_the_keys_of_its_hosts(self) -> None:
        self.assertEqual({"token": b"t\n"}, parts(json.dumps({"token": " t\n", "ssh_key": "x"})))
        self.assertEqual({"ssh_key": b"k\nk\n", "known_hosts": b"h\n"}, parts(json.dumps({"ssh_key": "k\nk", "known_hosts": "h"})))

    def test_is_nothing_else(self) -> None:
        cases: List[Any] = [[], "token", {}, {"token": ""}, {"token": 7}, {"ssh_key": "k"}, {"ssh_key": "k", "known_hosts": " "}, None]
        for secret in cases:
            with self.subTest(secret), self.assertRaises(ValueError):
                parts(json.dumps(secret))
        with self.assertRaises(ValueError):
            parts("{")
