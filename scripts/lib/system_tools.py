"""Chromium for browser tests and wkhtmltopdf for PDFs: found, or installed by root."""

from __future__ import annotations

import os
import shutil

from . import debian
from .console import CommandError, run, say, step
from .paths import LOGS

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PACKAGES = {"chromium": "chromium", "wkhtmltopdf": "wkhtmltopdf"}


def chromium() -> str | None:
    """Return the path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def wkhtmltopdf() -> str | None:
    """Return the path of wkhtmltopdf, or None."""
    return shutil.which("wkhtmltopdf")


def missing() -> list[str]:
    """Return the names of the tools that this machine lacks."""
    found = {"chromium": chromium(), "wkhtmltopdf": wkhtmltopdf()}
    return [name for name, path in found.items() if not path]


def ensure(*, required: bool) -> None:
    """Find the tools or install them with apt when root on the Debian family.

    :param bool required: fail when one cannot be had
    :raise CommandError: when one is required and cannot be had
    """
    lacking = missing()
    if not lacking:
        return
    if os.geteuid() == 0 and debian.is_debian_family():
        env = {"DEBIAN_FRONTEND": "noninteractive"}
        log = LOGS / "apt.log"
        with step(f"system packages: {', '.join(lacking)}"):
            run(["apt-get", "-q", "update"], env=env, log=log)
            command = ["apt-get", "-q", "-y", "install", "--no-install-recommends"]
            packages = [PACKAGES[name] for name in lacking]
            run([*command, *packages, "fonts-dejavu-core"], env=env, log=log)
        lacking = missing()
    if lacking and required:
        raise CommandError(
            f"missing: {', '.join(lacking)}",
            f"as root: apt install {' '.join(PACKAGES[n] for n in lacking)};"
            " or accept to go without with --without-browser",
        )
    if lacking:
        say(f"   going without {', '.join(lacking)}")
