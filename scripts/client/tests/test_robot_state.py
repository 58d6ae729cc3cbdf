"""What a robot writes, the secrets that it reads, its switch between live and paper, and software beside Python."""

from __future__ import annotations

import unittest

from client.tests.robots import ROBOT, about, looked


class WritesTest(unittest.TestCase):
    def paths(self, program: str, **more: str) -> list[str]:
        return list(looked({"main.py": program + ROBOT, **more}).values["persistent_paths"])

    def test_each_way_of_writing_is_found(self) -> None:
        for line in (
            "import sqlite3; sqlite3.connect('state/x.db')", "open('state/x.json', 'w')", "import os; open(os.path.join('state', f'{day}.csv'), 'a')",
            "from pathlib import Path; Path('state/x').write_text('')", "from pathlib import Path; (Path(__file__).resolve().parent / 'state' / 'x').touch()",
            "import logging; logging.FileHandler('state/bot.log')", "import logging.handlers as h; h.RotatingFileHandler(filename='state/bot.log')",
            "import logging; logging.basicConfig(filename='state/bot.log')", "import os; os.makedirs('state')", "create_engine('sqlite:///state/x.db')",
            "frame.to_csv('state/x.csv')", "import joblib; joblib.dump(x, 'state/model')", "BASE = 'state'\nopen(f'{BASE}/x', 'wb')",
            "from telethon import TelegramClient; TelegramClient('state/me', 1, '')", "from loguru import logger; logger.add('state/{time}.log')",
            "import os\nHERE = os.path.dirname(os.path.abspath(__file__))\nopen(os.path.join(HERE, 'state', 'x'), 'w')",
        ):  # fmt: skip
            with self.subTest(line):
                self.assertEqual(["state", "data", "logs"], self.paths(line + "\n"))

    def test_only_what_the_program_reaches_counts(self) -> None:
        self.assertEqual(["data", "logs"], self.paths("", **{"tool.py": "open('elsewhere/x', 'w')\n"}))
        self.assertEqual(["kept", "data", "logs"], self.paths("import lib.store\n", **{"lib/store.py": "open('kept/x', 'w')\n"}))

    def test_a_new_file_beside_the_code_is_listed_if_its_name_shows_that_it_is_a_file(self) -> None:
        found = looked({"main.py": "import sqlite3; sqlite3.connect('trades.db')\nopen('heartbeat', 'w')\n" + ROBOT})
        self.assertEqual(["trades.db", "data", "logs"], found.values["persistent_paths"])
        self.assertIn("Commit an empty file heartbeat", about(found.problems, "main.py:2 writes heartbeat", "read-only"))
        found = looked({"main.py": "open('run.v2/x', 'w')\n" + ROBOT})
        self.assertIn("commit a file run.v2/.gitkeep", about(found.problems, "name like a file's"))
        self.assertEqual("", about(looked({"main.py": "open('run.v2/x', 'w')\n" + ROBOT, "run.v2/.gitkeep": ""}).problems, "name like a file's"))

    def test_a_file_of_the_commit_is_listed(self) -> None:
        self.assertIn("state.json", self.paths("open('state.json', 'w')\n", **{"state.json": "{}"}))

    def test_a_folder_with_code_is_not_made_persistent(self) -> None:
        found = looked({"main.py": "import bot.x\n" + ROBOT, "bot/x.py": "open('bot/cache.json', 'w')\n"})
        self.assertEqual(["bot/cache.json", "data", "logs"], found.values["persistent_paths"])

    def test_content_of_the_commit_below_a_persistent_path_is_named(self) -> None:
        found = looked({"main.py": "open('data/x', 'w')\n" + ROBOT, "data/pairs.json": "{}"})
        self.assertIn("data/pairs.json", about(found.notes, "later commit's changes"))
        self.assertEqual("", about(looked({"main.py": ROBOT, "data/.gitkeep": ""}).notes, "later commit"))

    def test_a_path_outside_is_explained(self) -> None:
        self.assertIn("below data/", about(looked({"main.py": "open('/var/log/bot.log', 'a')\n" + ROBOT}).problems, "/var/log/bot.log"))
        self.assertEqual("", about(looked({"main.py": "open('/tmp/x', 'w')\nopen('/dev/null', 'w')\n" + ROBOT}).problems, "/tmp"))

    def test_a_mounted_folder_of_a_compose_file_is_listed(self) -> None:
        compose = "services:\n  bot:\n    command: python main.py\n    volumes:\n      - ./store:/app/store\n      - ./user.cfg:/app/user.cfg\n      - ./x:/app/ro:ro\n      - db:/var/lib/db\n"
        self.assertEqual(["store", "data", "logs"], self.paths("", **{"docker-compose.yml": compose}))


