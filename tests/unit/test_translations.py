"""Tools for translations: where terms stand, and id.po in the template's order."""

import polib

from scripts.lib import translations

TEMPLATE = """
msgid ""
msgstr ""
"POT-Creation-Date: 2026-11-22 19:05+0000\\n"
"PO-Revision-Date: 2026-11-22 19:05+0000\\n"

#. module: x
#: model:ir.model.fields,field_description:x.field_a
#: model_terms:ir.ui.view,arch_db:x.view_a
msgid "Weight"
msgstr ""

#. module: x
#. odoo-python
#: code:addons/x/models/a.py:0
msgid "Not weighed"
msgstr ""
"""


def test_a_term_in_one_more_view_stands_in_another_place():
    view = "#: model_terms:ir.ui.view,arch_db:x.view_a\n"
    more = TEMPLATE.replace(view, view + view.replace("view_a", "view_b"))
    new = translations.places(polib.pofile(more))
    stored = translations.places(polib.pofile(TEMPLATE))
    assert new - stored == {("Weight", "model_terms:ir.ui.view,arch_db:x.view_b")}
    assert stored - new == set()


def test_the_file_of_a_message_makes_no_difference_but_its_language_does():
    stored = translations.places(polib.pofile(TEMPLATE))
    moved = translations.places(polib.pofile(TEMPLATE.replace("a.py", "b.py")))
    script = TEMPLATE.replace("odoo-python", "odoo-javascript")
    assert moved == stored
    assert translations.places(polib.pofile(script)) != stored


def test_rewriting_keeps_words_drops_what_is_gone_and_leaves_new_terms_empty(tmp_path):
    target = tmp_path / "id.po"
    target.write_text(
        'msgid ""\nmsgstr "Language: id\\n"\n\n'
        'msgid "Gone"\nmsgstr "Hilang"\n\nmsgid "Weight"\nmsgstr "Berat"\n'
    )
    translations._rewrite(target, polib.pofile(TEMPLATE))
    written = polib.pofile(str(target))
    assert [(e.msgid, e.msgstr) for e in written] == [
        ("Weight", "Berat"),
        ("Not weighed", ""),
    ]
    assert written.metadata["Language"] == "id"
    assert written[0].comment == "module: x"
