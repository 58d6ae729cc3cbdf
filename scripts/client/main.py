"""The entry points of operate and local: interpreter, command, signals and exit code."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Optional

from client import arguments
from client.exits import DONE, FAILED, INTERRUPTED, REFUSED, UNFIT, Interrupted, Stop
from client.screen import Screen

HOME = Path(__file__).resolve().parents[2]


def operate() -> None:
    """scripts/operate: on AWS, or at AWS_ENDPOINT_URL."""
    _use_an_interpreter_with_boto3()
    sys.exit(run("operate", "scripts/operate", sys.argv[1:]))


def local() -> None:
    """scripts/local: on this machine, after that script has installed packages and built the jars."""
    from client.local.cloud import LocalCloud

    sys.exit(run("local", "./scripts/local", sys.argv[1:], lambda screen: LocalCloud(screen, HOME)))


def run(name: str, program: str, words: list[str], make_cloud: Optional[Callable[[Screen], Any]] = None) -> int:
    screen = Screen(sys.stdout, sys.stderr)
    work = None
    try:
        if not words or words[0] in ("-h", "--help", "help"):
            (screen.result if words else screen.error)(arguments.overview(program, name))
            return DONE if words else REFUSED
        options = arguments.parse(program, name, words)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        work = _work(name, program, options, screen, make_cloud)
        return _command(name, options.command)(work)
    except Stop as e:
        if e.message:
            screen.error(f"{name}: {e.message}")
        return e.code
    except Interrupted:
        _report_interruption(screen, work)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of stdout has exited, such as `head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as e:
        from client.aws import AwsError

        if not isinstance(e, AwsError):
            raise
        screen.error(f"{name}: {e.message}")
        return FAILED


def _work(name: str, program: str, options: Any, screen: Screen, make_cloud: Optional[Callable[[Screen], Any]]) -> Any:
    from client.aws import Aws
    from client.executions import Executions
    from client.work import Work

    if make_cloud:
        cloud = make_cloud(screen)
        aws, prefix = cloud.aws(screen), "crypto-robot"
    else:
        cloud, aws, prefix = None, Aws(screen, region=options.region), options.prefix
    return Work(name, program, HOME, options, screen, aws, Executions(aws, prefix), cloud=cloud)


def _command(name: str, command: str) -> Callable[[Any], int]:
    from client.commands import COMMANDS

    if name == "local":
        from client.local.commands import COMMANDS as LOCAL

        return {**COMMANDS, **LOCAL}[command]
    return COMMANDS[command]


def _interrupt(number: int, frame: Any) -> None:
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted


def _report_interruption(screen: Screen, work: Any) -> None:
    if work is None or not (work.executions.current or work.executions.starting):
        screen.error("interrupted; no execution was started")
    elif work.executions.current:
        arn = work.executions.current
        screen.error(f"interrupted; the execution continues: {arn}")
        screen.error(f"  follow it   {work.program} follow {arn}")
        screen.error(f"  stop it     {work.program} follow --stop {arn}")
        screen.error("  A stopped execution leaves the host unchanged; the host rolls back an unconfirmed release 20 minutes after its activation.")
    else:
        screen.error(f"interrupted during the start of {work.executions.starting}: check whether it runs before you start it again")


def _use_an_interpreter_with_boto3() -> None:
    """The first python3 on the path may be one without boto3, installed beside that of the system."""
    if importlib.util.find_spec("botocore") is not None:
        return
    tried = os.environ.get("OPERATE_PYTHON_TRIED", "")
    for python in ("/usr/bin/python3", shutil.which("python3")):
        if python and not tried and subprocess.run([python, "-c", "import botocore"], stderr=subprocess.DEVNULL).returncode == 0:
            os.environ["OPERATE_PYTHON_TRIED"] = python
            os.execv(python, [python, *sys.argv])
    print("operate: boto3 is missing: apt-get install python3-boto3, or pip install boto3", file=sys.stderr)
    sys.exit(UNFIT)
