"""printed: what another program has printed, redacted, for the log of the step and for the message of a failure."""

from __future__ import annotations

from robothost.step import Host


class Printed:
    def __init__(self, code: int, text: str) -> None:
        self.code, self.text = code, text

    def last(self, lines: int) -> str:
        return " ".join(self.text.splitlines()[-lines:])


def logged(host: Host, *command: str) -> Printed:
    """Runs a program; what it prints goes to the log of the step."""
    done = host.system.run_to_files(host.work, *command, is_merged=True)
    text = host.redacted(done.output)
    host.log.append(text)
    return Printed(done.code, text)
