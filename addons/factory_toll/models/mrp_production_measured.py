# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an order weighed, and what its yield was judged by, stands as it is."""

from odoo import api, models
from odoo.exceptions import UserError

from .stock_lot import OWNER_TOKEN

MEASURED = frozenset(
    {
        *("input_kg", "additive_kg", "output_kg", "byproduct_kg"),
        *("kind_kg", "loss_kg", "actual_yield"),
        "is_over_input",
    }
)
# Open until the order is closed.
JUDGED_BY = frozenset(("expected_yield", "yield_tolerance", "loss_reason"))


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse weights in a new order, also those of a default in the context."""
        orders = super().create(vals_list)
        for order in orders:
            order._check_measured({name for name in MEASURED if order[name]})
        return orders

    def write(self, vals):
        for order in self:
            order._check_measured(order._get_changed(MEASURED, vals))
            judged = order._get_changed(JUDGED_BY, vals)
            if judged and order._is_recorded():
                order._raise_judged(judged)
        return super().write(vals)

    def _is_recorded(self):
        """Tell whether the order gave its output, whatever state a client wrote."""
        self.ensure_one()
        moves = self.move_finished_ids
        return self.state in ("done", "cancel") or "done" in moves.mapped("state")

    def _write_measured(self, vals):
        """Write what was weighed; the order itself does, nobody else."""
        self.with_context(toll_measured_token=OWNER_TOKEN).write(vals)

    def _get_changed(self, names, vals):
        """Return which of these fields the values would change."""
        self.ensure_one()
        return {
            name
            for name in names & vals.keys()
            if (self._fields[name].convert_to_cache(vals[name], self) or False)
            != (self[name] or False)
        }

    def _check_measured(self, names):
        if names and self.env.context.get("toll_measured_token") is not OWNER_TOKEN:
            raise UserError(
                self.env._(
                    "%(order)s: %(fields)s is weighed by the order when its output is "
                    "recorded. To correct it, take the order apart and make it again.",
                    order=self.display_name,
                    fields=self._get_labels(names),
                )
            )

    def _raise_judged(self, names):
        raise UserError(
            self.env._(
                "%(order)s is closed: %(fields)s stands as it was judged by.",
                order=self.display_name,
                fields=self._get_labels(names),
            )
        )

    def _get_labels(self, names):
        labels = self.fields_get(sorted(names), ["string"])
        return ", ".join(label["string"] for label in labels.values())
