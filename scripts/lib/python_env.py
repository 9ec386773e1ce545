"""The virtual environment ``.venv`` with exactly what ``requirements.txt`` pins."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from . import debian
from .console import CommandError, run, step
from .paths import LOGS, PLATFORM, PYTHON, ROOT, VENV

STAMP = VENV / "requirements.sha256"
PIP_REMEDY = "check the network and pip's configuration (pip config list), run it again"


def site_packages() -> Path:
    """Return the environment's ``site-packages`` folder."""
    return next(VENV.glob("lib/python3.*/site-packages"))


def ensure() -> None:
    """Create the environment and install the pinned packages when they changed.

    The pins are complete and are installed without dependency resolution, so that the
    OCA wheels pull neither a second Odoo nor a psycopg2 that has to be compiled.

    :raise CommandError: when pip or venv fail
    """
    wanted = _wanted()
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        return
    log = LOGS / "pip.log"
    with step("Python packages (.venv)"):
        if not PYTHON.exists() or not _has_pip():
            _create(log)
        command = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--requirement"]
        run([*command, ROOT / "requirements.txt"], log=log, remedy=PIP_REMEDY)
        STAMP.write_text(wanted)


def _wanted() -> str:
    text = (ROOT / "requirements.txt").read_bytes() + sys.version.encode()
    return hashlib.sha256(text).hexdigest()


def _has_pip() -> bool:
    command = [str(PYTHON), "-c", "import pip"]
    return subprocess.run(command, capture_output=True).returncode == 0


def _create(log: Path) -> None:
    """Make the environment; fetch pip by apt where Python lacks ``ensurepip``."""
    try:
        run([sys.executable, "-m", "venv", "--clear", VENV], log=log)
        return
    except CommandError as error:
        if not debian.is_debian_family():
            raise CommandError(
                f"Python's venv does not work: {error}",
                "install the venv module of your Python",
            ) from error
    run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], log=log)
    folder = PLATFORM / "pip-wheel"
    debian.unpack(["python3-pip-whl"], folder, log=log)
    wheel = next(folder.glob("usr/share/python-wheels/pip-*.whl"))
    command = [PYTHON, f"{wheel}/pip", "install", "--quiet", "pip"]
    run(command, log=log, remedy=PIP_REMEDY)
