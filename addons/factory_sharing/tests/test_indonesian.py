# SPDX-License-Identifier: AGPL-3.0-or-later
import re

from lxml import etree

from odoo.tests import TransactionCase, tagged

SHOWN = (
    *("string", "placeholder", "help", "confirm", "sum", "avg", "title"),
    *("alt", "aria-label"),
)
WORD = re.compile(r"[A-Za-z]{3}")
# written alike in both languages, names and abbreviations
ALIKE = {
    *("<!DOCTYPE html>", "(NPWP", "Logo"),
    *("Avatar 128", "Bank", "Batch", "Email", "Incoterm", "KBLI", "Kode Transaksi"),
    *("kWh", "Lot", "Maintenance", "Manual", "Minimum", "Model", "MTBF", "MTTR"),
    *("Mudharabah", "Murabahah", "Musyarakah", "Normal", "NPWP", "OEE", "QRIS", "SHU"),
    *("Status", "Target", "Total", "Unit", "Virtual Account", "WhatsApp", "WIP"),
    *("WIB (UTC+7)", "WITA (UTC+8)", "WIT (UTC+9)"),
}
# selections of names that are not translated, of mail's mixin, whose selections Odoo
# does not export for the models that inherit it, and two that OCA computes in code
NAMES = {
    *("tz", "invoice_edi_format", "activity_state", "activity_exception_decoration"),
    *("manual_move_type", "reconcile_mode"),
}
# selections and helps of the tax office's forms, Indonesian in the source
INDONESIAN = ("l10n_id_",)
# papers for ministries and lenders, Indonesian in the source
INDONESIAN_PAPERS = (
    "grant_equipment.report_grant_handover_document",
    *("lpdb_financing.report_ageing", "lpdb_financing.report_nominee_list"),
    *("lpdb_financing.report_pack", "lpdb_financing.report_schedule"),
)
OUR_ADDONS = (
    *("umkm_base", "coop_membership", "grant_equipment", "factory_booking"),
    *("factory_toll", "factory_sharing", "lpdb_financing"),
)
# views that Odoo makes up where a model has none: their title is shown nowhere
UNTITLED = {"search", "activity"}


@tagged("post_install", "-at_install")
class TestIndonesian(TransactionCase):
    """An Indonesian user sees no English on the screens that our menus open.

    What is the same in both languages was not translated: labels, helps, selections
    and the texts of views, those of Odoo's and OCA's models included.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        root = cls.env.ref("umkm_base.umkm_base_menu_root")
        cls.menus = cls.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        cls.actions = [
            menu.action
            for menu in cls.menus
            if menu.action and menu.action._name == "ir.actions.act_window"
        ]

    def test_menus_actions_and_reports_are_translated(self):
        models = [action.res_model for action in self.actions]
        bound = [("binding_model_id.model", "in", models)]
        records = [*self.menus, *self.actions]
        for kind in ("act_window", "server", "report"):
            records += self.env[f"ir.actions.{kind}"].search(bound)
        untranslated = set()
        for record in records:
            for name in {"name", "help"} & set(record._fields):
                seen = record.with_context(lang="id_ID")[name]
                if self._same(seen, record.with_context(lang="en_US")[name]):
                    untranslated.add((record._name, record.id, seen))
        self.assertFalse(sorted(untranslated))

    def test_every_screen_of_our_menus_is_translated(self):
        self.assertTrue(self.actions)
        untranslated = set()
        for action in self.actions:
            untranslated |= self._compare(action)
        self.assertFalse(sorted(untranslated))

    def test_every_page_and_paper_is_translated(self):
        """Floor pages, portal and reports; Odoo skips a template with a doctype."""
        domain = [("model", "=", "ir.ui.view"), ("module", "in", OUR_ADDONS)]
        ids = self.env["ir.model.data"].search(domain).mapped("res_id")
        pages = self.env["ir.ui.view"].search(
            [("id", "in", ids), ("type", "=", "qweb")]
        )
        self.assertIn("factory_booking.floor_layout", pages.mapped("key"))
        untranslated = set()
        for page in pages.filtered(lambda p: not p.key.startswith(INDONESIAN_PAPERS)):
            seen, source = (
                self._texts(page.with_context(lang=lang).arch_db)
                for lang in ("id_ID", "en_US")
            )
            pairs = zip(seen, source, strict=True)
            untranslated |= {(page.key, a) for a, b in pairs if self._same(a, b)}
        self.assertFalse(sorted(untranslated))

    def _compare(self, action):
        views = [(view or False, kind) for view, kind in action.views]
        views.append((action.search_view_id.id or False, "search"))
        model = self.env[action.res_model]
        seen, source = (
            model.with_context(lang=lang).get_views(views)
            for lang in ("id_ID", "en_US")
        )
        found = set()
        for kind, view in seen["views"].items():
            pairs = zip(
                self._texts(view["arch"]),
                self._texts(source["views"][kind]["arch"]),
                strict=True,
            )
            found |= {(model._name, kind, a) for a, b in pairs if self._same(a, b)}
        for name, info in seen["models"].items():
            pairs = self._field_texts(name, info["fields"])
            found |= {(name, field, a) for field, a, b in pairs if self._same(a, b)}
        return found

    def _texts(self, arch):
        texts = []
        root = etree.fromstring(arch)
        if root.tag in UNTITLED:
            root.attrib.pop("string", None)
        for node in root.iter(etree.Element):
            texts += [node.get(name) for name in SHOWN if node.get(name)]
            coded = node.tag == "attribute" and node.get("name") not in SHOWN
            said = (node.tail,) if coded else (node.text, node.tail)
            texts += [text for text in said if text and text.strip()]
        return texts

    def _field_texts(self, model, names):
        seen, source = (
            self.env[model].with_context(lang=lang).fields_get(list(names))
            for lang in ("id_ID", "en_US")
        )
        for name, field in seen.items():
            for key in ("string", "help"):
                yield name, field.get(key), source[name].get(key)
            if name not in NAMES and not name.startswith(INDONESIAN):
                for (_key, a), (_key, b) in zip(
                    field.get("selection") or [],
                    source[name].get("selection") or [],
                    strict=True,
                ):
                    yield name, a, b

    def _same(self, text, source):
        if not isinstance(text, str) or text != source:
            return False
        text = " ".join(text.split())
        return bool(WORD.search(text)) and text not in ALIKE
