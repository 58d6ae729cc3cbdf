"""Small repositories of robots, made for a test."""

from __future__ import annotations

import textwrap
from pathlib import Path

from client.robot.files import Files
from client.robot.findings import Findings
from client.robot.look import look
from client.robot.schema import Schema

SCHEMA = Path(__file__).resolve().parents[3] / "statemachine/schema/deploy.json"
ROBOT = "import time\nwhile True:\n    time.sleep(1)\n"


def files(content: dict[str, str], **modes: str) -> Files:
    texts = {path: textwrap.dedent(text) for path, text in content.items()}
    return Files({**{path: "100644" for path in texts}, **modes}, {path: text.encode() for path, text in texts.items()})


def looked(content: dict[str, str], requirements: str = "requests\n") -> Findings:
    """A look at these files, with a requirements.txt unless it is empty."""
    return look(files({**({"requirements.txt": requirements} if requirements else {}), **content}), Schema(SCHEMA))


def command(found: Findings, kind: str = "trading_robot") -> str:
    """The command of the service of this type; empty if there is none."""
    return next((one["command"] for one in found.values.get("services", []) if one["type"] == kind), "")


def page(found: Findings) -> str:
    return command(found, "web_application")


def about(lines: list[str], *words: str) -> str:
    """The line that has all these words; empty if none has."""
    return next((line for line in lines if all(word in line for word in words)), "")
