# SPDX-License-Identifier: AGPL-3.0-or-later
"""A member's own pages: savings, passbook, dues, receipts, requests.

Everything is read with the member's own rights; what is somebody else's is answered as
what does not exist. Core's pages that change one's own data are closed to members: what
the register says of a member changes by a request that the cooperative accepts.
"""

import json

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import mute_logger

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

LINES_PER_PAGE = 30
#: what a member may ask to have changed
CHANGE_FIELDS = ("phone", "email", "street", "city")


class CoopPortal(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "saving_count" in counters:
            values["saving_count"] = len(self._get_memberships())
        return values

    def _get_memberships(self):
        """Return the memberships of the person who is logged in, the newest first."""
        partner = request.env.user.partner_id
        members = request.env["coop.member"]
        if not members.has_access("read"):
            return members
        return members.search([("partner_id", "=", partner.id)], order="id desc")

    def _leave_core_pages(self):
        """Return where members go instead of core's pages of their data, else None."""
        if request.env.user.partner_id._is_coop_registered():
            return request.redirect("/my/savings#request_change")
        return None

    @http.route()
    def account(self, **kwargs):
        return self._leave_core_pages() or super().account(**kwargs)

    @http.route()
    def my_addresses(self, **query_params):
        return self._leave_core_pages() or super().my_addresses(**query_params)

    @http.route()
    def portal_address(
        self,
        partner_id=None,
        address_type="billing",
        use_delivery_as_billing=False,
        **query_params,
    ):
        return self._leave_core_pages() or super().portal_address(
            partner_id, address_type, use_delivery_as_billing, **query_params
        )

    @http.route()
    def portal_address_submit(self, partner_id=None, **form_data):
        user = request.env.user
        if user.partner_id._is_coop_registered():
            return json.dumps(
                {"invalid_fields": [], "messages": [user._get_member_data_refusal()]}
            )
        return super().portal_address_submit(partner_id, **form_data)

    @http.route()
    def address_archive(self, partner_id):
        user = request.env.user
        if user.partner_id._is_coop_registered():
            raise UserError(user._get_member_data_refusal())
        return super().address_archive(partner_id)

    def _get_own(self, model, record_id):
        """Return one's own record, empty for another's as for none."""
        members = self._get_memberships()
        path = "member_id" if model != "coop.receipt" else None
        domain = [("id", "=", record_id)]
        if path:
            domain.append((path, "in", members.ids))
        else:
            domain.append(("partner_id", "=", request.env.user.partner_id.id))
        records = request.env[model]
        return records.search(domain) if records.has_access("read") else records

    def _render(self, template, **values):
        layout = self._prepare_portal_layout_values()
        return request.render(
            f"coop_membership.{template}",
            {**layout, "page_name": "savings", **values},
        )

    @http.route("/my/savings", type="http", auth="user", website=True)
    def my_savings(self, error="", done="", **kw):
        """Show what one has saved, owes and was receipted."""
        members = self._get_memberships()
        own = [("member_id", "in", members.ids)]
        env = request.env
        if not members:
            return self._render("portal_my_savings", members=members)
        return self._render(
            "portal_my_savings",
            members=members,
            accounts=env["coop.saving.account"].search(own),
            dues=env["coop.saving.due"].search([*own, ("state", "=", "open")]),
            receipts=env["coop.receipt"].search(own, limit=20),
            requests=env["coop.member.request"].search(own, limit=10),
            live=members.filtered(lambda m: m.state in ("active", "suspended")),
            error=error,
            done=done,
        )

    @http.route(
        [
            "/my/savings/<int:account_id>",
            "/my/savings/<int:account_id>/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
    )
    def my_passbook(self, account_id, page=1, **kw):
        """Show the passbook of an account, the newest lines first."""
        account = self._get_own("coop.saving.account", account_id)
        if not account:
            return request.not_found()
        turner = pager(
            url=f"/my/savings/{account.id}",
            total=account.line_count,
            page=page,
            step=LINES_PER_PAGE,
        )
        last = account.line_count - turner["offset"]
        lines = []
        if last > 0:
            first = max(1, last - LINES_PER_PAGE + 1)
            lines = [
                {**line, "date": fields.Date.to_date(line["date"])}
                for line in reversed(account.get_passbook(first, last))
            ]
        return self._render(
            "portal_my_passbook", account=account, lines=lines, pager=turner
        )

    @http.route("/my/receipts/<int:receipt_id>", type="http", auth="user", website=True)
    def my_receipt(self, receipt_id, **kw):
        """Download one's own receipt as PDF."""
        receipt = self._get_own("coop.receipt", receipt_id)
        if not receipt:
            return request.not_found()
        # the paper names the teller, whom the member may not read as a user
        report = request.env["ir.actions.report"].sudo()
        pdf, _kind = report.with_company(receipt.sudo().company_id)._render_qweb_pdf(
            "coop_membership.coop_receipt_report", receipt.ids
        )
        name = (receipt.name or "receipt").replace("/", "-")
        return request.make_response(
            pdf,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(pdf)),
                ("Content-Disposition", http.content_disposition(f"{name}.pdf")),
            ],
        )

    @http.route(
        "/my/savings/request",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def my_request(self, kind="", text="", **post):
        """Take a request to leave or to change data, for the cooperative to decide."""
        members = self._get_memberships().filtered(
            lambda m: m.state in ("active", "suspended")
        )
        if not members or kind not in ("exit", "change"):
            return request.redirect("/my/savings")
        values = {"member_id": members[:1].id, "kind": kind, "text": text.strip()}
        if kind == "change":
            for name in CHANGE_FIELDS:
                values[f"new_{name}"] = (post.get(name) or "").strip() or False
        try:
            with request.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                request.env["coop.member.request"]._ask(values)
        except UserError as error:
            return self.my_savings(error=str(error))
        return request.redirect("/my/savings?done=1")
