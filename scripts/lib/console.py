"""Talk to the person at the terminal: steps with times, errors with a remedy."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STARTED = time.monotonic()


class CommandError(Exception):
    """A step failed; ``remedy`` says what the person can do about it."""

    def __init__(self, message: str, remedy: str = ""):
        super().__init__(message)
        self.remedy = remedy


def say(text: str) -> None:
    """Print one line at once (pipes included)."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and print how long it took.

    :param str title: what is being done, as a noun or an imperative
    """
    started = time.monotonic()
    say(f"-> {title}")
    yield
    say(f"   done in {time.monotonic() - started:.1f} s: {title}")


def run(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    remedy: str = "",
) -> None:
    """Run a command; on failure raise with the end of what it printed.

    :param command: program and arguments
    :param log: file that takes the output; the terminal gets it when None
    :param env: variables added to the environment
    :raise CommandError: when the command ends non-zero
    """
    full_env = {**os.environ, **(env or {})}
    arguments = [str(part) for part in command]
    if log is None:
        result = subprocess.run(arguments, env=full_env, cwd=cwd)
    else:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            result = subprocess.run(
                arguments, env=full_env, cwd=cwd, stdout=stream, stderr=stream
            )
    if result.returncode:
        tail = ""
        if log is not None:
            lines = log.read_text(errors="replace").splitlines()[-25:]
            tail = "\n" + "\n".join(lines) + f"\n(whole output: {log})"
        raise CommandError(
            f"'{' '.join(arguments[:4])} ...' ended with {result.returncode}{tail}",
            remedy,
        )


def say_elapsed(name: str) -> None:
    """Print how long the command has been running."""
    say(f"{name}: {time.monotonic() - STARTED:.0f} s in all")


def main_wrapper(
    main, argv: Sequence[str] | None = None, *, last_word: bool = True
) -> int:
    """Run ``main`` and turn a :class:`CommandError` into a message and exit code 1.

    :param bool last_word: print the time at the end; False when ``main`` does it
    """
    name = Path(sys.argv[0]).name.removesuffix(".py")
    try:
        code = main(argv)
    except CommandError as error:
        say(f"\n{name}: {error}")
        if error.remedy:
            say(f"What to do: {error.remedy}")
        code = 1
    except KeyboardInterrupt:
        say(f"\n{name}: interrupted; run it again to go on where it stopped")
        code = 130
    if last_word:
        say_elapsed(name)
    return code
