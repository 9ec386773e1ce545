"""What is wrong in a file: where it stands, what it is and what to do."""

from __future__ import annotations

from collections.abc import Iterable
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

    ``written`` counts rows of parts of it that were written before, each as a whole;
    it is 0 nearly always.
    """

    def __init__(self, problems: Iterable[Problem], written: int = 0):
        self.written = written
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
