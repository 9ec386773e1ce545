"""Odoo 19.0 Community: found where the machine has it, fetched where not.

In this order: a checkout that ``ODOO_HOME`` names; an importable ``odoo`` of series
19.0; the Debian package ``odoo-19``; a shallow clone of the branch 19.0.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import debian
from .console import CommandError, run, say, step
from .paths import ADDONS, DATA_DIR, LOGS, ODOO_RC, PLATFORM, PYTHON
from .python_env import site_packages

SERIES = "19.0"
DEBIAN_ROOT = PLATFORM / "debian"
CLONE = PLATFORM / "odoo"
REPOSITORY = "https://github.com/odoo/odoo.git"
# odoo-19 points into these by symbolic links; font-awesome 7 moved its files, so that
# one comes from the machine's own release
DEBIAN_PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "fonts-glyphicons-halflings",
)
# left out of the Debian package for its licence, yet named in mail's assets: without
# the file every page logs an error in the console; an empty one switches blur off
LEFT_OUT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def ensure() -> None:
    """Put Odoo 19.0 on the environment's path and write its configuration.

    :raise CommandError: when no way leads to an Odoo of this series
    """
    folder = _from_home() or _importable() or _from_debian() or _from_git()
    pth = site_packages() / "odoo_platform.pth"
    if not pth.exists() or pth.read_text().strip() != str(folder):
        pth.write_text(f"{folder}\n")
    _check_series()
    _write_configuration(folder)


def _from_home() -> Path | None:
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    folder = Path(home).resolve()
    if not (folder / "odoo" / "release.py").exists():
        raise CommandError(
            f"ODOO_HOME={home} is no Odoo checkout",
            "let ODOO_HOME name a checkout of branch 19.0, or unset it",
        )
    return folder


def _importable() -> Path | None:
    """Return the folder of an ``odoo`` 19.0 that the environment or its base sees."""
    code = (
        "import odoo.release as r, pathlib; assert r.serie == '19.0';"
        "print(pathlib.Path(r.__file__).parent.parent)"
    )
    for python in (PYTHON, getattr(sys, "_base_executable", sys.executable)):
        result = subprocess.run(
            [str(python), "-c", code], capture_output=True, text=True, cwd="/"
        )
        if result.returncode == 0:
            return Path(result.stdout.strip())
    return None


def _from_debian() -> Path | None:
    folder = DEBIAN_ROOT / "usr/lib/python3/dist-packages"
    if (folder / "odoo" / "release.py").exists():
        return folder
    if not debian.is_debian_family():
        return None
    packages = [*DEBIAN_PACKAGES, f"fonts-font-awesome/{debian.release()}"]
    try:
        with step("Odoo 19.0 (Debian package odoo-19, about 130 MB)"):
            debian.unpack(packages, DEBIAN_ROOT, log=LOGS / "apt.log")
            _mend_debian_tree(folder)
    except CommandError as error:
        say(f"   the Debian package cannot be had, trying git: {error}")
        return None
    return folder


def _mend_debian_tree(folder: Path) -> None:
    """Make the unpacked package whole: no stray folder, no dangling link."""
    for stray in ("addons", "doc", "setup"):
        shutil.rmtree(folder / stray, ignore_errors=True)
    left_out = folder / "odoo/addons" / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    inconsolata = folder / "odoo/addons/point_of_sale/static/src/fonts/Inconsolata.otf"
    regular = (
        DEBIAN_ROOT / "usr/share/fonts/opentype/inconsolata/Inconsolata-Regular.otf"
    )
    if not inconsolata.exists() and regular.exists():
        inconsolata.unlink(missing_ok=True)
        shutil.copy(regular, inconsolata)
    dangling = [
        str(path.relative_to(DEBIAN_ROOT))
        for path in folder.rglob("*")
        if path.is_symlink() and not path.exists()
    ]
    if dangling:
        raise CommandError(f"dangling links in the Odoo package: {dangling[:5]}")


def _from_git() -> Path:
    if not (CLONE / "odoo" / "release.py").exists():
        shutil.rmtree(CLONE, ignore_errors=True)
        command = ["git", "clone", "--quiet", "--depth", "1", "--branch", SERIES]
        with step("Odoo 19.0 (shallow git clone)"):
            run(
                [*command, REPOSITORY, CLONE],
                log=LOGS / "git.log",
                remedy="set ODOO_HOME to a checkout of Odoo 19.0, or allow this"
                " machine to reach a Debian mirror or the repository of Odoo",
            )
    return CLONE


def _check_series() -> None:
    code = "import odoo.release as r; print(r.serie)"
    result = subprocess.run(
        [str(PYTHON), "-c", code], capture_output=True, text=True, cwd="/"
    )
    if result.stdout.strip() != SERIES:
        raise CommandError(
            f"the environment's Odoo is '{result.stdout.strip()}', not {SERIES}"
            f" {result.stderr.strip()[-300:]}",
            "let ODOO_HOME name a checkout of branch 19.0, or remove .platform",
        )


def _write_configuration(folder: Path) -> None:
    paths = [str(ADDONS)]
    if (folder / "addons" / "account").exists():
        paths.insert(0, str(folder / "addons"))
    lines = {
        "addons_path": ",".join(paths),
        "data_dir": str(DATA_DIR),
        "http_interface": "127.0.0.1",
        "max_cron_threads": "0",
        "workers": "0",
    }
    text = "[options]\n" + "".join(f"{k} = {v}\n" for k, v in lines.items())
    if not ODOO_RC.exists() or ODOO_RC.read_text() != text:
        ODOO_RC.write_text(text)
