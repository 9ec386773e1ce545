"""Rows that are typed into a form, over the wire as the web client reads the form.

Tab in the last column of an editable list opens the next, empty row. The web client
leaves such a row out when it saves only if the row lacks something required, and it
never counts a number as lacking: a row of nothing but numbers and defaults is saved
empty, or refused as if what was typed above had been zero.
"""

from __future__ import annotations

from lxml import etree

ADDONS = [
    "umkm_base",
    "coop_membership",
    "lpdb_financing",
    "grant_equipment",
    "factory_booking",
    "factory_toll",
    "factory_sharing",
]
NUMBERS = ("boolean", "float", "integer", "monetary")
# two numbers and nothing else; the rule that a tier starts above zero refuses it
ONLY_NUMBERS = {"factory.tariff.tier"}


def test_an_empty_row_is_never_saved(admin):
    lists = [found for form in _forms(admin) for found in _editable_lists(admin, *form)]
    assert len(lists) > 15, "the forms' editable lists were not found"
    unguarded = {
        (where, model)
        for where, model, node, context in lists
        if model not in ONLY_NUMBERS and not _lacking(admin, model, node, context)
    }
    assert not unguarded


def _forms(admin):
    """Return the forms that our addons make or extend, as ``(model, view id)``."""
    refs = admin.search_read(
        "ir.model.data",
        [("model", "=", "ir.ui.view"), ("module", "in", ADDONS)],
        ["res_id"],
    )
    views = admin.search_read(
        "ir.ui.view",
        [("id", "in", [ref["res_id"] for ref in refs]), ("type", "=", "form")],
        ["model", "inherit_id", "mode"],
    )
    forms = set()
    for view in views:
        extends = view["mode"] == "extension"
        forms.add((view["model"], view["inherit_id"][0] if extends else view["id"]))
    return sorted(forms)


def _editable_lists(admin, model, view):
    """Yield the lists of a form in which rows can be added by typing."""
    answer = admin.call(model, "get_views", [[[view, "form"]]])
    arch = etree.fromstring(answer["views"]["form"]["arch"])
    for node in arch.xpath(".//field/list[@editable]"):
        if (node.get("create") or "1").lower() in ("0", "false"):
            continue
        path = [field.get("name") for field in node.xpath("ancestor::field")]
        comodel = model
        for name in path:
            fields = admin.call(comodel, "fields_get", [[name]])
            comodel = fields[name]["relation"]
        context = node.getparent().get("context") or ""
        yield f"{model} ({view}): {'.'.join(path)}", comodel, node, context


def _lacking(admin, model, node, context):
    """Return the columns that an untouched row would have to fill."""
    columns = {field.get("name"): field for field in node.iter("field")}
    fields = admin.call(model, "fields_get", [list(columns)])
    defaults = admin.call(model, "default_get", [list(columns)])
    lacking = []
    for name, column in columns.items():
        required = column.get("required") or str(
            fields[name]["required"] and not fields[name]["readonly"]
        )
        by_default = defaults.get(name) and f"'default_{name}': False" not in context
        number = fields[name]["type"] in NUMBERS
        if required not in ("False", "0") and not by_default and not number:
            lacking.append(name)
    return lacking
