"""problem: what is unhealthy about a release."""

from __future__ import annotations


class Problem:
    """What is unhealthy: the unit, why, whether it is of no use to wait, because it has ended, and whether a program answers, which has
    started then. The reason may contain words of curl: redact it before it is printed."""

    def __init__(self, unit: str, what: str, is_hopeless: bool = False, answers: bool = False, advice: str = "") -> None:
        self.unit, self.is_hopeless, self.answers = unit, is_hopeless, answers
        self._what, self._advice = what, advice
        # Whether the unit's log must not add a line that is no error: the reason is known.
        self.is_explained = bool(advice)

    @property
    def reason(self) -> str:
        return "%s. %s" % (self._what, self._advice) if self._advice else self._what

    def at_limit(self, limit: str) -> Problem:
        """As a verdict: with the limit that was reached."""
        return Problem(self.unit, "%s (limit: %s)" % (self._what, limit), self.is_hopeless, self.answers, self._advice)