class SecretsTest(unittest.TestCase):
    def test_the_deployers_own_names_are_enough_where_env_is_loaded(self) -> None:
        program = "import os\nos.environ['BINANCE_API_KEY']\nos.getenv('BINANCE_SECRET_KEY')\n" + ROBOT
        found = looked({"main.py": "from dotenv import load_dotenv\nload_dotenv()\n" + program})
        self.assertEqual([], found.problems)
        self.assertIn("which the robot loads", about(found.notes, "the deployer writes BINANCE_API_KEY and BINANCE_SECRET_KEY"))
        self.assertNotIn("secrets", found.values)
        self.assertNotIn("export_env", found.values)
        found = looked({"main.py": program})
        self.assertEqual([], found.problems)
        self.assertIs(True, found.values["export_env"])
        self.assertIn("becomes the environment of the robot", about(found.notes, "the deployer writes BINANCE_API_KEY and BINANCE_SECRET_KEY"))

    def test_secrets_are_declared_as_the_robot_reads_them(self) -> None:
        program = "import json, os\nos.environ['KRAKEN_API_KEY']\nos.environ['KRAKEN_API_SECRET']\nos.environ['TELEGRAM_TOKEN']\njson.load(open('user/creds.json'))\n"
        found = looked({"main.py": program + ROBOT, "user/creds.json.example": '{"api_key": "your key"}'})
        self.assertEqual(
            [
                {"name": "keys", "variables": {name: name for name in ("KRAKEN_API_KEY", "KRAKEN_API_SECRET")}, "required_for_live": True},
                {"name": "creds", "file": "user/creds.json", "required_for_live": True},
                {"name": "others", "variables": {"TELEGRAM_TOKEN": "TELEGRAM_TOKEN"}, "required_for_live": False},
            ],
            found.values["secrets"],
        )
        only = looked({"main.py": "import os\nos.environ['TELEGRAM_TOKEN']\n" + ROBOT}).values["secrets"]
        self.assertEqual([{"name": "others", "variables": {"TELEGRAM_TOKEN": "TELEGRAM_TOKEN"}, "required_for_live": True}], only)

    def test_other_names_are_listed_with_their_places(self) -> None:
        for line in (
            "os.environ['KRAKEN_API_KEY']",
            "os.getenv('TELEGRAM_TOKEN')",
            "os.environ.get('DB_PASSWORD', '')",
            "from os import environ\nenviron['PASSPHRASE']",
        ):
            name = line.split("'")[1]
            with self.subTest(line):
                self.assertIn(name, about(looked({"main.py": f"import os\n{line}\n{ROBOT}"}).problems, "secrets under other names"))

    def test_settings_of_pydantic_are_variables(self) -> None:
        program = "from pydantic_settings import BaseSettings, SettingsConfigDict\nclass S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='BOT_')\n    api_secret: str\n    pair: str\n"
        found = looked({"main.py": program + ROBOT})
        self.assertIn("BOT_API_SECRET (main.py:4)", about(found.problems, "secrets under other names"))
        self.assertIn("BOT_PAIR (main.py:5)", about(found.problems, "does not start without"))

    def test_fields_of_files_are_listed(self) -> None:
        for path, text in (("config.json", '{"exchange": {"key": "", "secret": ""}}'), ("creds.yml", "prod:\n  access_key: x\n  secret_key: y\n"), ("user.cfg", "[a]\napi_key=\napi_secret_key=\n"),
                           ("settings.toml", '[exchange]\napi_key = ""\n')):  # fmt: skip
            with self.subTest(path):
                self.assertIn(f"{path} is committed", about(looked({"main.py": ROBOT, path: text}).problems, path))
        found = looked({"main.py": "import json\njson.load(open('config.json'))\n" + ROBOT, "config.json.example": '{"api_key": "your key"}'})
        self.assertIn("which the commit does not have: api_key (main.py:2 reads it)", about(found.problems, "config.json"))
        found = looked({"main.py": "import config\n" + ROBOT, "config.py": "API_KEY = ''\nTOKEN_URL = 'https://x'\nSORT_KEY = 'a'\n"})
        self.assertIn("fields for secrets: API_KEY.", about(found.problems, "config.py is committed"))
        self.assertEqual("", about(looked({"main.py": ROBOT, "package.json": '{"token": "x"}', "chart/values.yaml": "token: x\n"}).problems, "token"))

    def test_required_variables_that_the_env_lacks_are_listed(self) -> None:
        program = "import os\nos.environ['STRATEGY']\nos.environ.get('PAIR')\nif 'X' in os.environ:\n    os.environ['X']\n" + ROBOT
        line = about(looked({"main.py": program}).problems, "does not start without")
        self.assertIn("STRATEGY (main.py:2)", line)
        self.assertNotIn("PAIR", line)
        self.assertNotIn("X (", line)
        found = looked({"main.py": program, ".env": "STRATEGY=grid\n"})
        self.assertEqual("", about(found.problems, "STRATEGY"))
        self.assertIs(True, found.values["export_env"], "the robot reads it from the environment of the process")

    def test_secrets_in_a_committed_env_are_named_without_their_values(self) -> None:
        line = about(looked({"main.py": ROBOT, ".env": "KRAKEN_API_SECRET=abcdefgh12345678\n"}).problems, ".env is committed")
        self.assertIn("KRAKEN_API_SECRET", line)
        self.assertNotIn("abcdefgh", line)

    def test_a_file_that_is_read_and_missing_is_not_known(self) -> None:
        found = looked({"main.py": "open('pairs.json')\nopen('data/state.json')\nopen('own.json', 'w')\nopen('own.json')\n" + ROBOT})
        self.assertIn("main.py:1 reads pairs.json", about(found.unknown, "pairs.json"))
        self.assertEqual("", about(found.unknown, "state.json"))
        self.assertEqual("", about(found.unknown, "reads own.json"))


