"""A teller's screens in a cooperative of 300,000 members and 3,000,000 entries.

Measured: what the web client asks the server for, by a user with the role of teller:
the register opened (first page of the list), the register searched by a number and by
a part of a name, a member's form, a passbook (first page of the entries of an account),
and a counter receipt from creation through the proposal of open dues to its posting.
The fields are those of the views. Time on the processor of Odoo and its PostgreSQL
backend, median, with nothing in the record cache.

Baseline: the same rows by one bare SQL query, for the receipt core's own journal entry
of two lines created and posted.

Bound (issue 4): 150 ms each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from scripts.benchmarks.common import members, session
from scripts.benchmarks.common.clock import Clock, median_ms
from scripts.lib.bench_table import Bound, Result

MEMBERS, QUICK = 300_000, 5_000
ENTRIES_EACH = 10
PAGE = 80
SAMPLE = 200  # members whose screens are opened, spread over all
BOUND = Bound("measured", "at most", 150, "ms")
DAY = "2025-03-10"

REGISTER = """
    SELECT m.number, p.name, c.name, m.date_joined, m.state,
           (SELECT sum(balance) FROM coop_saving_account WHERE member_id = m.id),
           (SELECT sum(amount - paid) FROM coop_saving_due
             WHERE member_id = m.id AND state = 'open')
      FROM coop_member m
      JOIN res_partner p ON p.id = m.partner_id
      JOIN coop_member_class c ON c.id = m.class_id
     WHERE m.company_id = %(company)s AND {where}
  ORDER BY m.number, m.id LIMIT 80
"""
PASSBOOK = """
    SELECT * FROM coop_saving_entry WHERE account_id = %(account)s
  ORDER BY date DESC, id DESC LIMIT 80
"""


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of each screen."""
    size = QUICK if quick else MEMBERS
    with session.scratch_environment(template) as env:
        cooperative = members.create_cooperative(env)
        members.fill(cooperative, size)
        members.fill_entries(cooperative, "voluntary", ENTRIES_EACH)
        teller = Teller(cooperative, size)
        for what, screen, baseline in teller.screens():
            laps = teller.clock.laps(7 if quick else 21, screen)
            bare = teller.clock.laps(7, baseline)
            yield Result(
                what,
                median_ms(laps),
                "ms",
                median_ms(bare),
                (BOUND,),
                f"wall time {median_ms(laps, 'wall'):.0f} ms",
            )


