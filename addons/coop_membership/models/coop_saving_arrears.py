# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.umkm_base.tools.chat import chat_link


class CoopMember(models.Model):
    _inherit = "coop.member"

    employer_id = fields.Many2one(
        "res.partner",
        string="Dues collected by",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Employer or buyer who deducts the dues from pay or from goods. Not the"
        " company of the contact, which would move the member's debts to it.",
    )
    date_reminded = fields.Date(
        string="Reminded on",
        copy=False,
        groups="umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor",
        help="Last reminder of dues, by whatever means.",
    )


class CoopSavingArrears(models.Model):
    """What each member owes, one row a member; a view, so nothing goes stale."""

    _name = "coop.saving.arrears"
    _description = "Arrears of Dues"
    _auto = False
    _order = "oldest_due, member_id"
    _rec_name = "member_id"
    _depends = {
        "coop.saving.due": ["member_id", "state", "amount", "paid", "date_due"],
        "coop.member": [
            "partner_id",
            "class_id",
            "group_id",
            "employer_id",
            "date_reminded",
        ],
    }

    member_id = fields.Many2one("coop.member", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Person", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    class_id = fields.Many2one("coop.member.class", readonly=True)
    group_id = fields.Many2one("coop.member.group", readonly=True)
    employer_id = fields.Many2one(
        "res.partner", string="Dues collected by", readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_open = fields.Monetary(string="Open", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    overdue_count = fields.Integer(string="Dues overdue", readonly=True)
    oldest_due = fields.Date(string="Overdue since", readonly=True)
    date_reminded = fields.Date(string="Reminded on", readonly=True)
    whatsapp_url = fields.Char(
        string="WhatsApp",
        compute="_compute_whatsapp_url",
        help="Opens a chat with the reminder written; sending it is yours.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT m.id, m.id AS member_id, m.partner_id, m.company_id, m.class_id,
                   m.group_id, m.employer_id, m.date_reminded,
                   d.amount_open, d.amount_overdue, d.overdue_count, d.oldest_due
              FROM (SELECT due.member_id, SUM(due.amount - due.paid) AS amount_open,
                           SUM(due.amount - due.paid) FILTER (WHERE late)
                           AS amount_overdue,
                           COUNT(*) FILTER (WHERE late) AS overdue_count,
                           MIN(due.date_due) FILTER (WHERE late) AS oldest_due
                      FROM (SELECT s.member_id, s.amount, s.paid, s.date_due,
                                   s.date_due < (now() AT TIME ZONE
                                   COALESCE(c.time_zone, 'Asia/Jakarta'))::date AS late
                              FROM coop_saving_due s
                              JOIN res_company c ON c.id = s.company_id
                             WHERE s.state = 'open') due
                  GROUP BY due.member_id
                    HAVING bool_or(late)) d
              JOIN coop_member m ON m.id = d.member_id
            """
        )

    def _compute_whatsapp_url(self):
        for row in self:
            link = chat_link(row.partner_id.phone, row._get_reminder_text())
            row.whatsapp_url = link or False

    def _get_reminder_text(self):
        """Return the reminder in the member's language."""
        self.ensure_one()
        row = self.company_id._coop_spoken(self, self.partner_id)
        formatted = row.env["coop.saving.entry"]._format_amount
        return row.env._(
            "Dear %(name)s, %(count)s dues of %(amount)s in all are open with"
            " %(company)s since %(day)s. Please pay them at the counter or by transfer."
            " Thank you.",
            name=row.partner_id.name,
            count=row.overdue_count,
            amount=formatted(row.amount_overdue),
            company=row.company_id.name,
            day=format_date(row.env, row.oldest_due),
        )

    def _mark_reminded(self):
        for company, rows in self.grouped("company_id").items():
            rows.member_id.write({"date_reminded": company._local_date()})

    def action_whatsapp(self):
        """Open the chat with the reminder written."""
        self.ensure_one()
        if not self.whatsapp_url:
            raise UserError(
                self.env._(
                    "%(name)s has no mobile number. Record it on the contact first.",
                    name=self.partner_id.name,
                )
            )
        self._mark_reminded()
        return {"type": "ir.actions.act_url", "url": self.whatsapp_url, "target": "new"}

    def action_email(self):
        """Send the reminder by e-mail to all who have an address.

        :return: number of e-mails; who has no address is told in the notification
        """
        self.member_id.check_access("write")
        reached = self.filtered("partner_id.email")
        template = self.env.ref("coop_membership.coop_member_mail_template_dues")
        for row in reached:
            # a teller may send the reminder without a right to mail templates
            template.sudo().send_mail(
                row.member_id.id,
                email_values={"recipient_ids": [(4, row.partner_id.id)]},
            )
        reached._mark_reminded()
        without = self - reached
        message = self.env._(
            "%(count)s reminders are on their way.", count=len(reached)
        )
        if without:
            message += " " + self.env._(
                "Without an e-mail address: %(names)s.",
                names=", ".join(without[:20].mapped("partner_id.name")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if without else "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_plan_call(self):
        """Plan a call for the user on each member, unless one is planned already."""
        todo = self.env.ref("mail.mail_activity_data_call")
        planned = self.env["mail.activity"].search(
            [
                ("res_model", "=", "coop.member"),
                ("res_id", "in", self.member_id.ids),
                ("activity_type_id", "=", todo.id),
            ]
        )
        known = set(planned.mapped("res_id"))
        for row in self.filtered(lambda row: row.member_id.id not in known):
            row.member_id.activity_schedule(
                "mail.mail_activity_data_call",
                summary=self.env._("Dues overdue"),
                note=row._get_reminder_text(),
            )
        return True

    def action_open_dues(self):
        return self.member_id.action_open_dues()
