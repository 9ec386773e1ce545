# SPDX-License-Identifier: AGPL-3.0-or-later
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .grant_guard_mixin import (
    CONDITIONS,
    GOODS_CODE_CHECK,
    GOODS_CODE_HELP,
    GOODS_CODE_MESSAGE,
    GUARD,
    ROLES,
)

#: who may see what a machine is worth; the operator at the machine may not
MONEY_GROUPS = (
    "grant_equipment.grant_equipment_group_officer,"
    "umkm_base.umkm_base_group_accountant,"
    "umkm_base.umkm_base_group_factory_manager,"
    "umkm_base.umkm_base_group_auditor,"
    "umkm_base.umkm_base_group_monitoring_officer,"
    "maintenance.group_equipment_manager"
)

#: facts of custody and title, that only handovers and transfers change
PROTECTED = frozenset(
    {
        "owner_id",
        "custodian_id",
        "operator_id",
        "title_state",
        "handover_line_id",
        "agreement_id",
        "programme_id",
        "restriction_end",
        "grant_company_id",
        "company_id",
        "acquisition_value",
        "currency_id",
        "register_number",
    }
)


class MaintenanceEquipment(models.Model):
    _name = "maintenance.equipment"
    _inherit = "maintenance.equipment"

    owner_id = fields.Many2one(
        "res.partner",
        string="Holder of title",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        help="Who owns the machine (pemilik), mostly a government body.",
    )
    custodian_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        help="Who holds the machine now (pemegang) and answers for it.",
    )
    operator_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        help="Who runs the machine or lets his members use it (pengelola).",
    )
    title_state = fields.Selection(
        [
            ("government", "With government"),
            ("in_transfer", "In transfer"),
            ("transferred", "Transferred"),
        ],
        string="Title",
        index=True,
        tracking=True,
        help="With government: used in custody, no asset of the cooperative."
        " Transferred: passed to the recipient by a grant. Empty: never granted.",
    )
    goods_code = fields.Char(tracking=True, help=GOODS_CODE_HELP)
    register_number = fields.Char(
        copy=False,
        help="Running number of the unit inside its goods code and owner (nomor"
        " register, NUP): 0001 to 9999, then A000. Given when the code is known.",
    )
    label_code = fields.Char(
        copy=False,
        help="What the QR label says: it stays the same when owner or number change."
        " A label printed before may be entered here.",
    )
    restriction_end = fields.Date(
        tracking=True, help="Until then the machine may not be sold or passed on."
    )
    is_restricted = fields.Boolean(
        compute="_compute_is_restricted",
        search="_search_is_restricted",
        help="The restriction has not ended.",
    )
    agreement_id = fields.Many2one(
        "grant.agreement",
        string="Grant agreement",
        index="btree_not_null",
        ondelete="restrict",
    )
    programme_id = fields.Many2one(
        "grant.programme",
        string="Grant programme",
        index="btree_not_null",
        ondelete="restrict",
    )
    handover_line_id = fields.Many2one(
        "grant.handover.line",
        string="Registered by",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Line of the handover (BAST) by which the machine came in.",
    )
    grant_company_id = fields.Many2one(
        "res.company",
        string="Register kept by",
        index="btree_not_null",
        help="Company of the giving side; it sees the machine wherever it is.",
    )
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    acquisition_value = fields.Monetary(
        groups=MONEY_GROUPS, help="Value in the handover (nilai perolehan)."
    )
    acquisition_year = fields.Char(size=4, help="Tahun perolehan, four digits.")
    maker = fields.Char(help="Make, as on the name plate.")
    supplier_id = fields.Many2one(
        "res.partner", string="Supplied by", help="Who delivered it to government."
    )
    condition = fields.Selection(
        CONDITIONS,
        tracking=True,
        help="Good (B), lightly (RR) or heavily damaged (RB).",
    )
    condition_date = fields.Date(
        string="Condition seen on", help="Day of the latest look at the machine."
    )
    condition_note = fields.Char()
    inspection_interval_months = fields.Integer(
        help="Agreed months between two inspections; 0 for none."
    )
    date_next_inspection = fields.Date(
        compute="_compute_date_next_inspection",
        store=True,
        index=True,
        help="Latest inspection plus the agreed interval.",
    )
    custody_ids = fields.One2many("grant.custody", "equipment_id", readonly=True)
    custody_id = fields.Many2one(
        "grant.custody", compute="_compute_custody", string="Current custody"
    )
    custodian_role = fields.Selection(ROLES, compute="_compute_custody")
    custody_chain = fields.Char(
        compute="_compute_custody",
        help="Who had it, from the first giver to the one who holds it now.",
    )
    custody_count = fields.Integer(compute="_compute_custody")

    _goods_code_form = models.Constraint(GOODS_CODE_CHECK, GOODS_CODE_MESSAGE)
    _register_number_form = models.Constraint(
        "CHECK (register_number IS NULL OR"
        " (register_number ~ '^([0-9]{4}|[A-Z][0-9]{3})$'"
        " AND register_number <> '0000'))",
        "A register number runs from 0001 to 9999, then from A000 to Z999.",
    )
    _register_number_uniq = models.UniqueIndex(
        "(owner_id, goods_code, register_number) WHERE register_number IS NOT NULL",
        "This owner has a machine with this goods code and register number already.",
    )
    _label_code_uniq = models.UniqueIndex(
        "(label_code) WHERE label_code IS NOT NULL",
        "Another machine carries this label already.",
    )
    _acquisition_value_positive = models.Constraint(
        "CHECK (acquisition_value >= 0)", "An acquisition value cannot be below zero."
    )
    _acquisition_year_form = models.Constraint(
        "CHECK (acquisition_year IS NULL OR acquisition_year ~ '^[0-9]{4}$')",
        "The year of acquisition has four digits.",
    )

    @api.depends("restriction_end")
    def _compute_is_restricted(self):
        today = fields.Date.context_today(self)
        for machine in self:
            end = machine.restriction_end
            machine.is_restricted = bool(end and end >= today)

    def _search_is_restricted(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("restriction_end", ">=", fields.Date.context_today(self))]

    @api.depends("inspection_interval_months", "condition_date")
    def _compute_date_next_inspection(self):
        for machine in self:
            months = machine.inspection_interval_months
            machine.date_next_inspection = (
                machine.condition_date + relativedelta(months=months)
                if months and machine.condition_date
                else False
            )

    @api.depends("custody_ids.date_to", "custody_ids.partner_id")
    def _compute_custody(self):
        for machine in self:
            rows = machine.custody_ids.sorted(lambda row: (row.date_from, row.id))
            current = rows.filtered(lambda row: not row.date_to)[:1]
            names = [row.partner_id.sudo().name for row in rows]
            if rows.from_partner_id and rows[0].from_partner_id:
                names.insert(0, rows[0].from_partner_id.sudo().name)
            machine.custody_id = current
            machine.custodian_role = current.role
            machine.custody_chain = " → ".join(name or "?" for name in names)
            machine.custody_count = len(rows)

    @api.model_create_multi
    def create(self, vals_list):
        machines = super().create(vals_list)
        for machine in machines:
            if not machine.label_code:
                machine.label_code = f"FS-{machine.id:07d}"
        machines._note_given_register_numbers()
        machines._assign_register_numbers()
        if self.env.context.get("grant_guard") is not GUARD:
            machines.filtered("custodian_id")._open_first_custody()
        return machines

    def write(self, vals):
        if self.env.context.get("grant_guard") is not GUARD:
            self._check_protected(vals)
        res = super().write(vals)
        if vals.keys() & {"goods_code", "owner_id"}:
            self._assign_register_numbers()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_custody(self):
        held = self.filtered("custody_ids")
        if held:
            raise UserError(
                self.env._(
                    "Granted machines stay in the register, archive them instead:"
                    " %(names)s.",
                    names=", ".join(held.mapped("display_name")),
                )
            )

    def _guard_opened(self):
        """Return the machines with leave to write what is guarded."""
        return self.with_context(grant_guard=GUARD)

    def _check_protected(self, vals):
        """Refuse to rewrite custody and title of machines that were granted."""
        names = PROTECTED & set(vals)
        for machine in self if names else self.browse():
            # A reader without the right to see the value may still write a name.
            record = machine.sudo()
            if not record.custody_ids:
                continue
            changed = []
            for name in sorted(names):
                field = record._fields[name]
                now = field.convert_to_cache(record[name], record, validate=False)
                if (field.convert_to_cache(vals[name], record) or None) != (
                    now or None
                ):
                    changed.append(name)
            if changed:
                labels = self.fields_get(changed, ["string"])
                raise UserError(
                    self.env._(
                        "%(machine)s was granted, so these change only by a handover"
                        " (BAST) or a transfer: %(fields)s.",
                        machine=record.display_name,
                        fields=", ".join(
                            labels.get(name, {"string": name})["string"]
                            for name in changed
                        ),
                    )
                )
