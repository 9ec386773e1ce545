# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEPT = timedelta(days=30)


class FactoryFloorRequest(models.Model):
    """What a form of the floor pages led to, so that it is done once only.

    A weighing or a consumption has no natural key: two sacks of 40 kg are two facts,
    one sack sent twice by a bad network is one. Each form carries a key made with the
    page; the row is written in the transaction of what the form does, so a refusal
    leaves no row and the same form may be sent again.
    """

    _name = "factory.floor.request"
    _description = "Form Sent from the Floor"
    _order = "id desc"
    _rec_name = "key"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    key = fields.Char(required=True, readonly=True, help="Made with the form.")
    address = fields.Char(
        readonly=True, help="Page that shows what the form did; a repeat leads there."
    )

    _key_uniq = models.Constraint(
        "UNIQUE (user_id, key)", "This form was sent already."
    )

    @api.model
    def _do_once(self, key, action):
        """Do what a form asks for, unless this form was done before.

        Two requests at the same moment: the second waits for the first, fails to
        serialize, is tried again by the platform and then finds the row.

        :param str key: of the form
        :param action: function without arguments that returns an address
        :return: the address, of the first time when there was one
        """
        row = self.env.execute_query(
            SQL(
                """
                INSERT INTO factory_floor_request
                    (user_id, key, create_uid, create_date)
                VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (user_id, key) DO NOTHING
                RETURNING id
                """,
                self.env.uid,
                key,
                self.env.uid,
            )
        )
        if row:
            address = action()
            # sudo: nobody at the machine has a right on this model
            self.sudo().browse(row[0][0]).address = address
            return address
        # sudo: as above; only the user's own rows are looked at
        own = [("user_id", "=", self.env.uid), ("key", "=", key)]
        return self.sudo().search(own).address

    @api.autovacuum
    def _gc_requests(self):
        limit = fields.Datetime.now() - KEPT
        self.search([("create_date", "<", limit)]).unlink()
