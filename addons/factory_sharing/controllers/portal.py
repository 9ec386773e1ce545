# SPDX-License-Identifier: AGPL-3.0-or-later
"""An owner's own pages: his material in the house, and his part of orders.

Shares are found with his own rights; what is somebody else's is answered as what does
not exist.
"""

from werkzeug.exceptions import NotFound

from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PAGE = 20


class MaterialPortal(CustomerPortal):
    def _get_own_owners(self):
        """Return who is logged in, and the firm or group that he is a contact of."""
        partner = request.env.user.partner_id
        return partner | partner.commercial_partner_id

    def _get_own_shares_domain(self):
        # internal users read the shares of all owners; here each sees his own
        return [("partner_id", "in", self._get_own_owners().ids)]

    def _get_stock_rows(self):
        """Return what lies in the house: list of (product, lot, owner, quantity)."""
        # owners have no right to the stock; the domain leaves their own
        quants = request.env["stock.quant"].sudo()
        return quants._read_group(
            [
                ("owner_id", "in", self._get_own_owners().ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "in", request.env.user.company_ids.ids),
                ("quantity", ">", 0),
            ],
            ["product_id", "lot_id", "owner_id"],
            ["quantity:sum"],
        )

    def _render_material(self, template, **values):
        return request.render(
            f"factory_sharing.{template}",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "material",
                **values,
            },
        )

    @http.route(
        ["/my/material", "/my/material/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_material(self, page=1):
        """Show the stock of who is logged in, and the orders with his material."""
        shares = request.env["factory.production.share"]
        if not shares.has_access("read"):
            raise NotFound
        domain = self._get_own_shares_domain()
        pages = pager(
            url="/my/material",
            total=shares.search_count(domain),
            page=page,
            step=PAGE,
        )
        found = shares.search(
            domain, order="id desc", limit=PAGE, offset=pages["offset"]
        )
        return self._render_material(
            "portal_my_material",
            rows=self._get_stock_rows() if page == 1 else [],
            # the name and day of the order beside the share, which he may read
            shares=found.sudo(),
            pager=pages,
        )

    @http.route(
        "/my/material/pool/<int:share_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_share(self, share_id):
        """Show what one put into an order, got out of it, and pays for it."""
        shares = request.env["factory.production.share"]
        if not shares.has_access("read"):
            raise NotFound
        share = shares.search([("id", "=", share_id), *self._get_own_shares_domain()])
        if not share:
            raise NotFound
        statement = share.get_pool_statement()
        company = share.company_id.sudo()
        moment = fields.Datetime.to_datetime(statement["date"] or None)
        return self._render_material(
            "portal_my_share",
            share=share.sudo(),
            statement=statement,
            day=moment and company._local_date(moment),
            currency=company.currency_id,
            date=fields.Date.to_date,
        )
