from __future__ import annotations

import unittest
from datetime import datetime, timedelta, timezone
from typing import Any

from client.history import Ended, History, Retried, Started, failure_text

NOON = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
RUNNING = "cryptorobot.deployer.failure.DeploymentFailure$StepRunning"


def at(number: int) -> datetime:
    return NOON + timedelta(seconds=number)


class HistoryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.history = History()

    def event(self, number: int, previous: int, kind: str, **details: Any) -> None:
        self.events.append({"id": number, "previousEventId": previous, "type": kind, "timestamp": at(number), **details})

    def entered(self, number: int, previous: int, kind: str, state: str) -> None:
        self.event(number, previous, kind, stateEnteredEventDetails={"name": state})

    def exited(self, number: int, previous: int, state: str) -> None:
        self.event(number, previous, "TaskStateExited", stateExitedEventDetails={"name": state})

    def failed(self, number: int, previous: int, error: str, cause: str) -> None:
        self.event(number, previous, "TaskFailed", taskFailedEventDetails={"error": error, "cause": cause})

    def test_a_task_is_reported_as_it_starts_and_as_it_ends_with_its_time(self) -> None:
        self.event(1, 0, "ExecutionStarted")
        self.entered(2, 0, "TaskStateEntered", "Prepare")
        self.assertEqual([Started(2, "Prepare", at(2))], self.history.read(self.events))
        self.event(3, 2, "TaskScheduled")
        self.event(4, 3, "TaskStarted")
        self.assertEqual([], self.history.read(self.events), "nothing new for a person")
        self.event(5, 4, "TaskSucceeded")
        self.exited(6, 5, "Prepare")
        self.assertEqual([Ended(2, "Prepare", timedelta(seconds=4), "")], self.history.read(self.events))
        self.assertEqual([], self.history.read(self.events), "nothing twice")

    def test_states_that_run_at_the_same_time_are_kept_apart(self) -> None:
        self.entered(1, 0, "TaskStateEntered", "Fetch")
        self.entered(2, 0, "TaskStateEntered", "Certificate")
        self.event(3, 1, "TaskScheduled")
        self.event(4, 2, "TaskScheduled")
        self.failed(5, 4, "Broken", "why")
        self.exited(6, 5, "Certificate")
        self.event(7, 3, "TaskSucceeded")
        self.exited(8, 7, "Fetch")
        self.assertEqual(
            [Ended(2, "Certificate", timedelta(seconds=4), "Broken: why"), Ended(1, "Fetch", timedelta(seconds=7), "")],
            self.history.read(self.events)[2:],
        )

    def test_a_retry_is_reported_and_its_failure_forgotten_once_it_succeeds(self) -> None:
        self.entered(1, 0, "TaskStateEntered", "Fetch")
        self.event(2, 1, "TaskScheduled")
        self.failed(3, 2, RUNNING, "{}")
        self.event(4, 3, "TaskScheduled")
        self.event(5, 4, "TaskSucceeded")
        self.exited(6, 5, "Fetch")
        self.assertEqual(
            [Started(1, "Fetch", at(1)), Retried(1, "Fetch", RUNNING, "{}"), Ended(1, "Fetch", timedelta(seconds=5), "")],
            self.history.read(self.events),
        )

    def test_choices_and_results_are_not_reported(self) -> None:
        self.entered(1, 0, "ChoiceStateEntered", "IsHostNeeded")
        self.event(2, 1, "ChoiceStateExited", stateExitedEventDetails={"name": "IsHostNeeded"})
        self.entered(3, 2, "SucceedStateEntered", "Deployed")
        self.assertEqual([], self.history.read(self.events))


class FailureTextTest(unittest.TestCase):
    def test_a_functions_error_is_shown_without_package_and_wrapping(self) -> None:
        self.assertEqual(
            "BranchMissing: there is no branch x",
            failure_text("cryptorobot.deployer.failure.DeploymentFailure$BranchMissing", '{"errorMessage": "there is no branch x", "errorType": "…"}'),
        )

    def test_a_deploy_that_a_migration_started_reports_its_own_end(self) -> None:
        cause = '{"ExecutionArn": "arn:…", "Error": "RolledBack", "Cause": "Unhealthy"}'
        self.assertEqual("States.TaskFailed: RolledBack: Unhealthy", failure_text("States.TaskFailed", cause))

    def test_a_cause_that_is_no_json_is_shown_as_it_is(self) -> None:
        self.assertEqual("Broken: 'why' {", failure_text("Broken", "'why' {"))
        self.assertEqual("Broken: 7", failure_text("Broken", "7"))
        self.assertEqual("Broken", failure_text("Broken", ""))
