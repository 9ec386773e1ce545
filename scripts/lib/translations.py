"""Terms of our addons: a fresh template of each, and the Indonesian for it.

``.venv/bin/python -m scripts.lib.translations`` writes the templates afresh, puts
``id.po`` in their order and names what is still to be translated.

Odoo takes from the template in which view, field or message a term stands. So a
stale one leaves a term in English even where ``id.po`` has words for it.
"""

from __future__ import annotations

import argparse
import configparser
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polib

from . import console, databases, postgres
from .console import CommandError, run, say
from .paths import ADDONS, LOGS, ODOO_RC, OUR_ADDONS, PYTHON

REMEDY = "run .venv/bin/python -m scripts.lib.translations, then translate id.po"


def main(argv=None) -> int:
    """Write templates and id.po of our addons afresh, name what lacks Indonesian."""
    parser = argparse.ArgumentParser(prog="translations", description=main.__doc__)
    parser.add_argument("--database", help="with all our addons; else a fresh one")
    options = parser.parse_args(argv)
    with postgres.session(), exported(options.database) as fresh:
        for addon in OUR_ADDONS:
            template, target = _paths(addon)
            new = polib.pofile(str(_paths(addon, fresh)[0]))
            old = polib.pofile(str(template)) if template.exists() else ()
            if places(new) != places(old):
                new.save(str(template))
                _rewrite(target, new)
    return 0 if complete() else 1


def complete() -> bool:
    """Tell whether every term of the templates has an Indonesian translation."""
    good = True
    for addon in OUR_ADDONS:
        template, target = _paths(addon)
        if not (template.exists() and target.exists()):
            say(f"   {addon}: i18n/{addon}.pot or i18n/id.po is missing")
            good = False
            continue
        # without the fuzzy ones
        done = {e.msgid for e in polib.pofile(str(target)).translated_entries()}
        lacking = [e.msgid for e in polib.pofile(str(template)) if e.msgid not in done]
        good = _say("not translated", addon, lacking) and good
    return good


def current() -> bool:
    """Tell whether the templates are what Odoo exports now, every term in its place."""
    good = True
    with exported() as fresh:
        for addon in OUR_ADDONS:
            stored, new = (
                places(polib.pofile(str(_paths(addon, folder)[0])))
                for folder in (ADDONS, fresh)
            )
            good = _say("not in the template", addon, new - stored) and good
            good = _say("gone, still in the template", addon, stored - new) and good
    if not good:
        say(f"   {REMEDY}")
    return good


@contextmanager
def exported(database: str | None = None) -> Iterator[Path]:
    """Give a copy of the addons with fresh templates for the time of a block.

    Odoo writes templates beside the addons it exports, hence the copy.

    :param database: with all our addons installed; by default a fresh one
    """
    if database is None:
        with databases.scratch(databases.template(), "terms") as scratch:
            with exported(scratch) as folder:
                yield folder
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "addons")
        shutil.copytree(ADDONS, folder, ignore=shutil.ignore_patterns("i18n"))
        settings = configparser.RawConfigParser()
        settings.read(ODOO_RC)
        settings["options"]["addons_path"] = str(folder)
        config = Path(name, "odoo.conf")
        with config.open("w") as stream:
            settings.write(stream)
        command = [PYTHON, "-m", "odoo", "i18n", "export", "-c", config]
        log = LOGS / "export-terms.log"
        run([*command, "-d", database, *OUR_ADDONS], log=log, cwd=name)
        for addon in OUR_ADDONS:
            if not _paths(addon, folder)[0].exists():
                raise CommandError(f"{addon} gave no template, see {log}")
        yield folder


def places(entries) -> set[tuple[str, str]]:
    """Return where each term stands: as ``model...`` place, or the kind of code.

    Which file of the code has a term makes no difference to Odoo.
    """
    found = set()
    for entry in entries:
        names = {name for name, _line in entry.occurrences}
        found |= {(entry.msgid, n) for n in names if not n.startswith("code:")}
        kinds = {line for line in entry.comment.splitlines() if "odoo-" in line}
        found |= {(entry.msgid, kind) for kind in kinds}
    return found


def _paths(addon: str, folder: Path = ADDONS) -> tuple[Path, Path]:
    i18n = folder / addon / "i18n"
    return i18n / f"{addon}.pot", i18n / "id.po"


def _rewrite(target: Path, template: polib.POFile) -> None:
    """Give id.po the terms of the template, in its order; translations stay."""
    old = polib.pofile(str(target))
    words = {entry.msgid: entry for entry in old}
    new = polib.POFile()
    new.header, new.metadata = old.header, old.metadata
    for key in ("POT-Creation-Date", "PO-Revision-Date"):
        new.metadata[key] = template.metadata[key]
    for entry in template:
        known = words.get(entry.msgid)
        if known:
            entry.msgstr, entry.flags = known.msgstr, known.flags
        new.append(entry)
    new.save(str(target))


def _say(title: str, addon: str, terms) -> bool:
    """Print some of the terms that are wrong; tell whether there are none."""
    for term in sorted(terms)[:10]:
        say(f"   {addon}: {title}: {str(term)[:150]}")
    return not terms


if __name__ == "__main__":
    sys.exit(console.main_wrapper(main, sys.argv[1:], last_word=False))
