# SPDX-License-Identifier: AGPL-3.0-or-later
import logging

from odoo.tools import SQL

_logger = logging.getLogger(__name__)

LANGUAGE = "id_ID"
PRODUCT_UNIT_DIGITS = 3  # grams of a kilogram
SEEDED_MODELS = (
    "umkm.region",
    "umkm.kbli",
    "umkm.indicator",
    "umkm.licence.type",
    "umkm.scale.threshold",
)


def post_init_hook(env):
    """Make the database Indonesian: language, rupiah, grams."""
    _activate_indonesian(env)
    _set_product_unit_digits(env)
    _logger.info(env["res.company"]._setup_rupiah_rounding())


def uninstall_hook(env):
    """Take back the default language, and the external ids of reference data.

    These records go with their tables; left to the uninstaller they would be deleted
    while other records still point at them, which their foreign keys refuse.
    """
    env["ir.default"].search(
        [
            ("field_id.model", "=", "res.partner"),
            ("field_id.name", "=", "lang"),
            ("json_value", "=", f'"{LANGUAGE}"'),
            ("company_id", "=", False),
            ("user_id", "=", False),
        ]
    ).unlink()
    env.cr.execute(
        SQL(
            "DELETE FROM ir_model_data WHERE module = 'umkm_base' AND model IN %s",
            SEEDED_MODELS,
        )
    )


def _activate_indonesian(env):
    """Activate Indonesian and make it the language of new and of untouched users."""
    languages = env["res.lang"].with_context(active_test=False)
    indonesian = languages.search([("code", "=", LANGUAGE)])
    only_english = not languages.search(
        [("active", "=", True), ("code", "not in", ["en_US", LANGUAGE])]
    )
    if not indonesian.active:
        indonesian.action_unarchive()
        # Core has loaded this module's texts before, for the languages active then.
        module = env["ir.module.module"].search([("name", "=", "umkm_base")])
        module._update_translations([LANGUAGE])
    env["ir.default"].set("res.partner", "lang", LANGUAGE)
    if only_english:
        # A database nobody chose a language in: English is only what Odoo starts with.
        people = env["res.users"].with_context(active_test=False).search([]).partner_id
        people |= env["res.company"].search([]).partner_id
        people.filtered(lambda one: one.lang in (False, "en_US")).lang = LANGUAGE


def _set_product_unit_digits(env):
    """Weigh to the gram, unless the database counts finer already."""
    precision = env["decimal.precision"].search([("name", "=", "Product Unit")])
    precision.digits = max(precision.digits, PRODUCT_UNIT_DIGITS)