class Teller:
    """What a teller opens, each time for another member."""

    def __init__(self, cooperative: members.Cooperative, size: int):
        from odoo import fields

        self.clock = Clock(cooperative.env.cr)
        self._company = cooperative.company
        self._types = cooperative.types
        self._account = cooperative.account("voluntary")
        admin = cooperative.env
        role = admin.ref("umkm_base.umkm_base_group_teller")
        user = admin["res.users"].create(
            {
                "name": "Teller (contoh)",
                "login": "bench.teller",
                "group_ids": [(6, 0, role.ids)],
                "company_id": self._company.id,
                "company_ids": [(6, 0, self._company.ids)],
            }
        )
        keys = {"allowed_company_ids": self._company.ids}
        self._admin = admin
        self._env = admin(user=user.id, context=keys)
        admin.flush_all()
        step = max(size // SAMPLE, 1)
        rows = admin.execute_query(
            _sql(
                "SELECT id, number FROM coop_member WHERE company_id = %s ORDER BY id",
                self._company.id,
            )
        )
        sample = rows[1::step]
        self._members = iter(sample)
        owed = self._types["mandatory"]
        admin["coop.saving.due"]._create_for_members(
            owed,
            fields.Date.to_date(DAY),
            admin["coop.member"].browse([member for member, _number in sample]),
        )
        self._specs = {
            name: specification(self._env[name], kind)
            for name, kind in (
                ("coop.member", "list"),
                ("coop.saving.entry", "list"),
                ("coop.receipt", "form"),
            )
        }
        self._specs["member form"] = specification(self._env["coop.member"], "form")

    def screens(self) -> list[tuple[str, Callable, Callable]]:
        """Return (name, the screen, its baseline)."""
        return [
            ("register opened", self.register, self.bare_register),
            ("register searched", self.search, self.bare_search),
            ("searched by part of a name", self.search_part, self.bare_part),
            ("member's form", self.form, self.bare_form),
            ("passbook", self.passbook, self.bare_passbook),
            ("counter receipt", self.receipt, self.bare_receipt),
        ]

    def _fresh(self, model: str):
        self._env.flush_all()
        self._env.invalidate_all()
        return self._env[model]

    def _next(self) -> tuple[int, str]:
        return next(self._members)

    def _list(self, model: str, domain: list) -> None:
        answer = self._fresh(model).web_search_read(
            domain, self._specs[model], limit=PAGE, count_limit=10_001
        )
        if not answer["records"]:
            raise AssertionError(f"{model}: nothing found for {domain}")

    def register(self) -> None:
        """Open the list of members."""
        self._list("coop.member", [])

    def search(self) -> None:
        """Type a number into the search field, as its view has it."""
        _id, number = self._next()
        self._list("coop.member", [("display_name", "ilike", number)])

    def search_part(self) -> None:
        """Type a part of a name; the copies are called as their number."""
        _id, number = self._next()
        part = f"gota {int(number[1:])} (con"
        self._list("coop.member", [("display_name", "ilike", part)])

    def form(self) -> None:
        """Open a member."""
        member, _number = self._next()
        record = self._fresh("coop.member").browse(member)
        record.web_read(self._specs["member form"])

    def passbook(self) -> None:
        """Open the entries of a member's voluntary savings."""
        member, _number = self._next()
        account = self._fresh("coop.saving.account").search(
            [("member_id", "=", member), ("type_id", "=", self._types["voluntary"].id)]
        )
        self._list("coop.saving.entry", account.action_open_entries()["domain"])

    def receipt(self) -> None:
        """Take money for open dues and for voluntary savings."""
        member, _number = self._next()
        model = self._fresh("coop.receipt")
        line = {"type_id": self._types["voluntary"].id, "amount": 50_000}
        record = model.create(
            {"member_id": member, "date": DAY, "line_ids": [(0, 0, line)]}
        )
        record.action_propose()
        record.action_post()
        answer = record.web_read(self._specs["coop.receipt"])
        self._env.flush_all()
        if answer[0]["state"] != "posted" or len(answer[0]["line_ids"]) != 2:
            raise AssertionError("the receipt does not hold the due and the saving")

    # baselines

    def _query(self, query: str, **values) -> None:
        cr = self._env.cr
        cr.execute(query, {"company": self._company.id, **values})
        cr.fetchall()

    def bare_register(self) -> None:
        """Read the first page."""
        self._query(REGISTER.format(where="TRUE"))

    def bare_search(self) -> None:
        """Read the row of a number."""
        self._query(REGISTER.format(where="m.number = %(number)s"), number="B000123")

    def bare_part(self) -> None:
        """Look for a part of a name."""
        self._query(REGISTER.format(where="p.name ILIKE %(part)s"), part="%gota 77 (%")

    def bare_form(self) -> None:
        """Read the row of a member."""
        self._query(REGISTER.format(where="m.id = %(id)s"), id=self._next()[0])

    def bare_passbook(self) -> None:
        """Read the first page of an account."""
        self._query(PASSBOOK, account=self._account.id)

    def bare_receipt(self) -> None:
        """Create and post core's journal entry."""
        accounts = (
            self._company._coop_journal("counter").default_account_id,
            self._company._coop_account("opening"),
        )
        move = self._admin["account.move"].create(
            {
                "journal_id": self._company._coop_journal("savings").id,
                "date": DAY,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "balance": balance})
                    for account, balance in zip(accounts, (1000, -1000), strict=True)
                ],
            }
        )
        move.action_post()
        self._admin.flush_all()


def _sql(query: str, *values):
    from odoo.tools import SQL

    return SQL(query, *values)


def specification(model, kind: str) -> dict:
    """Return what the web client asks for to show a view.

    :param model: model as the user sees it
    :param str kind: list or form
    """
    answer = model.get_views([(None, kind)])
    arch = etree.fromstring(answer["views"][kind]["arch"])
    return _fields_of(model, arch)


def _fields_of(model, node) -> dict:
    """Read the fields of a view; fields of a sub-view belong to it alone."""
    result = {}
    for child in node:
        if child.tag != "field":
            result |= _fields_of(model, child)
            continue
        field = model._fields[child.get("name")]
        if field.type == "many2one":
            result[field.name] = {"fields": {"display_name": {}}}
        elif field.type in ("one2many", "many2many"):
            sub_model = model.env[field.comodel_name]
            inner = next((sub for sub in child if sub.tag in ("list", "kanban")), None)
            fields = {} if inner is None else _fields_of(sub_model, inner)
            result[field.name] = {"fields": fields or {"display_name": {}}}
        else:
            result[field.name] = {}
    return result
