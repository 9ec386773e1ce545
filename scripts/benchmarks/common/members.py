"""A cooperative with many members, filled set-based.

The first member joins through the models: application, approval, principal saving at
the counter, activation. All others are copies of his rows, with the constraints of the
database on. Copies have savings but no journal entries of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scripts.benchmarks.common.copies import bulk, copy_row

JOINED = "2025-01-02"
PRINCIPAL, MANDATORY = 100_000, 20_000
MEMBERS = """
    CREATE TEMPORARY TABLE bench_member ON COMMIT DROP AS
    SELECT n, nextval('res_partner_id_seq')::int AS partner_id,
           nextval('coop_member_id_seq')::int AS member_id
      FROM generate_series(2, %s) AS n
"""


@dataclass
class Cooperative:
    """A cooperative that is set up, and its first member."""

    env: Any
    company: Any
    first: Any = None
    types: dict[str, Any] | None = None

    def account(self, kind: str):
        """Return the first member's savings account of a kind."""
        return self.first.account_ids.filtered(lambda a: a.type_id.kind == kind)


def create_cooperative(env) -> Cooperative:
    """Set up a cooperative of one member with decided amounts."""
    rupiah = env.ref("base.IDR")
    rupiah.active = True
    company = env["res.company"].create(
        {
            "name": "Koperasi Uji Beban (contoh)",
            "currency_id": rupiah.id,
            "country_id": env.ref("base.id").id,
        }
    )
    env.user.company_ids |= company
    keys = {"allowed_company_ids": company.ids, "tracking_disable": True}
    env = env(context={**env.context, **keys})
    company = company.with_env(env)
    company.action_setup_cooperative()
    meeting = env["coop.meeting"].create(
        {
            "name": "RAT 2024",
            "date": "2025-01-01",
            "company_id": company.id,
            "resolution": "Simpanan pokok Rp100.000, wajib Rp20.000 per bulan",
        }
    )
    found = env["coop.saving.type"].search([("company_id", "=", company.id)])
    types = {saving.kind: saving for saving in found}
    for kind, amount in (("principal", PRINCIPAL), ("mandatory", MANDATORY)):
        rate = {"date_from": "2025-01-01", "amount": amount, "meeting_id": meeting.id}
        types[kind].rate_ids = [(0, 0, rate)]
    cooperative = Cooperative(env, company, types=types)
    cooperative.first = _join(cooperative)
    return cooperative


def _join(cooperative: Cooperative):
    """Return the first member, with some voluntary saving and paid dues."""
    env, types = cooperative.env, cooperative.types
    person = env["res.partner"].create({"name": "Anggota 1 (contoh)"})
    member = env["coop.member"].create(
        {"partner_id": person.id, "date_applied": JOINED}
    )
    member.action_approve(JOINED)
    receive(member, {types["principal"]: PRINCIPAL}, JOINED)
    member.action_activate(JOINED)
    types["mandatory"].action_create_dues("2025-01-31")
    amounts = {types["mandatory"]: MANDATORY, types["voluntary"]: 500_000}
    receive(member, amounts, "2025-01-31")
    return member


def receive(member, amounts: dict, day: str):
    """Post a receipt at the counter and return it.

    :param dict amounts: {saving type: rupiah}
    """
    receipt = member.env["coop.receipt"].create(
        {
            "member_id": member.id,
            "date": day,
            "line_ids": [
                (0, 0, {"type_id": saving.id, "amount": amount})
                for saving, amount in amounts.items()
            ],
        }
    )
    receipt.action_post()
    return receipt


def fill(cooperative: Cooperative, count: int) -> None:
    """Copy the first member with his accounts until there are so many members."""
    env, first = cooperative.env, cooperative.first
    env.flush_all()
    cr = env.cr
    cr.execute(MEMBERS, (count,))
    person = {
        "id": "partner_id",
        "commercial_partner_id": "partner_id",
        "name": "'Anggota ' || n || ' (contoh)'",
        "complete_name": "'Anggota ' || n || ' (contoh)'",
    }
    copy_row(cr, first.partner_id, "bench_member", person)
    member = {
        "id": "member_id",
        "partner_id": "bench_member.partner_id",
        "number": "'B' || to_char(n, 'FM000000')",
    }
    copy_row(cr, first, "bench_member", member)
    account = {
        "id": "nextval('coop_saving_account_id_seq')",
        "member_id": "bench_member.member_id",
    }
    for pattern in first.account_ids:
        copy_row(cr, pattern, "bench_member", account)
    cr.execute("DROP TABLE bench_member")
    cr.execute("ANALYZE res_partner, coop_member, coop_saving_account")
    env.invalidate_all()


def fill_entries(cooperative: Cooperative, kind: str, each: int) -> None:
    """Copy the first member's deposit of a kind to all others, so many times.

    The copies lie one day apart, from the pattern's day on; the accounts' balances
    and the lines of their passbooks follow.
    """
    env = cooperative.env
    account = cooperative.account(kind)
    pattern = account.entry_ids.sorted("id")[:1]
    env.flush_all()
    rows = (
        "(SELECT id, member_id, n FROM coop_saving_account,"
        f" generate_series(1, {each}) AS n WHERE type_id = {account.type_id.id}"
        f" AND id != {account.id} ORDER BY n, id) AS bench"
    )
    entry = {
        "id": "nextval('coop_saving_entry_id_seq')",
        "account_id": "bench.id",
        "member_id": "bench.member_id",
        "date": "pattern.date + n::int - 1",
        "line_no": "n",
        **{"due_id": "NULL", "receipt_id": "NULL", "receipt_line_id": "NULL"},
    }
    with bulk(env.cr, "coop_saving_entry"):
        copy_row(env.cr, pattern, rows, entry)
    env.cr.execute(
        "UPDATE coop_saving_account SET balance = %s, line_count = %s"
        " WHERE type_id = %s AND id != %s",
        (pattern.amount * each, each, account.type_id.id, account.id),
    )
    env.cr.execute("ANALYZE coop_saving_entry, coop_saving_account")
    env.invalidate_all()
