"""Which programs a repository starts: from Procfile, Docker files, units, the README, console scripts and the files themselves."""

from __future__ import annotations

import re

from client.robot.command_line import Program, joined, read
from client.robot.container import Containers
from client.robot.dependencies import normalized
from client.robot.files import Files
from client.robot.project import Project
from client.robot.facts import Facts

# Words of file names: of tests, of tools for a person, and of modules.
_NOT_A_ROBOT = re.compile(
    r"(^|[/_. -])(tests?|back_?test\w*|setup|conftest|optimi[sz]e\w*|hyperopt|download\w*|migrat\w*|plot\w*|train\w*|install\w*|manage|celery"
    r"|example\w*|\w*sample\w*|init_\w+|create_\w+|initiali[sz]e\w*|config\w*|constants?|settings|utils?|helpers?|signal\w*|sync\w*|logs?\w*"
    r"|analy[sz]e\w*|convert\w*|update\w*|fetch\w*|\w*lint\w*|run_mypy|check\w*|verify\w*|debug\w*|inspect\w*|\w*reports?|review\w*"
    r"|\w*scorecard|_?regen\w*|balance|sweep\w*)([/_.-]|$)",
    re.IGNORECASE,
)
_EXCHANGES = re.compile(
    r"(ccxt|binance|kraken|krakenex|pykrakenapi|coinbase|kucoin|bybit|pybit|okx|bitget|alpaca\w*|hyperliquid|deribit|ftx|huobi|gate_api|web3|freqtrade)\b"
)


def found(files: Files, containers: Containers, project: Project, facts: dict[str, Facts]) -> tuple[list[Program], list[str], str]:
    """The programs, the most likely first; why others cannot be used; and a file that would be the first one, had it another name."""
    programs: list[Program] = []
    problems: list[str] = []
    misnamed = ""
    for text, source, kind in [*_procfile(files), *_platforms(files), *((one.text, one.source, one.kind) for one in containers.commands), *_units(files)]:
        _add(programs, problems, files, project, text, source, kind)
    for name, target in list(project.scripts.items())[:3]:
        _add_script(programs, problems, files, project, facts, name, target)
    for text, source in _readme(files):
        _add(programs, [], files, project, text, source, "")
    for path in sorted(files):
        if path.endswith("/__main__.py") and path.count("/") == 1 and not _NOT_A_ROBOT.search(path):
            programs.append(Program(f"python -m {path.split('/')[0]}", path, path))
    for path in (
        "main.py",
        "bot.py",
        "run.py",
        "robot.py",
        "trader.py",
        "trade.py",
        "start.py",
        "app.py",
        "src/main.py",
        "app/main.py",
        "bot/main.py",
        "src/bot.py",
    ):
        if path in files:
            programs.append(Program(f"python {path}", path, path))
    for path in sorted(
        (one for one in facts if "/" not in one and _starts(facts[one]) and not _NOT_A_ROBOT.search(one)), key=lambda one: -_weight(facts[one], files.text(one))
    ):
        if path.isprintable() and ".." not in path:
            programs.append(Program(joined(["python", path]), path, path))
        elif not programs:
            problems.append(
                f"{path} looks like the robot, and a command cannot have such a name. Commit a file main.py with: import runpy; "
                f"runpy.run_path({path!r}, run_name='__main__'). Its command is python main.py"
            )
            misnamed = path
            break
    unique: dict[str, Program] = {}
    for program in programs:
        unique.setdefault(program.command, program)
    return sorted(unique.values(), key=lambda one: bool(_NOT_A_ROBOT.search(one.command))), problems, misnamed


def _starts(one: Facts) -> bool:
    """Whether a file is more than a module: without a guard, it must use an exchange or listen."""
    return "streamlit" not in one.imports and (one.guard or one.runs and (_trades(one) or bool(one.listeners)))


def _trades(one: Facts) -> bool:
    return any(_EXCHANGES.match(name) for name in one.imports)


def _weight(one: Facts, text: str) -> int:
    return len(text) + (1 << 20 if _trades(one) else 0)


def _procfile(files: Files) -> list[tuple[str, str, str]]:
    lines = re.findall(r"(?m)^([A-Za-z0-9_-]+):\s*(.+)$", files.text("Procfile"))
    return [(text, f"Procfile, {name}", "robot" if name in ("worker", "bot", "robot") else "") for name, text in lines if name != "release"]


def _platforms(files: Files) -> list[tuple[str, str, str]]:
    return [(text, path, "") for path, content in files.read(r"(railway|render|nixpacks)\.(json|toml|ya?ml)")
            for text in re.findall(r"[\"']?startCommand[\"']?\s*[:=]\s*[\"']?([^\"'\n]+)", content)]  # fmt: skip


def _units(files: Files) -> list[tuple[str, str, str]]:
    return [
        (line, path, "web" if re.search(r"web|dash|api|page", path) else "")
        for path, text in files.read(r"(?:[^/]+/)?[^/]+\.service")
        for line in re.findall(r"(?m)^ExecStart=[-+@!:]*(.+)$", text)
    ]


def _readme(files: Files) -> list[tuple[str, str]]:
    """Commands of code blocks and of backticks."""
    commands = []
    for path, text in files.read(r"README[^/]*"):
        for block in re.findall(r"(?ms)^```[^\n]*\n(.*?)^\s*```|^(    [^\n]+)$", text)[:200]:
            commands += [(line.strip().lstrip("$> "), path) for line in (block[0] or block[1]).splitlines()]
        commands += [(one, path) for one in re.findall(r"`((?:python3?|streamlit|gunicorn|uvicorn)\s[^`\n]+)`", text)]
    return [(text, path) for text, path in commands if re.match(r"(?:\S+ run )?(?:python[0-9.]*|streamlit|gunicorn|uvicorn|flask)\s", text)]


def _add(programs: list[Program], problems: list[str], files: Files, project: Project, text: str, source: str, kind: str) -> None:
    program = read(files, project, text, source, kind)
    if isinstance(program, Program):
        programs.append(program)
    elif program:
        problems.append(program)


def _add_script(programs: list[Program], problems: list[str], files: Files, project: Project, facts: dict[str, Facts], name: str, target: str) -> None:
    """A module of the top folder is run as it is; another script exists where the project itself is installed."""
    module = target.partition(":")[0]
    path = module.replace(".", "/")
    folder = project.source_folder + "/" if project.source_folder else ""
    file = next((one for one in (f"{folder}{path}.py", f"{folder}{path}/__init__.py") if one in files), "")
    main = f"{folder}{path.split('/')[0]}/__main__.py"
    if not folder and main in files:
        programs.append(Program(f"python -m {path.split('/')[0]}", f"{project.file}, script {name}", main))
    elif not folder and file.endswith(f"{path}.py") and facts.get(file) and facts[file].guard:
        programs.append(Program(f"python -m {module}", f"{project.file}, script {name}", file))
    elif "pyproject.toml" not in files and "setup.py" not in files:
        problems.append(f"{project.file}: the console script {name} does not exist on the instance, because pip installs no project that has neither "
                        "pyproject.toml nor setup.py. Commit a pyproject.toml with its [build-system]")  # fmt: skip
    else:
        # look.py sets install_project.
        programs.append(Program(name, f"{project.file}, script {name}", file))


def is_robot_name(command: str) -> bool:
    return not _NOT_A_ROBOT.search(command)
