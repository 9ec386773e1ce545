"""What is wrong in a file: where it stands, what it is and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a file.

    :param str file: name of the file as the user gave it
    :param int row: line of the file, the header being line 1; 0 for the file itself
    :param str column: heading, empty when the whole row is meant
    """

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        """Write it as ``file:row:column: message``.

        >>> str(Problem("a.csv", 3, "nik", "is empty; fill it in"))
        'a.csv:3:nik: is empty; fill it in'
        """
        place = self.file
        if self.row:
            place += f":{self.row}"
        if self.column:
            place += f":{self.column}"
        return f"{place}: {self.message}"


class BadFileError(Exception):
    """A file cannot be loaded.

    ``written`` counts rows that were written before and stay, ``done`` names rows on
    which all was done; both are empty when the server is as it was.
    """

    def __init__(
        self, problems: Iterable[Problem], written: int = 0, done: Sequence[str] = ()
    ):
        self.written = written
        self.done = list(done)
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def what_stays(self) -> str:
        """Say what of the run is on the server.

        >>> BadFileError([]).what_stays(), BadFileError([], 2).what_stays()
        ('nothing written', '2 row(s) written; a repeated run goes on from there')
        >>> BadFileError([], 0, ["A", "B"]).what_stays()
        'done: A, B; a repeated run goes on from there'
        """
        parts = [f"{self.written} row(s) written"] if self.written else []
        parts += [f"done: {', '.join(self.done)}"] if self.done else []
        if not parts:
            return "nothing written"
        return "; ".join([*parts, "a repeated run goes on from there"])
