# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import UserError

#: Proof that a write comes from our own code: an object cannot be sent over RPC.
GUARD = object()

#: Roles in the chain of custody, from the maker to the one who works at the machine.
ROLES = [
    ("supplier", "Supplier"),
    ("ministry", "Ministry"),
    ("region", "Regional government"),
    ("operator", "Operator or recipient"),
    ("member", "Member"),
]
GOVERNMENT_ROLES = ("ministry", "region")

CONDITIONS = [
    ("good", "Good (B)"),
    ("minor_damage", "Minor damage (RR)"),
    ("major_damage", "Major damage (RB)"),
]

TRANSFER_RULES = [
    ("none", "Not allowed"),
    ("permission", "With the donor's written permission"),
    ("free", "Free"),
]

GOODS_CODE_CHECK = (
    "CHECK (goods_code IS NULL"
    r" OR goods_code ~ '^[0-9]\.[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{3}$')"
)
GOODS_CODE_MESSAGE = (
    "A goods code has ten digits written as 3.05.01.04.001: check its length and dots."
)
GOODS_CODE_HELP = (
    "Kode barang, ten digits as X.XX.XX.XX.XXX (PMK 120/2007, annex VI;"
    " PMK 29/2010), e.g. 3.05.01.04.001."
)


class GrantGuardMixin(models.AbstractModel):
    """Keep signed papers as they were signed.

    The state changes through actions only, and in a state other than draft only the
    fields of ``_guard_open_fields`` may still be written. Writing the value that is
    there already is no change, so that a load can run again.
    """

    _name = "grant.guard.mixin"
    _description = "Guarded Grant Record"

    #: fields that stay open after signing, besides those of chatter and activities
    _guard_open_fields = frozenset()
    #: {field: value of a new record}; only actions give another one
    _guard_initial = {"state": "draft"}

    def _guard_opened(self):
        """Return the records with leave to write what is guarded."""
        return self.with_context(grant_guard=GUARD)

    def _guard_is_open(self):
        return self.env.context.get("grant_guard") is GUARD

    def _guard_changed_fields(self, vals):
        """Return the names in ``vals`` whose value would really change.

        :rtype: set(str)
        """
        self.ensure_one()
        changed = set()
        for name in set(vals) & set(self._fields):
            field = self._fields[name]
            if field.type in ("one2many", "many2many"):
                if field.type == "many2many":
                    changed.add(name)
                continue
            now = field.convert_to_cache(self[name], self, validate=False)
            if (field.convert_to_cache(vals[name], self) or None) != (now or None):
                changed.add(name)
        return changed

    @api.model_create_multi
    def create(self, vals_list):
        if not self._guard_is_open():
            initial = self._guard_initial
            for vals in vals_list:
                if any(
                    (vals.get(name) or initial[name]) != initial[name]
                    for name in initial
                ):
                    raise UserError(
                        self.env._(
                            "A %(kind)s starts as a draft: leave the state out and"
                            " sign it with its button.",
                            kind=self.env["ir.model"]._get(self._name).name,
                        )
                    )
            # Written out, so that no default_... of the context takes their place.
            vals_list = [{**vals, **initial} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self._guard_is_open():
            for record in self:
                record._guard_check_write(vals)
        return super().write(vals)

    def _guard_check_write(self, vals):
        changed = self._guard_changed_fields(vals)
        if changed & self._guard_initial.keys():
            raise UserError(
                self.env._(
                    "The state of %(record)s changes with its buttons, not by writing"
                    " the field.",
                    record=self.display_name,
                )
            )
        if self.state == "draft":
            return
        frozen = {
            name
            for name in changed - self._guard_open_fields
            if not name.startswith(("message_", "activity_", "website_message_"))
        }
        if frozen:
            labels = self.fields_get(sorted(frozen), ["string"])
            raise UserError(
                self.env._(
                    "%(record)s is no draft any more, so these can no longer change:"
                    " %(fields)s. Correct it with a reversal or a successor.",
                    record=self.display_name,
                    fields=", ".join(labels[name]["string"] for name in sorted(labels)),
                )
            )
