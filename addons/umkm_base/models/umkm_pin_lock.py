# SPDX-License-Identifier: AGPL-3.0-or-later
import math

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

MAX_FAILURES = "umkm_base.pin_max_failures"
LOCK_MINUTES = "umkm_base.pin_lock_minutes"
LOCK_MAX_MINUTES = "umkm_base.pin_lock_max_minutes"
TRIES = 20


class UmkmPinLock(models.Model):
    """Counter of wrong PINs, kept apart from the user.

    A failed login is rolled back, so the counter has a transaction of its own; and it
    is raised before the PIN is looked at, so that attempts racing each other cannot win
    more tries than allowed. Nobody reads or writes it but the methods below.
    """

    _name = "umkm.pin.lock"
    _description = "Counter of Wrong PINs"
    _order = "id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    failures = fields.Integer(
        required=True, default=0, help="Attempts since the last right PIN."
    )
    locked_until = fields.Datetime(help="No PIN is looked at before.")
    date_last = fields.Datetime(string="Last attempt")

    _user_uniq = models.Constraint(
        "UNIQUE(user_id)", "A user has one counter of wrong PINs."
    )

    @api.model
    def _get_settings(self):
        """Return wrong PINs allowed, minutes of the first and of the longest lock."""
        params = self.env["ir.config_parameter"].sudo()
        return (
            max(int(params.get_param(MAX_FAILURES, 5)), 1),
            max(int(params.get_param(LOCK_MINUTES, 15)), 1),
            max(int(params.get_param(LOCK_MAX_MINUTES, 1440)), 1),
        )

    @api.model
    def _reserve_attempt(self, user_id):
        """Count an attempt before it is made.

        Each lock in a row lasts twice as long as the one before: the counter goes on
        after a lock, and only a right PIN or a reset takes it back.

        :return: False when the account is locked
        :rtype: bool
        """
        allowed, minutes, longest = self._get_settings()
        now = SQL("%s::timestamp", fields.Datetime.now())
        # Before the first lock, counting starts anew when the last attempt is long ago.
        count = SQL(
            "CASE WHEN lock.failures < %s AND lock.date_last <="
            " %s - make_interval(mins => %s) THEN 1 ELSE lock.failures + 1 END",
            allowed,
            now,
            minutes,
        )
        query = SQL(
            """
            INSERT INTO umkm_pin_lock AS lock
                (user_id, failures, date_last, locked_until)
            VALUES (%(user)s, 1, %(now)s,
                CASE WHEN %(allowed)s <= 1
                    THEN %(now)s + make_interval(mins => %(minutes)s) END)
            ON CONFLICT (user_id) DO UPDATE SET
                failures = %(count)s,
                date_last = %(now)s,
                locked_until = CASE WHEN MOD(%(count)s, %(allowed)s) = 0
                    THEN %(now)s + make_interval(mins => LEAST(%(longest)s,
                        %(minutes)s * POWER(2, LEAST((%(count)s) / %(allowed)s, 16) - 1)
                    )::int) END
            WHERE lock.locked_until IS NULL OR lock.locked_until <= %(now)s
            RETURNING id
            """,
            user=user_id,
            now=now,
            count=count,
            allowed=allowed,
            minutes=minutes,
            longest=longest,
        )
        return bool(self._execute_apart(query))

    @api.model
    def _get_minutes_left(self, user_id):
        """Return how many minutes the lock of an account still lasts."""
        until = self.sudo().search([("user_id", "=", user_id)]).locked_until
        if not until:
            return self._get_settings()[1]
        return max(math.ceil((until - fields.Datetime.now()).total_seconds() / 60), 1)

    @api.model
    def _clear_attempts(self, user_id):
        """Forget the attempts after a right PIN or a reset."""
        self._execute_apart(
            SQL(
                "UPDATE umkm_pin_lock SET failures = 0, locked_until = NULL"
                " WHERE user_id = %s RETURNING id",
                user_id,
            )
        )

    @api.model
    def _execute_apart(self, query):
        """Run a statement in a transaction of its own, again when another one won.

        :return: rows
        """
        for _try in range(TRIES):
            try:
                with self.env.registry.cursor() as cr:
                    cr.execute(query, log_exceptions=False)
                    return cr.fetchall()
            except SerializationFailure:
                # Another attempt on the account committed first: see its count.
                continue
        return []
