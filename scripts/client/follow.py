"""Follows an execution: prints each state when it starts and ends. On a terminal a line shows the running states."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Callable

from client.aws import Aws, AwsError
from client.executions import Execution, Executions, has_ended
from client.exits import PERSON_NEEDED, Stop
from client.history import Change, Ended, History, Retried, Started, error_name, failure_text
from client.screen import Screen, seconds

# Errors which only mean that a step needs more time.
_WAITING = {"StepRunning", "InstanceNotReady", "InstanceStopping"}
_REMINDER = timedelta(seconds=15)
_SPIN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Progress:
    """On a terminal: one line for each state that ended, and a changing line for those that run. Elsewhere: one line for each start and end."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._running: dict[int, Started] = {}
        self._reminded = datetime.min.replace(tzinfo=timezone.utc)
        self._turn = 0

    def show(self, change: Change) -> None:
        if isinstance(change, Started):
            self._running[change.visit] = change
            self._reminded = change.at
            if not self._screen.terminal:
                self._screen.line(f"  {change.state:<24} starts")
        elif isinstance(change, Retried):
            if error_name(change.error) not in _WAITING:
                self._screen.line(f"  {change.state:<24} retried after {failure_text(change.error, change.cause)}")
        else:
            self._running.pop(change.visit, None)
            self._ended(change)

    def still(self, now: datetime) -> None:
        """Called while nothing changes."""
        if not self._running:
            return
        names = ", ".join(f"{one.state} {seconds(max((now - one.at).total_seconds(), 0))}" for one in self._running.values())
        if self._screen.terminal:
            self._turn += 1
            self._screen.moving(f"  {_SPIN[self._turn % len(_SPIN)]} {names}")
        elif now > self._reminded + _REMINDER:
            self._reminded = now
            self._screen.line(f"  still running: {names}")

    def _ended(self, change: Ended) -> None:
        took = seconds(change.took.total_seconds())
        how = f"failed: {change.failure}" if change.failure else "done"
        if self._screen.terminal:
            mark, color = ("✗ ", "red") if change.failure else ("✓ ", "green")
            self._screen.state_line(mark, color, f"{change.state:<22} {took:>7}  {how}")
        else:
            self._screen.line(f"  {change.state:<24} {took:>7}  {how}")


class Follower:
    def __init__(
        self, aws: Aws, executions: Executions, screen: Screen, command: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._aws = aws
        self._executions = executions
        self._screen = screen
        self._command = command
        self._sleep = sleep

    def follow(self, arn: str) -> Execution:
        """Returns the ended execution."""
        self._executions.current = arn
        try:
            return self._until_ended(arn)
        except AwsError as e:
            # The outcome of the execution is unknown.
            raise Stop(
                PERSON_NEEDED, f"cannot read the execution, which continues: {e.message}\n  follow it   {self._command} follow {arn}"
            ) from None

    def _until_ended(self, arn: str) -> Execution:
        history, progress, quiet = History(), Progress(self._screen), 0
        while True:
            events = self._executions.events_after(arn, history.last)
            for change in history.read(events):
                progress.show(change)
            if has_ended(events):
                return self._executions.describe(arn)
            quiet = 0 if events else quiet + 1
            progress.still(datetime.now(timezone.utc))
            self._pause(quiet, progress)

    def _pause(self, quiet: int, progress: Progress) -> None:
        """Step Functions limits the rate of reads, and the states of a deploy take seconds. The line changes during the pause."""
        left = 0.1 if self._aws.local else (0.5, 1.0)[quiet] if quiet < 2 else 2.0
        while left > 0:
            part = min(left, 0.15) if self._screen.terminal else left
            self._sleep(part)
            left -= part
            if left > 0:
                progress.still(datetime.now(timezone.utc))
