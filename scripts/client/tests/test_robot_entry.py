"""Which programs of a repository become services."""

from __future__ import annotations

import unittest

from client.tests.robots import ROBOT, about, command, files, looked, page


class EntryTest(unittest.TestCase):
    def test_a_main_file_is_the_robot(self) -> None:
        found = looked({"main.py": ROBOT})
        self.assertEqual("python main.py", command(found))
        self.assertEqual("", page(found))
        self.assertEqual("http", found.values["protocol"], "without a page no certificate is needed")

    def test_a_procfile_comes_before_files(self) -> None:
        found = looked({"main.py": ROBOT, "bot/run.py": ROBOT, "Procfile": "release: python migrate.py\nworker: python3 -u bot/run.py --pair BTC/USDT\n"})
        self.assertEqual("python bot/run.py --pair BTC/USDT", command(found))
        self.assertIn("Procfile, worker", found.reasons["services"])

    def test_a_dockerfile_has_a_command_in_each_form(self) -> None:
        for line in ('CMD ["python3", "-u", "trade.py", "--live"]', "CMD python trade.py --live", 'ENTRYPOINT ["python", "trade.py"]\nCMD ["--live"]',
                     'CMD ["sh", "-c", "alembic upgrade head && exec python /app/trade.py --live"]', "CMD cd /app && MODE=x python ./trade.py --live"):  # fmt: skip
            with self.subTest(line):
                found = looked({"trade.py": ROBOT, "other.py": ROBOT, "Dockerfile": f"FROM python:3.11-slim\n{line}\n"})
                self.assertEqual("python trade.py --live", command(found))

    def test_the_last_stage_of_a_dockerfile_counts(self) -> None:
        found = looked({"a.py": ROBOT, "b.py": ROBOT, "Dockerfile": "FROM python:3.11 AS build\nCMD python a.py\nFROM python:3.11\nCMD python b.py\n"})
        self.assertEqual("python b.py", command(found))

    def test_a_compose_file_has_several_services(self) -> None:
        compose = """
            services:
              db:
                image: postgres
              trader:
                build: .
                command: ["python", "-m", "bot", "--pair", "ETH"]
              web:
                command: gunicorn -b 0.0.0.0:8080 page:app   # the page
                ports:
                  - "8080:8080"
        """
        found = looked({"bot/__main__.py": ROBOT, "page.py": "from flask import Flask\napp = Flask(__name__)\n", "docker-compose.yml": compose})
        self.assertEqual(("python -m bot --pair ETH", "gunicorn -b 0.0.0.0:8080 page:app"), (command(found), page(found)))
        self.assertEqual(8080, found.values["port"])

    def test_a_readme_a_unit_and_a_platform_file_have_commands(self) -> None:
        for path, text in (("README.md", "Start it:\n```bash\n$ python3 go.py --fast\n```\n"), ("deploy/x.service", "[Service]\nExecStart=/opt/venv/bin/python go.py --fast\n"),
                           ("railway.json", '{"deploy": {"startCommand": "python go.py --fast"}}')):  # fmt: skip
            with self.subTest(path):
                self.assertEqual("python go.py --fast", command(looked({"go.py": ROBOT, path: text})))

    def test_a_module_with_main_is_started_as_one(self) -> None:
        self.assertEqual("python -m grid", command(looked({"grid/__init__.py": "", "grid/__main__.py": ROBOT})))

    def test_a_console_script_of_the_project_is_started_as_a_module(self) -> None:
        project = '[project]\nname = "grid"\n[project.scripts]\ngrid = "grid.cli:main"\n'
        main = {"pyproject.toml": project, "grid/__main__.py": ROBOT, "grid/cli.py": ""}
        self.assertEqual("python -m grid", command(looked(main)))
        docker = {"Dockerfile": 'CMD ["grid", "run", "--dry"]\n'}
        self.assertEqual("python -m grid run --dry", command(looked({**main, **docker})))

    def test_the_project_is_installed_for_a_console_script(self) -> None:
        for name, text in (
            ("pyproject.toml", '[project]\nname = "mybot"\n[project.scripts]\nmybot = "mybot:main"\n'),
            ("setup.py", "from setuptools import setup\nsetup(name='mybot', entry_points={'console_scripts': ['mybot=mybot:main']})\n"),
        ):
            with self.subTest(name):
                found = looked({name: text, "mybot.py": "def main():\n    pass\n"})
                self.assertEqual(("mybot", True), (command(found), found.values["install_project"]))
                found = looked({name: text, "mybot.py": "def main():\n    pass\n"}, "")
                self.assertEqual(("mybot", None), (command(found), found.values.get("install_project")), "that is the default")

    def test_a_console_script_of_a_project_that_pip_cannot_install_is_explained(self) -> None:
        text = "[metadata]\nname = mybot\n[options.entry_points]\nconsole_scripts =\n    mybot = mybot:main\n"
        found = looked({"setup.cfg": text, "mybot.py": "def main():\n    pass\n"})
        self.assertNotIn("services", found.values)
        self.assertIn("neither pyproject.toml nor setup.py", about(found.problems, "console script mybot"))

    def test_what_is_no_robot_is_not_chosen(self) -> None:
        found = looked({"backtest.py": ROBOT, "setup.py": "", "test_bot.py": ROBOT, "tests/main.py": ROBOT, "trader.py": "import ccxt\n" + ROBOT})
        self.assertEqual("python trader.py", command(found))
        self.assertEqual("", about(found.unknown, "which program trades"))

    def test_the_program_that_uses_an_exchange_is_chosen_and_the_others_are_named(self) -> None:
        found = looked({"alpha.py": "if __name__ == '__main__':\n    pass\n", "zeta.py": "import ccxt\nif __name__ == '__main__':\n    pass\n"})
        self.assertEqual("python zeta.py", command(found))
        self.assertIn("python alpha.py", about(found.unknown, "which program trades"))

    def test_a_name_with_blanks_is_quoted(self) -> None:
        self.assertEqual("python 'Detect Moon.py'", command(looked({"Detect Moon.py": "import binance\n" + ROBOT})))

    def test_a_name_that_no_command_can_have_is_explained(self) -> None:
        found = looked({"moon..v2.py": "import binance\n" + ROBOT})
        self.assertNotIn("services", found.values)
        self.assertIn("runpy.run_path('moon..v2.py'", about(found.problems, "a command cannot have such a name"))

    def test_the_words_of_a_command_are_quoted(self) -> None:
        found = looked({"bot.py": ROBOT, "Procfile": "worker: python bot.py --pairs 'BTC ETH' --share 50% --json '{\"a\": [1]}'\n"})
        self.assertEqual("python bot.py --pairs 'BTC ETH' --share 50% --json '{\"a\": [1]}'", command(found))

    def test_a_command_that_a_service_cannot_have_is_explained(self) -> None:
        found = looked({"bot.py": ROBOT, "Procfile": "worker: python bot.py --pairs x$PAIRS\n"})
        self.assertIn("'x$PAIRS'", about(found.problems, "Procfile, worker"))
        self.assertEqual("python bot.py", command(found))

    def test_a_line_that_starts_nothing_is_no_program(self) -> None:
        for line in ("/", "''", '"" x', "&&", "python", "python -m", "A=1", "python ''", "gunicorn", "streamlit", "flask", "sh -c", "poetry run", "python -m gunicorn"):
            with self.subTest(line):
                looked({"bot.txt": "", "Procfile": f"worker: {line}\n", "Dockerfile": f"CMD {line}\nENTRYPOINT [1, null]\n", "docker-compose.yml": f"services:\n  x:\n    command: {line}\n"})

    def test_required_arguments_are_not_known(self) -> None:
        program = "import argparse\np = argparse.ArgumentParser()\np.add_argument('config')\np.add_argument('--symbol', required=True)\n" + ROBOT
        self.assertIn("config, --symbol", about(looked({"main.py": program}).unknown, "arguments of main.py"))

    def test_a_file_that_is_missing_is_not_started(self) -> None:
        found = looked({"Dockerfile": "CMD python gone.py\n"})
        self.assertNotIn("services", found.values)
        self.assertIn("gone.py, which the commit does not have", about(found.problems, "Dockerfile"))

    def test_a_project_of_another_language_is_named(self) -> None:
        found = looked({"package.json": "{}", "docker-compose.yml": "services:\n  x:\n    environment:\n      - API_KEY=\n"}, "")
        self.assertEqual(1, len(found.problems), found.problems)
        self.assertIn("Node.js project (package.json)", found.problems[0])

    def test_python_2_is_named(self) -> None:
        self.assertIn("cannot be parsed as Python 3", about(looked({"main.py": "print 'x'\n"}).problems, "main.py"))

    def test_input_and_interrupts_are_named(self) -> None:
        found = looked({"main.py": "import state\nkey = input('key?')\ntry:\n    state.run()\nexcept KeyboardInterrupt:\n    state.save()\n", "state.py": ""})
        self.assertIn("main.py:2", about(found.problems, "input from a person"))
        self.assertEqual("SIGINT", found.values["services"][0]["stop_signal"])
        self.assertIn("stop_signal SIGINT: KeyboardInterrupt starts the last work at main.py:5", found.reasons["services"])
        for harmless in ("pass", "print('bye')", "sys.exit(0)", "logger.info('bye')"):
            found = looked({"main.py": f"try:\n    x()\nexcept KeyboardInterrupt:\n    {harmless}\n"})
            self.assertFalse([one for one in found.values.get("services", []) if "stop_signal" in one])

    def test_freqtrade_gets_the_tried_settings(self) -> None:
        found = looked({"config.json": '{"dry_run": true}', "page.json": "{}", "strategies/sway.py": "class Sway: pass\n"}, "freqtrade==2026.9\n")
        self.assertEqual("freqtrade trade -c config.json --strategy-path strategies --db-url sqlite:///data/trades.sqlite", command(found))
        self.assertEqual("freqtrade webserver -c config.json -c page.json", page(found))
        self.assertEqual(["data", "user_data"], found.values["persistent_paths"])
        self.assertEqual("/api/v1/ping", found.values["health_path"])

    def test_the_hosts_judge_of_a_tree_is_used(self) -> None:
        from client.robot.look import look
        from client.robot.schema import Schema
        from client.tests.robots import SCHEMA

        found = look(files({"main.py": ROBOT, "requirements.txt": "x\n"}, **{"vendor/lib": "160000"}), Schema(SCHEMA))
        self.assertIn("submodules", about(found.problems, "vendor/lib"))
        pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n"
        self.assertIn("Git LFS", about(looked({"main.py": ROBOT, "config.json": pointer}).problems, "config.json"))
