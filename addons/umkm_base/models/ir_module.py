# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.tools.translate import TranslationImporter, get_po_paths


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Let ``i18n_extra`` replace what other modules left in English.

        Odoo keeps a translation that is there, and its own files hold terms whose
        translation is the English word ("Demand"): without this they stay English.
        """
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        importer = TranslationImporter(self.env.cr, verbose=False)
        for module in modules:
            for lang in langs:
                for path in get_po_paths(module, lang):
                    if "/i18n_extra/" in path:
                        importer.load_file(path, lang)
        importer.save(overwrite=True, force_overwrite=True)
        return result
