"""Fetch Debian packages as anybody, without touching the system's apt.

A private apt configuration below ``.platform/apt`` takes mirror and keys from the
machine's own sources, keeps its own lists and cache and verifies signatures.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .console import CommandError, run, say
from .paths import PLATFORM

APT = PLATFORM / "apt"
DOWNLOADS = PLATFORM / "downloads"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
MIRROR_REMEDY = "check the network and /etc/apt/sources.list*, then run it again"
CONFIGURATION = """\
Dir "{apt}";
Dir::State "{apt}/state";
Dir::State::lists "{apt}/lists";
Dir::State::status "{apt}/state/status";
Dir::Cache "{apt}/cache";
Dir::Etc "{apt}/etc";
Dir::Etc::sourcelist "{apt}/etc/sources.list";
Dir::Etc::trusted "/etc/apt/trusted.gpg";
Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "{user}";
"""


def is_debian_family() -> bool:
    """Tell whether this machine has apt and dpkg-deb."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def release() -> str:
    """Return the machine's own release code name, or ``stable`` for a rolling one."""
    facts = dict(
        line.split("=", 1)
        for line in Path("/etc/os-release").read_text().splitlines()
        if "=" in line
    )
    name = facts.get("VERSION_CODENAME", "stable").strip('"')
    rolling = "VERSION_ID" not in facts  # testing and sid carry no number
    return "stable" if rolling else name


def _mirror() -> str:
    """Return the first package mirror of the machine's own sources.

    :raise CommandError: when the machine names none
    """
    form = "$(IDENTIFIER)|$(SITE)|$(ORIGIN)"
    printed = subprocess.run(
        ["apt-get", "indextargets", "--format", form], capture_output=True, text=True
    ).stdout
    rows = [line.split("|") for line in printed.splitlines()]
    sites = [row[1] for row in rows if row[0] == "Packages"]
    own = [row[1] for row in rows if row[0] == "Packages" and "Debian" in row[2]]
    if not sites:
        raise CommandError("the machine's apt sources name no mirror", MIRROR_REMEDY)
    return (own or sites)[0]


def _configure() -> dict[str, str]:
    for folder in ("lists/partial", "cache/archives/partial", "state", "etc"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    for folder in ("apt.conf.d", "preferences.d", "sources.list.d"):
        (APT / "etc" / folder).mkdir(exist_ok=True)
    (APT / "state/status").touch()
    user = "root" if os.geteuid() == 0 else ""
    (APT / "apt.conf").write_text(CONFIGURATION.format(apt=APT, user=user))
    mirror = _mirror()
    signed = f" [signed-by={KEYRING}]" if KEYRING.exists() else ""
    suites = ["sid", release()]
    lines = [f"deb{signed} {mirror} {suite} main\n" for suite in suites]
    (APT / "etc/sources.list").write_text("".join(lines))
    return {"APT_CONFIG": str(APT / "apt.conf")}


def _update(env: dict[str, str], log: Path) -> None:
    """Read the lists; accept those of a mirror that lags behind, saying so."""
    try:
        run(["apt-get", "-q", "update"], env=env, log=log)
    except CommandError as error:
        if "is expired" not in str(error):
            raise CommandError(str(error), MIRROR_REMEDY) from error
        say("   the mirror lags behind its own dates; signatures are still verified")
        command = ["apt-get", "-q", "-o", "Acquire::Check-Valid-Until=false", "update"]
        run(command, env=env, log=log, remedy=MIRROR_REMEDY)


def unpack(packages: Sequence[str], target: Path, *, log: Path) -> None:
    """Download packages and unpack them into one folder, all or nothing.

    :param packages: names as apt takes them, ``name`` or ``name/suite``
    :param target: folder that appears when everything is there
    :raise CommandError: when a mirror or a package cannot be had
    """
    env = _configure()
    _update(env, log)
    shutil.rmtree(DOWNLOADS, ignore_errors=True)
    DOWNLOADS.mkdir(parents=True)
    run(
        ["apt-get", "-q", "download", *packages],
        env=env,
        cwd=DOWNLOADS,
        log=log,
        remedy=MIRROR_REMEDY,
    )
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for archive in sorted(DOWNLOADS.glob("*.deb")):
        run(["dpkg-deb", "-x", archive, partial], log=log)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    shutil.rmtree(DOWNLOADS)
