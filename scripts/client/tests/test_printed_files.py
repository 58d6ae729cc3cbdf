"""The whole file for some kinds of robots: tests/adopted/KIND.json. PlanDeploymentTest gives each of them to the deployer itself.

After a change of the rules: python3 -m client.tests.test_printed_files, in scripts/, writes them again.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from client.adopt_robot import adopt
from client.robot.schema import Schema
from client.screen import Screen
from client.tests.robots import ROBOT, SCHEMA

PRINTED = Path(__file__).parent / "adopted"
_FLASK = "from flask import Flask\napp = Flask(__name__)\n@app.get('/health')\ndef health():\n    return 'ok'\n"
KINDS = {
    "one-file": {"bot.py": "import ccxt, sqlite3\nsqlite3.connect('trades.db')\n" + ROBOT, "requirements.txt": "ccxt\n"},
    "robot-and-page": {
        "bot/__init__.py": "", "bot/__main__.py": "import os\nos.makedirs('state')\n" + ROBOT, "page.py": _FLASK, "requirements.txt": "flask\ngunicorn\n", "runtime.txt": "python-3.12.1\n",
        "docker-compose.yml": "services:\n  bot:\n    command: python -m bot --pair BTC/USDT\n  web:\n    command: gunicorn -b 0.0.0.0:8080 page:app\n    ports: [\"8080:8080\"]\n",
    },
    "streamlit": {"board.py": "import streamlit\nstreamlit.title('balance')\n", "requirements.txt": "streamlit\n"},
    "https-page": {"main.py": ROBOT, "app.py": "import os\n" + _FLASK + "app.run(host='0.0.0.0', port=443, ssl_context=(os.environ['SSL_CERT_PATH'], os.environ['SSL_KEY_PATH']))\n",
                   "requirements.txt": "flask\n"},
    "freqtrade": {"config.json": "{}", "page.json": "{}", "strategies/sway.py": "class Sway:\n    pass\n", "requirements.txt": "freqtrade==2026.9\n"},
    "nothing-usable": {"Procfile": "worker: python bot.py '; rm -rf /'\n", "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.12"\n'},
}  # fmt: skip


def printed(kind: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        robot = Path(folder) / kind
        for name, text in KINDS[kind].items():
            (robot / name).parent.mkdir(parents=True, exist_ok=True)
            (robot / name).write_text(text)
        for words in (["init", "-q", "-b", "main"], ["add", "--all"], ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "Start"],
                      ["remote", "add", "origin", f"https://example.com/owner/{kind}.git"]):  # fmt: skip
            subprocess.run(["git", *words], cwd=robot, check=True, stdout=subprocess.DEVNULL)
        out = io.StringIO()
        adopt(str(robot), "", "", SCHEMA.parents[2], Screen(out, io.StringIO(), {}), "operate", False, ".github/environments")
        return out.getvalue()


class PrintedFilesTest(unittest.TestCase):
    def test_each_kind_of_robot_has_its_file(self) -> None:
        self.assertEqual(sorted(KINDS), sorted(file.stem for file in PRINTED.glob("*.json")))
        for kind in KINDS:
            with self.subTest(kind):
                text = printed(kind)
                self.assertEqual((PRINTED / f"{kind}.json").read_text(), text)
                self.assertEqual({}, Schema(SCHEMA).refusals(json.loads(text)))


if __name__ == "__main__":
    for each in KINDS:
        (PRINTED / f"{each}.json").write_text(printed(each))
        print(each, file=sys.stderr)
