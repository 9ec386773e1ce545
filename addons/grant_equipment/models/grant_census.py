# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .grant_guard_mixin import CONDITIONS


class GrantCensus(models.Model):
    """Counting the register against what stands there (sensus barang).

    Opening writes down what is expected; every scan of a label finds, repeats, or
    brings up what was not expected; closing names what is missing and freezes it all.
    """

    _name = "grant.census"
    _description = "Equipment Census"
    _inherit = ["mail.thread", "grant.guard.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guard_open_fields = frozenset({"note"})

    name = fields.Char(required=True)
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the count; conditions seen are registered under it.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Counting"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="The office whose register is counted.",
    )
    custodian_id = fields.Many2one(
        "res.partner", help="Count only what this party holds; empty for all."
    )
    programme_id = fields.Many2one(
        "grant.programme",
        check_company=True,
        help="Count only what came out of this programme; empty for all.",
    )
    region_id = fields.Many2one(
        "umkm.region",
        help="Count only what parties in this region and below hold; empty for all.",
    )
    note = fields.Text()
    line_ids = fields.One2many("grant.census.line", "census_id", readonly=True)
    expected_count = fields.Integer(compute="_compute_counts")
    found_count = fields.Integer(compute="_compute_counts")
    missing_count = fields.Integer(compute="_compute_counts")
    unexpected_count = fields.Integer(
        compute="_compute_counts", help="Scanned, but not expected or not known."
    )
    duplicate_count = fields.Integer(
        compute="_compute_counts", help="Scans of a label beyond the first."
    )

    @api.depends("line_ids.result", "line_ids.scan_count", "line_ids.is_expected")
    def _compute_counts(self):
        for census in self:
            lines = census.line_ids
            results = lines.grouped("result")
            census.expected_count = len(lines.filtered("is_expected"))
            census.found_count = len(results.get("found", ()))
            census.missing_count = len(results.get("missing", ()))
            census.unexpected_count = len(results.get("unexpected", ())) + len(
                results.get("unknown", ())
            )
            census.duplicate_count = sum(max(line.scan_count - 1, 0) for line in lines)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if self.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._("A census that has begun stays: only drafts can be deleted.")
            )

    def action_open(self):
        """Write down what is expected and begin to count."""
        self._check_census_state("draft")
        vals_list = []
        for census in self:
            machines = self.env["maintenance.equipment"].search(census._get_domain())
            if not machines:
                raise UserError(
                    self.env._(
                        "Nothing is registered in the scope of %(name)s: widen holder,"
                        " programme or region.",
                        name=census.name,
                    )
                )
            vals_list += [
                {
                    "census_id": census.id,
                    "equipment_id": machine.id,
                    "label_code": machine.label_code,
                    "is_expected": True,
                }
                for machine in machines
            ]
        self._lines_as_counter().create(vals_list)
        self._guard_opened().write({"state": "open"})
        return True

    def action_scan(self, codes, condition=False, note=False):
        """Count machines by their labels.

        :param codes: label, or list of labels, as the scanner reads them
        :param str condition: good, minor_damage or major_damage, for all of them
        :param str note: what was seen; required when damaged
        :return: for each code {code, result, equipment, scan_count} with result in
            found, duplicate, unexpected, unknown
        :rtype: list(dict)
        """
        self.ensure_one()
        self.check_access("write")
        self._check_census_state("open")
        if condition and condition not in dict(CONDITIONS):
            raise UserError(
                self.env._("Say which condition was seen and on which day.")
            )
        if condition and condition != "good" and not note:
            raise UserError(self.env._("Note what is damaged."))
        read = [codes] if isinstance(codes, str) else list(codes)
        labels = [str(code).strip() for code in read if str(code).strip()]
        lines = self._get_scanned_lines(labels)
        answers = []
        for label in labels:
            line = lines[label]
            line.scan_count += 1
            if condition:
                line.write({"condition": condition, "condition_note": note})
            answers.append(
                {
                    "code": label,
                    "result": "duplicate" if line.scan_count > 1 else line.result,
                    "equipment": line.equipment_id.display_name or "",
                    "scan_count": line.scan_count,
                }
            )
        return answers

    def action_close(self):
        """End the count: what was not scanned is missing, what was seen is noted."""
        self._check_census_state("open")
        for census in self:
            lines = census.line_ids.filtered(
                lambda line, day=census.date: (
                    line.condition
                    and line.equipment_id
                    and (line.equipment_id.condition_date or day) <= day
                )
            )
            for (condition, note), seen in lines.grouped(
                lambda line: (line.condition, line.condition_note)
            ).items():
                seen.equipment_id.action_register_condition(
                    condition, census.date, note
                )
        self._guard_opened().write({"state": "closed"})
        return True

    def action_view_lines(self):
        """Open the lines of the census."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.grant_census_line_action"
        )
        return {**action, "domain": [("census_id", "in", self.ids)]}

    def _get_domain(self):
        """Return which machines the census expects to find."""
        self.ensure_one()
        domain = Domain("custodian_id", "!=", False) & (
            Domain("grant_company_id", "=", self.company_id.id)
            | Domain("owner_id", "=", self.company_id.partner_id.id)
        )
        if self.custodian_id:
            domain &= Domain("custodian_id", "=", self.custodian_id.id)
        if self.programme_id:
            domain &= Domain("programme_id", "=", self.programme_id.id)
        if self.region_id:
            domain &= Domain("custodian_id.region_id", "child_of", self.region_id.id)
        return domain

    def _get_scanned_lines(self, labels):
        """Return the line of each label, made where it was not expected."""
        by_label = {line.label_code: line for line in self._lines_as_counter()}
        new = [label for label in dict.fromkeys(labels) if label not in by_label]
        # What the user may not see stays unknown to him.
        machines = self.env["maintenance.equipment"].search([("label_code", "in", new)])
        known = {machine.label_code: machine.id for machine in machines}
        created = self._lines_as_counter().create(
            [
                {
                    "census_id": self.id,
                    "equipment_id": known.get(label),
                    "label_code": label,
                }
                for label in new
            ]
        )
        by_label.update({line.label_code: line for line in created})
        return by_label

    def _lines_as_counter(self):
        # No role edits lines by hand; who may write the census counts through it.
        return self.sudo().line_ids

    def _check_census_state(self, state):
        wrong = self.filtered(lambda one: one.state != state)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This needs a census in state %(wanted)s, but this is not:"
                    " %(names)s.",
                    wanted=labels[state],
                    names=", ".join(
                        f"{one.name} ({labels[one.state]})" for one in wrong
                    ),
                )
            )


class GrantCensusLine(models.Model):
    """A machine that was expected or scanned; written by the census only."""

    _name = "grant.census.line"
    _description = "Census Line"
    _order = "census_id, result, label_code, id"
    _rec_name = "label_code"

    census_id = fields.Many2one(
        "grant.census", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="census_id.company_id", store=True)
    equipment_id = fields.Many2one(
        "maintenance.equipment", index=True, ondelete="restrict"
    )
    label_code = fields.Char(help="As printed or scanned.")
    is_expected = fields.Boolean(
        string="Expected", help="It stood in the register when the count began."
    )
    scan_count = fields.Integer(
        string="Scans", default=0, help="More than one: scanned again."
    )
    condition = fields.Selection(CONDITIONS, help="As seen in this census.")
    condition_note = fields.Char()
    result = fields.Selection(
        [
            ("pending", "To be found"),
            ("found", "Found"),
            ("missing", "Missing"),
            ("unexpected", "Not expected"),
            ("unknown", "Unknown label"),
        ],
        compute="_compute_result",
        store=True,
        index=True,
        help="Missing is said only when the census is closed.",
    )

    _label_uniq = models.UniqueIndex(
        "(census_id, label_code) WHERE label_code IS NOT NULL",
        "A label stands in a census once.",
    )
    _equipment_uniq = models.UniqueIndex(
        "(census_id, equipment_id) WHERE equipment_id IS NOT NULL",
        "A machine stands in a census once.",
    )

    @api.depends("is_expected", "scan_count", "equipment_id", "census_id.state")
    def _compute_result(self):
        for line in self:
            if not line.is_expected:
                line.result = "unexpected" if line.equipment_id else "unknown"
            elif line.scan_count:
                line.result = "found"
            else:
                closed = line.census_id.state == "closed"
                line.result = "missing" if closed else "pending"
