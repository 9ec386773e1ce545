# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.handover_line import repeated, split_serial_numbers

#: problems that one message lists; more would not be read
SHOWN = 20


class GrantHandover(models.Model):
    """Signing and reversing: the steps by which goods and custody really move."""

    _name = "grant.handover"
    _inherit = "grant.handover"

    def action_sign(self):
        """Sign drafts: register machines, move custody, freeze the paper.

        Works on many at once. All are checked first and one message names every line
        that cannot be signed; either all are signed or none.
        """
        self._check_state("draft")
        self._check_signable()
        self._assign_numbers()
        self._register_equipment()
        self._hand_on_custody()
        self._guard_opened().write({"state": "signed"})
        return True

    def action_reverse(self, date=False, reason=False):
        """Take back a signed handover by a second one in the other direction.

        Machines that the handover registered are archived; machines that it handed on
        return to the giver. Refused when a machine has been handed on since.

        :param str date: day of the reversal, ISO; today at the company's place if empty
        :param str reason: why, required
        :return: id of the reversing handover
        """
        self.ensure_one()
        self._check_reversible(reason)
        day = fields.Date.to_date(date) or self.company_id._local_date()
        reversal = self._guard_opened().copy(self._prepare_reversal_vals(day, reason))
        reversal._assign_numbers()
        reversal._take_back_custody()
        reversal._guard_opened().write({"state": "signed"})
        self._guard_opened().write({"is_reversed": True})
        return reversal.id

    # Checks

    def _check_signable(self):
        problems = []
        for handover in self:
            problems += [
                f"{handover.display_name}: {text}" for text in handover._get_problems()
            ]
        problems += self._get_serial_problems()
        if problems:
            more = len(problems) - SHOWN
            if more > 0:
                tail = self.env._("... and %(count)s more", count=more)
                problems = [*problems[:SHOWN], tail]
            raise ValidationError(
                self.env._(
                    "This cannot be signed yet:\n%(problems)s",
                    problems="\n".join(problems),
                )
            )

    def _get_problems(self):
        """Return sentences on what forbids to sign this handover."""
        self.ensure_one()
        found = []
        if not self.line_ids:
            found.append(self.env._("it has no line"))
        for line in self.line_ids:
            found += [f"{line.name}: {text}" for text in line._get_problems()]
        agreement = self.agreement_id
        if agreement and agreement.state not in ("signed", "active"):
            found.append(
                self.env._(
                    "agreement %(name)s is not signed or not in force",
                    name=agreement.name,
                )
            )
        if self.title_outcome == "passes" and agreement.kind != "grant":
            found.append(self.env._("title passes only under a grant agreement (NPHD)"))
        return found + self._get_holder_problems()

    def _get_holder_problems(self):
        """Only who holds a machine hands it on, and title stays with the register.

        Signing moves custody as superuser, so all machines are looked at as such.
        """
        self.ensure_one()
        return [
            f"{machine.display_name}: {text}"
            for machine in self.sudo().line_ids.equipment_ids
            for text in self._get_machine_problems(machine)
        ]

    def _get_machine_problems(self, machine):
        foreign = self._is_foreign(machine)
        holder = machine.custodian_id
        if (holder or foreign) and holder != self.from_partner_id:
            yield self.env._(
                "%(partner)s does not hold it", partner=self.from_partner_id.name
            )
        if not foreign:
            return
        if self.from_partner_id._get_grant_company() != self.company_id.sudo():
            yield self.env._(
                "it stands in another company's register, so only its holder's own"
                " company hands it on"
            )
        if self.title_outcome != "stays":
            yield self.env._(
                "it stands in another company's register, so its title stays here"
            )
        restriction = machine._get_restriction_problem(self.to_partner_id, self.date)
        if restriction:
            yield restriction

    def _is_foreign(self, machine):
        """Tell whether another company keeps the register of the machine."""
        return machine.sudo()._get_register_company() != self.sudo().company_id

    def _get_serial_problems(self):
        """Serial numbers are unique in the whole register, as in core."""
        lines = self.line_ids.filtered(lambda one: not one.equipment_ids)
        by_number = {}
        for line in lines:
            for number in split_serial_numbers(line.serial_numbers):
                by_number.setdefault(number, []).append(line)
        # Core's constraint spans all companies, so the check must look there too; of
        # machines that the user may not see only the number is told.
        known = set(
            self.env["maintenance.equipment"]
            .sudo()
            .with_context(active_test=False)
            .search([("serial_no", "in", list(by_number))])
            .mapped("serial_no")
        )
        numbers = [number for number, owners in by_number.items() for _line in owners]
        return [
            self.env._(
                "%(lines)s: serial number %(number)s is registered already or stands"
                " here twice",
                lines=", ".join(
                    f"{line.handover_id.display_name} / {line.name}"
                    for line in by_number[number]
                ),
                number=number,
            )
            for number in sorted(known | set(repeated(numbers)))
        ]

    def _check_reversible(self, reason):
        self._check_state("signed")
        if not reason:
            raise UserError(
                self.env._("Enter why %(name)s is reversed.", name=self.display_name)
            )
        if self.is_reversed or self.reversed_id:
            raise UserError(
                self.env._(
                    "%(name)s is a reversal or was reversed already: write a new"
                    " handover instead.",
                    name=self.display_name,
                )
            )
        moved = self.equipment_ids.filtered(
            lambda one: one.custody_id.handover_id != self
        )
        if moved:
            raise UserError(
                self.env._(
                    "These machines of %(name)s have changed hands since, take them"
                    " back first: %(machines)s.",
                    name=self.display_name,
                    machines=", ".join(moved.mapped("display_name")),
                )
            )

    # Numbers

    def _assign_numbers(self):
        unnumbered = self.filtered(lambda one: not one.name)
        for handover in unnumbered.sorted(lambda one: (one.date, one.id)):
            sequence = self._get_number_sequence(handover.company_id)
            # The counter's year and the month in the number are those of the paper.
            day = fields.Date.to_string(handover.date)
            dated = sequence.with_context(ir_sequence_date=day)
            handover._guard_opened().name = dated.next_by_id(sequence_date=day)

    def _get_number_sequence(self, company):
        """Return the BAST sequence of a company, made on first use.

        One counter a year without gaps; the office sets its letters in the suffix.
        """
        # A right to sign is no right on sequences: this one only counts up.
        sequences = self.env["ir.sequence"].sudo()
        domain = [("code", "=", "grant.handover"), ("company_id", "=", company.id)]
        sequence = sequences.search(domain, limit=1)
        return sequence or sequences.create(self._prepare_sequence_vals(company))

    def _prepare_sequence_vals(self, company):
        office = "".join(word[0] for word in company.name.split() if word[0].isalnum())
        return {
            "name": self.env._("Handovers (BAST) of %(name)s", name=company.name),
            "code": "grant.handover",
            "company_id": company.id,
            "implementation": "no_gap",
            "padding": 3,
            "use_date_range": True,
            "suffix": f"/BAST/{office.upper()}/%(roman_month)s/%(year)s",
        }

    # Custody

    def _register_equipment(self):
        """Register one machine per accepted unit, all handovers in one create."""
        owners, vals_list = [], []
        for line in self.line_ids:
            if line.is_equipment and not line.equipment_ids:
                serials = split_serial_numbers(line.serial_numbers)
                for index in range(round(line.accepted_quantity)):
                    owners.append(line)
                    vals_list.append(
                        line._prepare_equipment_vals(
                            serials[index] if index < len(serials) else False
                        )
                    )
        machines = self.env["maintenance.equipment"]._create_granted(vals_list)
        by_line = {}
        for line, machine in zip(owners, machines, strict=True):
            by_line.setdefault(line, []).append(machine.id)
        for line, machine_ids in by_line.items():
            line._guard_opened().equipment_ids = [Command.set(machine_ids)]

    def _hand_on_custody(self):
        moves, titles = [], []
        for handover in self:
            for machine in handover.line_ids.equipment_ids:
                moves.append(handover._prepare_custody_move(machine))
            titles.append(handover._prepare_title_change())
        self.env["maintenance.equipment"]._move_custody(moves)
        for machines, vals in titles:
            machines._set_title(vals)
        for line in self.line_ids:
            line.equipment_ids._guard_opened().sudo().write(
                {"condition": line.condition}
            )

    def _take_back_custody(self):
        origin = self.reversed_id
        registered = self.equipment_ids.filtered(
            lambda one: one.handover_line_id.handover_id == origin
        )
        self.env["maintenance.equipment"]._move_custody(
            [self._prepare_custody_move(machine) for machine in self.equipment_ids]
        )
        # The right to reverse reaches the machines at the other side, too.
        registered.sudo().action_archive()
        for machine in self.equipment_ids - registered:
            machine._restore_title(origin)

    def _prepare_custody_move(self, machine):
        return {
            "equipment_id": machine.id,
            "from_partner_id": self.from_partner_id.id,
            "from_role": self.from_role,
            "partner_id": self.to_partner_id.id,
            "role": self.to_role,
            "date_from": self.date,
            "handover_id": self.id,
            "reason": self.reversal_reason,
            "company_id": self.company_id.id,
        }

    def _prepare_title_change(self):
        """Return the machines and what the handover does to their title."""
        # The terms that another company agreed on stay with its machines.
        machines = self.line_ids.equipment_ids.filtered(
            lambda one: not one.sudo().agreement_id or not self._is_foreign(one)
        )
        vals = {}
        if self.title_outcome == "in_transfer":
            vals["title_state"] = "in_transfer"
        elif self.title_outcome == "passes":
            to_government = self.to_role in ("ministry", "region")
            vals["title_state"] = "government" if to_government else "transferred"
            vals["owner_id"] = self.to_partner_id.id
        if self.agreement_id:
            vals["agreement_id"] = self.agreement_id.id
            vals["restriction_end"] = self.agreement_id.restriction_end
            vals["inspection_interval_months"] = (
                self.agreement_id.inspection_interval_months
            )
        return machines, vals

    def _prepare_reversal_vals(self, day, reason):
        return {
            "date": day,
            "from_partner_id": self.to_partner_id.id,
            "from_role": self.to_role,
            "from_signatory": self.to_signatory,
            "from_position": self.to_position,
            "to_partner_id": self.from_partner_id.id,
            "to_role": self.from_role,
            "to_signatory": self.from_signatory,
            "to_position": self.from_position,
            "owner_id": self.owner_id.id,
            "region_id": self.region_id.id,
            "programme_id": self.programme_id.id,
            "reversed_id": self.id,
            "reversal_reason": reason,
            "title_outcome": "stays",
            "line_ids": [
                Command.create(line._prepare_reversal_vals()) for line in self.line_ids
            ],
        }


