"""Databases of this checkout: templates keyed by content, copies in about a second.

Two layers: a *core* template holds everything that our addons depend on and changes
with ``requirements.txt`` or the Odoo release only; on top of it one template for each
set of our addons, keyed by their files. A warm test run only copies.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import shutil
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import postgres
from .console import CommandError, run, say, step
from .paths import ADDONS, DATA_DIR, LOGS, ODOO_RC, OUR_ADDONS, PYTHON, ROOT

PREFIX = "fs"
LANGUAGE = "id_ID"
# what only tests and the demo need beside the dependencies of our addons
EXTRA = ("rpc", "l10n_id", "web_tour")
# extension of PostgreSQL that Odoo creates in the databases it makes itself
TRIGRAMS = "pg_trgm"


def manifest(addon: str) -> dict:
    """Return the manifest of one of our addons.

    :raise CommandError: when there is no such addon
    """
    path = ADDONS / addon / "__manifest__.py"
    if not path.exists():
        raise CommandError(f"there is no addon '{addon}' in addons/")
    return ast.literal_eval(path.read_text())


def closure(addons: Iterable[str]) -> list[str]:
    """Return addons and those of ours below them, in the order of installation."""
    wanted, todo = set(), list(addons)
    while todo:
        addon = todo.pop()
        if addon not in wanted:
            wanted.add(addon)
            todo += [d for d in manifest(addon)["depends"] if d in OUR_ADDONS]
    return [addon for addon in OUR_ADDONS if addon in wanted]


def foreign_depends(addons: Iterable[str]) -> list[str]:
    """Return the addons of others that ours depend on."""
    found = {name for addon in addons for name in manifest(addon)["depends"]}
    return sorted(found - set(OUR_ADDONS))


def _hash(*parts: bytes | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()[:12]


def _content(addons: Iterable[str]) -> str:
    """Return the hash of all files of the addons that an installation reads."""
    parts: list[bytes | str] = []
    for addon in addons:
        for path in sorted((ADDONS / addon).rglob("*")):
            relative = path.relative_to(ADDONS)
            if path.is_file() and not {"tests", "__pycache__"} & set(relative.parts):
                parts += [str(relative), path.read_bytes()]
    return _hash(*parts)


def _release() -> str:
    code = "import odoo.release as r; print(r.version, r.__file__)"
    command = [str(PYTHON), "-c", code]
    return subprocess.check_output(command, text=True, cwd="/")


def exists(database: str) -> bool:
    """Tell whether a database of this name exists on the server."""
    query = f"SELECT 1 FROM pg_database WHERE datname = '{database}'"
    return bool(postgres.sql(query))


def drop(database: str) -> None:
    """Drop a database and its files, ending whatever is connected to it."""
    # WITH (FORCE) is refused while PostgreSQL's own vacuum works in the database
    postgres.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND backend_type = 'client backend'"
    )
    postgres.sql(f'DROP DATABASE IF EXISTS "{database}"')
    shutil.rmtree(DATA_DIR / "filestore" / database, ignore_errors=True)


def create(database: str) -> None:
    """Create an empty database, prepared as Odoo prepares the ones it makes itself.

    Without the extension Odoo leaves out the indexes that find a part of a name.
    """
    postgres.sql(f'CREATE DATABASE "{database}" ENCODING UTF8')
    try:
        postgres.sql(f"CREATE EXTENSION IF NOT EXISTS {TRIGRAMS}", database)
    except CommandError as error:
        say(f"{error}; searching by a part of a name will be slower")


def copy(source: str, target: str) -> None:
    """Copy a database with its files; the files are shared by hard links."""
    postgres.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    files = DATA_DIR / "filestore" / source
    if files.is_dir():
        destination = DATA_DIR / "filestore" / target
        shutil.rmtree(destination, ignore_errors=True)
        subprocess.run(["cp", "-al", str(files), str(destination)], check=True)


def odoo(database: str, *arguments: str, log: Path) -> None:
    """Run Odoo once on a database (installations and the like).

    :raise CommandError: with the end of the log when Odoo fails
    """
    command = [PYTHON, "-m", "odoo", "-c", ODOO_RC, "-d", database]
    run([*command, "--stop-after-init", *arguments], log=log, cwd=ROOT)


def install(database: str, addons: Iterable[str], *, log: Path) -> None:
    """Install addons on a database; Odoo's log level is warn."""
    odoo(database, "-i", ",".join(addons), "--log-level", "warn", log=log)


def module(database: str, action: str, addon: str, *, log: Path) -> None:
    """Run ``odoo module <action> <addon>`` (uninstall and the like) on a database."""
    command = [PYTHON, "-m", "odoo", "module", action, "-c", ODOO_RC, "-d", database]
    run([*command, addon], log=log, cwd=ROOT)


def _build(name: str, source: str | None, addons: list[str], *extra: str) -> str:
    """Make a template under a passing name, so that only a whole one gets its name."""
    half_done = f"{name}_{uuid.uuid4().hex[:6]}"
    log = LOGS / f"install-{name}.log"
    log.unlink(missing_ok=True)
    try:
        if source:
            copy(source, half_done)
        else:
            create(half_done)
        level = ("--log-level", "warn")
        odoo(half_done, "-i", ",".join(addons), *level, *extra, log=log)
        rename(half_done, name)
    except BaseException:
        drop(half_done)
        raise
    return name


def keyed_name(label: str, *parts: str | Path) -> str:
    """Return the name of a template that is keyed by texts and the content of files."""
    texts = [p.read_bytes() if isinstance(p, Path) else p for p in parts]
    return f"{PREFIX}_{label}_{_hash(*texts)}"


def rename(source: str, target: str) -> None:
    """Rename a database and its files."""
    postgres.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')
    files = DATA_DIR / "filestore"
    if (files / source).is_dir():
        (files / source).rename(files / target)


def drop_older(label: str, keep: str) -> None:
    """Drop the templates of a label but one."""
    pattern = f"^{PREFIX}_{label}_[0-9a-f]{{12}}$"
    query = f"SELECT datname FROM pg_database WHERE datname ~ '{pattern}'"
    for name in postgres.sql(query):
        if name != keep:
            drop(name)


def core_template() -> str:
    """Return the template with all that our addons depend on; make it when missing."""
    foreign = sorted({*foreign_depends(OUR_ADDONS), *EXTRA})
    requirements = (ROOT / "requirements.txt").read_bytes()
    name = f"{PREFIX}_core_{_hash(requirements, _release(), TRIGRAMS, *foreign)}"
    if not exists(name):
        with step("core database (Odoo and OCA addons, once)"):
            _build(name, None, foreign, f"--load-language={LANGUAGE}")
        drop_older("core", name)
    return name


def template(addons: Iterable[str] = OUR_ADDONS) -> str:
    """Return the template with these addons installed; make it when missing.

    :param addons: names of our addons; what they need of ours comes along
    """
    wanted = closure(addons)
    label = "all" if set(wanted) == set(OUR_ADDONS) else wanted[-1]
    core = core_template()
    name = f"{PREFIX}_{label}_{_hash(core, _content(wanted))}"
    if not exists(name):
        with step(f"database with {', '.join(wanted)}"):
            _build(name, core, wanted)
        drop_older(label, name)
    return name


@contextlib.contextmanager
def scratch(source: str | None, label: str = "scratch") -> Iterator[str]:
    """Give a copy of a template (or an empty database) for the time of a block."""
    name = f"{PREFIX}_{label}_{uuid.uuid4().hex[:8]}"
    if source:
        copy(source, name)
    else:
        create(name)
    try:
        yield name
    finally:
        drop(name)
