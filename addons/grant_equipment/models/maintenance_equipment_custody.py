# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .grant_guard_mixin import CONDITIONS, GOVERNMENT_ROLES, GUARD, ROLES


class MaintenanceEquipment(models.Model):
    """Custody and title of granted machines: how they change hands."""

    _name = "maintenance.equipment"
    _inherit = "maintenance.equipment"

    # Actions

    def action_transfer_custody(
        self, partner_id, date, role=False, reason=False, permission=False
    ):
        """Hand machines on without a BAST of their own, e.g. operator to member.

        While a restriction runs, the agreement decides: not at all, with a letter of
        the donor, or freely. Back to the owner is always possible.

        :param int partner_id: who takes over
        :param str date: day, ISO; not before the present custody began
        :param str role: supplier, ministry, region, operator or member; left out, the
            role the partner had before on this machine, else operator
        :param str reason: why
        :param str permission: the donor's letter, number and date
        """
        self._check_may_transfer()
        partner = self.env["res.partner"].browse(partner_id).exists()
        day = fields.Date.to_date(date)
        if not partner or not day or (role and role not in dict(ROLES)):
            raise UserError(
                self.env._("Say to whom, on which day and in which role to transfer.")
            )
        moves = []
        for machine in self:
            machine._check_transfer_allowed(partner, day, permission)
            moves.append(
                {
                    "equipment_id": machine.id,
                    "from_partner_id": machine.custodian_id.id,
                    "from_role": machine.custodian_role,
                    "partner_id": partner.id,
                    "role": role or machine._get_former_role(partner),
                    "date_from": day,
                    "reason": reason,
                    "permission": permission,
                    "company_id": machine._get_register_company().id,
                }
            )
        self._move_custody(moves)
        return True

    def action_register_condition(self, condition, date, note=False):
        """Note what a look at the machines showed; it counts as inspection.

        :param str condition: good, minor_damage or major_damage
        :param str date: day of the look, ISO
        :param str note: what was seen; required when damaged
        """
        self._check_may_register_condition()
        day = fields.Date.to_date(date)
        if condition not in dict(CONDITIONS) or not day:
            raise UserError(
                self.env._("Say which condition was seen and on which day.")
            )
        if condition != "good" and not note:
            raise UserError(self.env._("Note what is damaged."))
        early = self.filtered(
            lambda one: one.condition_date and one.condition_date > day
        )
        if early:
            raise UserError(
                self.env._(
                    "These were looked at later than %(day)s already: %(names)s.",
                    day=day,
                    names=", ".join(early.mapped("display_name")),
                )
            )
        # Who may look at a machine of his company may say what he saw, and no more.
        self.sudo().write(
            {"condition": condition, "condition_date": day, "condition_note": note}
        )
        return True

    def action_set_title(self, title_state, owner_id=False, reason=False):
        """Record where the title is, when it moves apart from a handover.

        :param str title_state: government, in_transfer or transferred
        :param int owner_id: new holder of title, when it changes
        :param str reason: deed by which title moves, number and date; required
        """
        self.check_access("write")
        self._check_may_set_title(title_state)
        states = dict(self._fields["title_state"].selection)
        if title_state not in states or not reason:
            raise UserError(
                self.env._(
                    "Say where the title is and by which deed (number and date)."
                )
            )
        vals = {"title_state": title_state}
        if owner_id:
            vals["owner_id"] = owner_id
        self._set_title(vals)
        for machine in self:
            machine.message_post(
                body=self.env._("Title recorded by: %(reason)s", reason=reason)
            )
        return True

    def action_view_custody(self):
        """Open the history of custody."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.grant_custody_action"
        )
        return {**action, "domain": [("equipment_id", "in", self.ids)]}

    # Rights and rules

    def _check_may_transfer(self):
        """Officers of the giving side and managers of the company transfer."""
        self.check_access("read")
        if self.env.su or self.has_access("write"):
            return
        raise UserError(
            self.env._("Only those who keep the equipment register transfer machines.")
        )

    def _check_may_register_condition(self):
        self.check_access("read")
        roles = (
            "umkm_base.umkm_base_group_factory_manager",
            "umkm_base.umkm_base_group_monitoring_officer",
            "grant_equipment.grant_equipment_group_officer",
            "maintenance.group_equipment_manager",
        )
        if not self.env.su and not any(map(self.env.user.has_group, roles)):
            raise UserError(
                self.env._(
                    "Factory managers, monitoring officers and grant officers register"
                    " the condition of machines."
                )
            )

    def _check_may_set_title(self, title_state):
        """Only the register's company records title; it passes only by a grant."""
        machines = self.sudo()
        foreign = machines.filtered(
            lambda one: one._get_register_company() not in self.env.companies
        )
        if foreign and not self.env.su:
            raise UserError(
                self.env._(
                    "Another company keeps the register of these machines and records"
                    " their title: %(names)s.",
                    names=", ".join(foreign.mapped("display_name")),
                )
            )
        ungranted = machines.filtered(lambda one: one.agreement_id.kind != "grant")
        if title_state == "transferred" and ungranted:
            raise UserError(
                self.env._(
                    "Title passes only under a grant agreement (NPHD), and these were"
                    " not handed over under one: %(names)s.",
                    names=", ".join(ungranted.mapped("display_name")),
                )
            )

    def _check_transfer_allowed(self, partner, day, permission):
        self.ensure_one()
        if partner == self.custodian_id:
            raise UserError(
                self.env._(
                    "%(partner)s holds %(machine)s already.",
                    partner=partner.display_name,
                    machine=self.display_name,
                )
            )
        problem = self._get_restriction_problem(partner, day, permission)
        if problem:
            raise UserError(
                self.env._(
                    "%(machine)s: %(problem)s.",
                    machine=self.display_name,
                    problem=problem,
                )
            )

    def _get_restriction_problem(self, partner, day, permission=False):
        """Return how the donor's restriction forbids to pass the machine on.

        :rtype: str
        """
        self.ensure_one()
        restricted = self.restriction_end and self.restriction_end >= day
        from_government = self.custodian_role in (*GOVERNMENT_ROLES, "supplier")
        if not restricted or from_government or partner == self.owner_id:
            return ""
        # The rule of the agreement binds whoever transfers, also who may not read it.
        rule = self.sudo().agreement_id.permitted_transfer or "permission"
        if rule == "none":
            return self.env._(
                "it may not be passed on before %(day)s, give it back to %(owner)s"
                " instead",
                day=self.restriction_end,
                owner=self.owner_id.sudo().display_name,
            )
        if rule == "permission" and not permission:
            return self.env._(
                "it may not be passed on before %(day)s, transfer it with the donor's"
                " letter that allows it",
                day=self.restriction_end,
            )
        return ""

    # Business

    @api.model
    def _create_granted(self, vals_list):
        """Register machines for a signed handover.

        The right to sign is the right to register, also into the company of the
        receiving side, which the officer may not enter; so this runs as superuser.
        """
        quiet = self.sudo().with_context(
            grant_guard=GUARD, tracking_disable=True, mail_create_nosubscribe=True
        )
        return self.browse(quiet.create(vals_list).ids)

    @api.model
    def _move_custody(self, moves):
        """Close the present custody of machines and open the next, in a few statements.

        :param list(dict) moves: values of ``grant.custody``, one machine once
        :raise ValidationError: when a machine came to its holder after the day
        """
        if not moves:
            return
        # Custody is written by no role, only by this method after its caller's checks.
        custody = self.env["grant.custody"].sudo().with_context(grant_guard=GUARD)
        machine_ids = [move["equipment_id"] for move in moves]
        days = {move["equipment_id"]: move["date_from"] for move in moves}
        present = custody.search(
            [("equipment_id", "in", machine_ids), ("date_to", "=", False)]
        )
        late = present.filtered(lambda row: row.date_from > days[row.equipment_id.id])
        if late:
            raise ValidationError(
                self.env._(
                    "These machines came to their present holder later than the day of"
                    " the handover: %(names)s.",
                    names=", ".join(
                        f"{row.equipment_id.display_name} ({row.date_from})"
                        for row in late
                    ),
                )
            )
        for day, rows in present.grouped(lambda row: days[row.equipment_id.id]).items():
            rows.date_to = day
        # The new rows are inserted before pending updates: close the old ones first.
        present.flush_recordset(["date_to"])
        custody.create(moves)
        self._update_holders(moves)

    @api.model
    def _update_holders(self, moves):
        by_vals = {}
        for move in moves:
            machine = self.browse(move["equipment_id"])
            vals = machine._prepare_holder_vals(move)
            by_vals.setdefault(tuple(vals.items()), []).append(machine.id)
        for items, machine_ids in by_vals.items():
            self.browse(machine_ids).sudo()._guard_opened().with_context(
                tracking_disable=True
            ).write(dict(items))

    def _prepare_holder_vals(self, move):
        """Return custodian, operator and company after a move.

        The machine works in the company of its operator, else of its holder, so that
        work centres and maintenance requests of that company can name it; without any
        it stays in the company that keeps the register.
        """
        # Read as superuser: the machine may be in the other side's company.
        machine = self.sudo()
        partner = machine.env["res.partner"].browse(move["partner_id"])
        operator = machine.operator_id
        if move["role"] == "operator":
            operator = partner
        elif move["role"] != "member":
            operator = operator.browse()
        company = (
            operator._get_grant_company()
            or partner._get_grant_company()
            or machine._get_register_company()
        )
        return {
            "custodian_id": partner.id,
            "operator_id": operator.id,
            "company_id": company.id,
            "assign_date": move["date_from"],
        }

    def _get_register_company(self):
        self.ensure_one()
        return self.grant_company_id or self.company_id or self.env.company

    def _get_former_role(self, partner):
        self.ensure_one()
        rows = self.sudo().custody_ids
        former = rows.filtered(lambda row: row.partner_id == partner)[-1:].role
        giver = rows.filtered(lambda row: row.from_partner_id == partner)[-1:].from_role
        return former or giver or "operator"

    def _open_first_custody(self):
        """Open custody of machines that were entered by hand or loaded."""
        moves = []
        for machine in self:
            if machine.custodian_id == machine.owner_id:
                role = "region"
            else:
                role = "operator"
            moves.append(
                {
                    "equipment_id": machine.id,
                    "partner_id": machine.custodian_id.id,
                    "role": role,
                    "date_from": machine.assign_date or machine.effective_date,
                    "reason": self.env._("Taken over into the register"),
                    "company_id": machine._get_register_company().id,
                }
            )
        self.env["grant.custody"].sudo().with_context(grant_guard=GUARD).create(moves)

    def _set_title(self, vals):
        """Write title facts; a new owner numbers the machine in his own register."""
        if not vals:
            return
        # Title moves by a signed deed, also for a machine in the other side's company.
        machines = self.sudo()._guard_opened()
        if "owner_id" in vals:
            machines.filtered(lambda one: one.owner_id.id != vals["owner_id"]).write(
                {"register_number": False}
            )
        machines.write(vals)

    def _restore_title(self, handover):
        """Give back the title that a reversed handover had passed on."""
        if handover.title_outcome == "stays":
            return
        vals = {"title_state": "government"}
        if handover.title_outcome == "passes":
            vals["owner_id"] = handover.from_partner_id.id
        self._set_title(vals)