class GrantHandoverLine(models.Model):
    """What signing needs of a line."""

    _name = "grant.handover.line"
    _inherit = "grant.handover.line"

    def _prepare_reversal_vals(self):
        """Return the same line, naming the machines that go back."""
        self.ensure_one()
        vals = self.copy_data()[0]
        vals.pop("handover_id")
        return {**vals, "equipment_ids": [Command.set(self.equipment_ids.ids)]}

    def _prepare_equipment_vals(self, serial_no):
        """Return the values of one machine of the line."""
        self.ensure_one()
        handover = self.handover_id
        from_supplier = handover.from_role == "supplier"
        return {
            "name": self.name,
            "category_id": self.category_id.id,
            "serial_no": serial_no,
            "maker": self.maker,
            "model": self.model,
            "goods_code": self.goods_code,
            "owner_id": handover.owner_id.id,
            "title_state": "government",
            "condition": self.condition,
            "condition_date": handover.date,
            "effective_date": handover.date,
            "assign_date": handover.date,
            "acquisition_value": self.unit_value,
            "acquisition_year": self.acquisition_year or str(handover.date.year),
            "currency_id": self.currency_id.id,
            "supplier_id": handover.from_partner_id.id if from_supplier else False,
            "handover_line_id": self.id,
            "programme_id": handover.programme_id.id,
            "grant_company_id": handover.company_id.id,
            "company_id": handover.company_id.id,
        }
