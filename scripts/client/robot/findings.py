"""What a look at a repository finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Findings:
    values: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)  # what the deployer cannot do or the robot would fail on, each with the way out
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def set(self, name: str, value: Any, reason: str) -> None:
        self.values[name], self.reasons[name] = value, reason

    def document(self) -> dict[str, Any]:
        return {"file": self.values, "reasons": self.reasons, "cannot": self.problems, "not_known": self.unknown, "notes": self.notes}
