"""Reads the history of an execution as it grows: which state starts, is retried, and ends.

Only Task and Wait states are reported; the others take no time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Optional, Union

_ENTERED = {"TaskStateEntered", "WaitStateEntered"}
_FAILED = {"TaskFailed": "taskFailedEventDetails", "TaskTimedOut": "taskTimedOutEventDetails",
           "TaskStartFailed": "taskStartFailedEventDetails", "TaskSubmitFailed": "taskSubmitFailedEventDetails"}  # fmt: skip


@dataclass(frozen=True)
class Started:
    visit: int  # distinguishes two visits of one state
    state: str
    at: datetime


@dataclass(frozen=True)
class Retried:
    visit: int
    state: str
    error: str
    cause: str


@dataclass(frozen=True)
class Ended:
    visit: int
    state: str
    took: timedelta
    failure: str  # empty unless a failure was caught


Change = Union[Started, Retried, Ended]


def error_name(error: str) -> str:
    """The simple name of an error: a function's error has the qualified name of its class."""
    return re.split(r"[.$]", error)[-1] if error.startswith("cryptorobot.") else error


def failure_text(error: str, cause: str) -> str:
    """A failure of a task, for people."""
    message = _message(cause)
    return f"{error_name(error)}: {message}" if message.strip() else error_name(error)


def _message(cause: str) -> str:
    try:
        document = json.loads(cause)
    except ValueError:
        return cause
    if not isinstance(document, dict):
        return cause
    if "ExecutionArn" in document:
        # The nested deploy of a migration: its own error and cause.
        return f"{document.get('Error', '')}: {document.get('Cause', '')}"
    return str(document.get("errorMessage", cause))


@dataclass
class _Visit:
    state: str
    since: datetime
    error: Optional[str] = None
    cause: str = ""


class History:
    """Converts events to changes. Events arrive in the order of their ids; one may arrive more than once."""

    def __init__(self) -> None:
        self._visit_of: dict[int, int] = {}
        self._visits: dict[int, _Visit] = {}
        self.last = 0

    def read(self, events: list[dict[str, Any]]) -> list[Change]:
        changes = []
        for event in events:
            if event["id"] > self.last:
                self.last = event["id"]
                change = self._change(event)
                if change:
                    changes.append(change)
        return changes

    def _change(self, event: dict[str, Any]) -> Optional[Change]:
        kind, number = event["type"], event["id"]
        if kind in _ENTERED:
            state = event["stateEnteredEventDetails"]["name"]
            self._visit_of[number] = number
            self._visits[number] = _Visit(state, event["timestamp"])
            return Started(number, state, event["timestamp"])
        visited = self._visit_of.get(event.get("previousEventId", 0))
        if visited is None:
            return None
        visit = self._visits[visited]
        if kind.endswith("StateExited"):
            failure = failure_text(visit.error, visit.cause) if visit.error else ""
            return Ended(visited, visit.state, event["timestamp"] - visit.since, failure)
        self._visit_of[number] = visited
        change = None
        if kind in _FAILED:
            details = event.get(_FAILED[kind], {})
            visit.error, visit.cause = details.get("error", "") or kind, details.get("cause", "")
        elif kind == "TaskScheduled":
            if visit.error:
                change = Retried(visited, visit.state, visit.error, visit.cause)
            visit.error = None
        elif kind == "TaskSucceeded":
            visit.error = None
        return change
