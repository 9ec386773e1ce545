# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.register_number import CAPACITY, format_register_number


class GrantRegisterCounter(models.Model):
    """The last running number given out, per owner and goods code.

    Two transactions that reserve at once meet on the row of the counter: the second one
    waits and is then told by PostgreSQL to start again (Odoo does), so no number is
    given twice and none is asked for in vain.
    """

    _name = "grant.register.counter"
    _description = "Register Number Counter"
    _order = "owner_id, goods_code"
    _rec_name = "goods_code"

    owner_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="cascade"
    )
    goods_code = fields.Char(required=True)
    last_position = fields.Integer(
        required=True, help="Running number that was given out last."
    )

    _owner_code_uniq = models.Constraint(
        "UNIQUE(owner_id, goods_code)", "There is one counter per owner and goods code."
    )

    @api.model
    def _reserve(self, owner, goods_code, count):
        """Reserve the next ``count`` register numbers of an owner's goods code.

        :return: register numbers in order
        :rtype: list(str)
        :raise UserError: when the code has no room for so many
        """
        last = self._advance(
            owner, goods_code, SQL("c.last_position + %s", count), count
        )
        if last > CAPACITY:
            raise UserError(
                self.env._(
                    "Goods code %(code)s of %(owner)s has no register numbers left for"
                    " %(count)s more units (%(capacity)s at most): use a finer code.",
                    code=goods_code,
                    owner=owner.display_name,
                    count=count,
                    capacity=CAPACITY,
                )
            )
        return [format_register_number(last - count + 1 + n) for n in range(count)]

    @api.model
    def _raise_to(self, owner, goods_code, position):
        """Let the counter go on after a number that came from outside."""
        self._advance(
            owner, goods_code, SQL("GREATEST(c.last_position, %s)", position), position
        )

    def _advance(self, owner, goods_code, change, first):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO grant_register_counter AS c
                            (owner_id, goods_code, last_position,
                             create_uid, write_uid, create_date, write_date)
                     VALUES (%(owner)s, %(code)s, %(first)s,
                             %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                             now() AT TIME ZONE 'UTC')
                ON CONFLICT (owner_id, goods_code)
                  DO UPDATE SET last_position = %(change)s
                  RETURNING last_position
                """,
                owner=owner.id,
                code=goods_code,
                first=first,
                uid=self.env.uid,
                change=change,
            )
        )
        (last,) = self.env.cr.fetchone()
        self.invalidate_model(["last_position"])
        return last
