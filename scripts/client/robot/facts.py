"""What one Python file contains about a deploy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional


@dataclass(frozen=True)
class Listener:
    framework: str
    host: str  # * if it is not known
    port: Optional[int]
    variable: str  # the environment variable that has the port
    https: bool
    line: int


@dataclass
class Facts:
    path: str
    problem: str = ""  # why it could not be parsed
    imports: set[str] = field(default_factory=set)
    local: set[str] = field(default_factory=set)  # imports by relative name, as .x or ..y.z
    guard: bool = False  # if __name__ == "__main__"
    runs: bool = False  # calls something at its top level
    apps: dict[str, str] = field(default_factory=dict)  # top-level name of a web application and its framework
    listeners: list[Listener] = field(default_factory=list)
    routes: list[str] = field(default_factory=list)
    variables: dict[str, tuple[bool, int]] = field(default_factory=dict)  # environment variable: (required, line)
    exports: bool = False  # loads .env into the process
    settings_files: bool = False  # reads .env itself
    writes: dict[str, int] = field(default_factory=dict)  # path, or pattern with *: line
    computed: list[int] = field(default_factory=list)  # lines that write a file whose name is not known
    reads: dict[str, int] = field(default_factory=dict)
    inputs: list[int] = field(default_factory=list)  # lines that wait for a person
    interrupts: list[int] = field(default_factory=list)  # lines of `except KeyboardInterrupt`
    handles_term: bool = False
    needs: list[str] = field(default_factory=list)  # arguments of the command line that are required
    constants: dict[str, tuple[str, int]] = field(default_factory=dict)  # top-level NAME = "text"

    def imported(self, *modules: str) -> bool:
        """Whether the file imports one of these modules, or a part of one."""
        return any(one == module or one.startswith(module + ".") for one in self.imports for module in modules)
