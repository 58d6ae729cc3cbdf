"""For a GitHub workflow: outputs of the step, and the summary of the run."""

from __future__ import annotations

import os
import re
from typing import Mapping

from client.screen import printable


class GitHub:
    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._output = variables.get("GITHUB_OUTPUT", "")
        self._summary = variables.get("GITHUB_STEP_SUMMARY", "")

    def started(self, execution: str) -> None:
        """Written at once, so that a later step of a cancelled run can name the execution that continues."""
        self._append(self._output, f"execution={_plain(execution, ':/')}\n")

    def ended(self, execution: str, outcome: str, release: str) -> None:
        self._append(self._output, f"execution={_plain(execution, ':/')}\noutcome={_plain(outcome)}\nrelease={_plain(release)}\n")

    def summarize(self, title: str, outcome: str, done: bool, lines: list[str], link: str) -> None:
        # No text inside can close this fence: messages contain text of other people.
        text = printable("\n".join(lines)).replace("~~~", "~ ~ ~")
        self._append(
            self._summary,
            f"### {title}: {_plain(outcome)}\n\n{'Done.' if done else 'Not done.'}\n\n"
            f"~~~~~~~~~~text\n{text}\n~~~~~~~~~~\n\n[Execution]({link})\n",
        )

    @staticmethod
    def _append(file: str, text: str) -> None:
        if file:
            with open(file, "a", encoding="utf-8") as out:
                out.write(text)


def _plain(text: str, more: str = "") -> str:
    return re.sub(f"[^A-Za-z0-9_.{more}-]", "", text)
