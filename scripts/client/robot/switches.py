"""What decides in a robot whether it trades for real: variables, fields of settings and options with such a name."""

from __future__ import annotations

import re

from client.robot.files import Files
from client.robot.facts import Facts

_NAME = (
    r"(?:dry_?run|is_?dry_?run|paper(?:_?(?:trad(?:e|ing)|mode))?|test_?net|use_?testnet|sandbox(?:_?mode)?|simulat\w*"
    r"|live(?:_?(?:mode|trad(?:e|ing)))?|test_?mode|demo(?:_?mode)?|trading_?mode|robot_?mode|real_?money|backtest_?only)"
)
_WORD = re.compile(r"(^|_)" + _NAME + r"$", re.IGNORECASE)
_FIELD = re.compile(
    r"[\"']?(?<![\w-])([A-Za-z_][\w]*_)?(" + _NAME + r")[\"']?\s*[:=]\s*[\"']?(true|false|yes|no|on|off|0|1|live|paper|test|simulation|demo|dry)\b",
    re.IGNORECASE,
)
_OPTION = re.compile(r"--(" + _NAME.replace("_?", "[_-]?") + r")\b", re.IGNORECASE)


def of(files: Files, facts: dict[str, Facts], reached: list[str]) -> dict[str, str]:
    """Name and place of each switch, and the value in the commit where it is known."""
    lines = re.compile(
        r"(?m)^((?:\w+_)?" + _NAME + r")\s*(?::\s*\w+\s*)?=\s*(True|False|[\"'](?:live|paper|test|simulation|demo|dry|sandbox)[\"'])", re.IGNORECASE
    )
    found: dict[str, str] = {}
    for path in reached:
        for name, (_, line) in facts[path].variables.items():
            if _WORD.search(name):
                found.setdefault(name, f"variable, {path}:{line}")
    for path, text in files.read(r"(?:[^/]+/)?(?:\.env[^/]*|[^/]+\.(?:json|ya?ml|toml|cfg|ini|example|sample|template))"):
        if not re.search(r"compose|pyproject|package|mkdocs|pytest\.ini|\.pre-commit|^\.github|(^|/)(charts?|helm|k8s|deploy|\.do)/", path):
            for one in _FIELD.finditer(text[:100_000]):
                found.setdefault((one.group(1) or "") + one.group(2), f"{path}: {one.group(3)}")
    for path in reached:
        text = files.text(path)
        for one in _OPTION.finditer(text):
            found.setdefault("--" + one.group(1), f"option, {path}:{text.count(chr(10), 0, one.start()) + 1}")
        for one in lines.finditer(text):
            found.setdefault(one.group(1), f"{path}:{text.count(chr(10), 0, one.start()) + 1}: {one.group(2)}")
    return dict(list(found.items())[:12])


def mode_variables(switch: dict[str, str]) -> tuple[dict[str, dict[str, str]], str]:
    """The value of mode_variables for the variables among the switches, and its reason; {} where none is a variable."""
    names = [name for name, where in switch.items() if where.startswith("variable,") and not re.search(r"mode$", name, re.IGNORECASE)]
    if not names:
        return {}, "no variable for the mode is known: a release without keys is given none, and what the robot does then depends on the robot"
    is_live = {name: bool(re.search(r"live|real", name, re.IGNORECASE)) for name in names}
    live = {name: "true" if is_live[name] else "false" for name in names}
    simulation = {name: "false" if is_live[name] else "true" for name in names}
    return {"live": live, "simulation": simulation}, f"the robot reads {', '.join(names)}; check which values its code takes"