class SwitchTest(unittest.TestCase):
    def test_each_kind_of_switch_is_named_with_its_value(self) -> None:
        for content, expected in (
            ({"config.json": '{"dry_run": true}'}, "dry_run (config.json: true)"), ({"config.yml": "script_options:\n  TEST_MODE: True\n"}, "TEST_MODE (config.yml: True)"),
            ({"main.py": "IS_TESTNET = True\n" + ROBOT}, "IS_TESTNET (main.py:1: True)"), ({"main.py": "import os\nos.getenv('PAPER_TRADING')\n" + ROBOT}, "PAPER_TRADING (variable, main.py:2)"),
            ({"main.py": "p.add_argument('--live')\n" + ROBOT}, "--live (option, main.py:1)"), ({".env.example": "TRADING_MODE=paper\n"}, "TRADING_MODE (.env.example: paper)"),
        ):  # fmt: skip
            with self.subTest(expected):
                self.assertIn(expected, about(looked({"main.py": ROBOT, **content}).unknown, "trades for real"))
        switch = {"main.py": "import os\nos.getenv('PAPER_TRADING')\nos.getenv('LIVE')\nos.getenv('TRADING_MODE')\n" + ROBOT}
        self.assertEqual(
            {"live": {"PAPER_TRADING": "false", "LIVE": "true"}, "simulation": {"PAPER_TRADING": "true", "LIVE": "false"}},
            looked(switch).values["mode_variables"],
        )
        self.assertEqual({}, looked({"main.py": ROBOT}).values["mode_variables"])
        self.assertNotIn("mode_variables", looked({"main.py": "import os\nos.getenv('ROBOT_MODE')\n" + ROBOT}).values)
        self.assertIn("no switch was found", about(looked({"main.py": ROBOT}).unknown, "trades for real"))
        self.assertEqual("", about(looked({"main.py": "import os\nos.getenv('ROBOT_MODE')\n" + ROBOT}).unknown, "trades for real"))


class SystemPackagesTest(unittest.TestCase):
    def test_packages_of_a_dockerfile_are_listed(self) -> None:
        docker = "FROM python:3.11\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    curl gcc \\\n    # a comment\n    libgomp1=1.2 libta-lib-dev && rm -rf /x\nRUN curl https://sh.rustup.rs | sh\nCMD python main.py\n"
        found = looked({"main.py": ROBOT, "Dockerfile": docker})
        self.assertIn("Dockerfile: libgomp1. The deployer installs no system packages", about(found.problems, "system packages"))
        self.assertIn("gcc, libta-lib-dev", about(found.problems, "for a build"))
        self.assertIn("no build step", about(found.problems, "rustup"))

    def test_a_known_package_that_needs_one_is_named(self) -> None:
        self.assertIn("libgomp", about(looked({"main.py": ROBOT}, "lightgbm==4\n").problems, "lightgbm"))
