# SPDX-License-Identifier: AGPL-3.0-or-later
import logging

from psycopg2 import IntegrityError

from odoo import Command, api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

LINES = {"fees": "lpdb.fee", "guarantees": "lpdb.guarantee"}


class RefusedRowError(Exception):
    """What ``load`` says about a record, and about which field."""

    def __init__(self, field, text):
        super().__init__(text)
        self.field = field


class LpdbFacility(models.Model):
    """Loans brought by a file: each comes whole, or leaves nothing behind."""

    _inherit = "lpdb.facility"

    @api.model
    def load_agreements(self, agreements, check_only=False):
        """Create or change loans, sign them and draw what was drawn.

        :param list agreements: dictionaries, every key may be missing: ``id`` of a
            loan that is there; ``facility``, ``fees``, ``guarantees``: the two
            arguments of ``load``; ``sign`` true; ``draw``: ``{"date", "amount",
            "waits"}``, one that waits stays a draft for the lender's schedule; ``use``:
            values of ``lpdb.draw.use``, its ``draw_id`` empty for the draw of this call
        :param bool check_only: judge them all and write nothing
        :return: in their order ``{"id", "error", "field"}``; when one has an error
            nothing of the call is written
        :rtype: list
        """
        return self._load_all(agreements, self._load_agreement, check_only)

    @api.model
    def load_letters(self, letters, check_only=False):
        """Put lenders' schedules in force, posting the draws that wait for them.

        :param list letters: ``{"facility_id", "source", "date_from", "lines"}``, a line
            being ``{"n", "due", "principal", "interest", "capitalised"}``; a draft of
            the same source is taken and gets these lines
        :param bool check_only: judge them all and write nothing
        :return: in their order ``{"id", "error", "field"}``, the id being that of the
            schedule; when one has an error nothing of the call is written
        :rtype: list
        """
        return self._load_all(letters, self._load_letter, check_only)

    def _load_all(self, items, load, check_only):
        """Do something with each item, and undo all when one of them is refused."""
        if not isinstance(items, list) or not all(isinstance(x, dict) for x in items):
            raise UserError(
                self.env._("What is to be loaded must be a list of dictionaries.")
            )
        results = []
        whole = self.env.cr.savepoint()
        for item in items:
            result = {"id": False, "error": False, "field": ""}
            try:
                with self.env.cr.savepoint():
                    result["id"] = load(item)
            except RefusedRowError as error:
                result.update(error=str(error), field=error.field)
            except UserError as error:
                result["error"] = str(error)
            except IntegrityError as error:
                result["error"] = self._sql_error_to_message(error)
            except (KeyError, TypeError, ValueError) as error:
                _logger.info("An item to be loaded cannot be read", exc_info=True)
                result["error"] = self.env._(
                    "This cannot be read: %(what)s. See what load_agreements and"
                    " load_letters take.",
                    what=repr(error),
                )
            results.append(result)
        undone = check_only or any(result["error"] for result in results)
        whole.close(rollback=bool(undone))
        return [{**result, "id": not undone and result["id"]} for result in results]

    def _load_agreement(self, item):
        number = item.get("id")
        if item.get("facility"):
            number = self._load_records_of("lpdb.facility", *item["facility"])[0]
        facility = self.browse(number).exists()
        facility.ensure_one()
        facility.check_access("write")
        for name, model in LINES.items():
            if item.get(name):
                header, rows = item[name]
                self._load_records_of(
                    model,
                    [*header, "facility_id/.id"],
                    [[*row, str(facility.id)] for row in rows],
                )
        if item.get("sign"):
            facility.action_sign()
        draw = self.env["lpdb.draw"]
        if item.get("draw"):
            draw = facility._load_draw(**item["draw"])
        if item.get("use"):
            use = item["use"]
            vals = {**use, "draw_id": use.get("draw_id") or draw.id}
            self.env["lpdb.draw.use"].create(vals)
        return facility.id

    def _load_records_of(self, model, header, rows):
        """Call ``load``, and raise what it only reports."""
        answer = self.env[model].load(header, rows)
        for message in answer["messages"]:
            if message["type"] == "error":
                raise RefusedRowError(message.get("field") or "", message["message"])
        return answer["ids"]

    def _load_draw(self, date, amount, waits=False):
        """Post a draw, or leave it as a draft for the lender's schedule."""
        self.ensure_one()
        if not waits:
            return self.env["lpdb.draw"].browse(self.action_draw(date, amount))
        draw = self.env["lpdb.draw"].create(
            {
                "facility_id": self.id,
                "date": self.company_id._read_day(date),
                "amount": self._read_amount(amount),
            }
        )
        draw._check_postable()
        return draw

    def _load_letter(self, item):
        facility = self.browse(item["facility_id"])
        facility.check_access("write")
        lines = [Command.create(line) for line in item["lines"]]
        schedules = self.env["lpdb.schedule"]
        draft = schedules.search(
            [
                ("facility_id", "=", facility.id),
                ("state", "=", "draft"),
                ("source", "=", item["source"]),
            ],
            order="id",
            limit=1,
        )
        if draft:
            draft.write({"line_ids": [Command.clear(), *lines]})
        else:
            draft = schedules.create(
                {
                    "facility_id": facility.id,
                    "kind": "imported",
                    "source": item["source"],
                    "date_from": item["date_from"],
                    "line_ids": lines,
                }
            )
        waiting = facility.draw_ids.filtered(lambda draw: draw.state == "draft")
        waiting.action_post()
        draft.action_activate()
        return draft.id
