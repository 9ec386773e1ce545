"""Interest and its tax against published figures, and against day by day sums."""

import json
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from coop_membership.tools import interest as tool
from coop_membership.tools.saving_tax import tax_of_month, tax_to_withhold

PATH = Path(__file__).parents[1] / "vectors" / "savings.json"
VECTORS = {vector["id"]: vector for vector in json.loads(PATH.read_text())}
TEN = [(date(2000, 1, 1), Decimal(10))]


def day(text):
    return date.fromisoformat(text)


def test_fin_sav_01_daily_compounding_posted_once_a_year():
    vector = VECTORS["FIN-SAV-01"]
    given = vector["inputs"]
    start = day(given["deposit_date"])
    first, last = tool.posting_period(
        start, given["posting"], given["fiscal_year_start_month"]
    )
    earned = tool.interest(
        [(start, Decimal(given["principal"]))],
        first,
        last,
        [(start, Decimal(given["annual_rate_pct"]))],
        compounding=given["compounding"],
    )
    assert str(round(earned, given["decimals"])) == vector["expected"]["interest"]
    posted = tool.posting_date(last, given["posting"])
    assert posted.isoformat() == vector["expected"]["posting_date"]


def test_fin_sav_02_interest_posted_each_day():
    vector = VECTORS["FIN-SAV-02"]
    given, expected = vector["inputs"], vector["expected"]["first_posting"]
    start = day(given["deposit_date"])
    first, last = tool.posting_period(start, "daily")
    earned = tool.interest(
        [(start, Decimal(given["principal"]))],
        first,
        last,
        [(start, Decimal(given["annual_rate_pct"]))],
        compounding="daily",
    )
    assert round(earned, 4) == Decimal(expected["amount"])
    assert tool.posting_date(last, "daily").isoformat() == expected["date"]


@pytest.mark.parametrize("number", [0, 1])
def test_fin_fd_01_worth_at_maturity(number):
    vector = VECTORS["FIN-FD-01"]
    case = vector["inputs"]["cases"][number]
    worth = tool.maturity_amount(
        Decimal(case["principal"]),
        Decimal(case["rate_pct"]),
        case["tenure_months"],
        case["compounding_months"],
    )
    assert abs(worth - Decimal(vector["expected"]["maturity"][number])) < Decimal(
        "1e-12"
    )


def test_id_tax_01_is_a_cliff_over_the_whole_gross():
    vector = VECTORS["ID-TAX-01"]
    amounts = [Decimal(text) for text in vector["inputs"]["monthly_interest"]]
    taxes = [tax_of_month(amount, Decimal(240_000), Decimal(10)) for amount in amounts]
    # 24000.1 is 24000 whole rupiah
    assert taxes == [0, 24_000, 100_000]


def test_tax01_of_the_tax_office_month_by_month():
    vector = VECTORS["TAX01"]
    total = 0
    for month, gross in vector["inputs"]["interest_by_month"].items():
        tax = tax_of_month(Decimal(gross), Decimal(240_000), Decimal(10))
        assert tax == vector["expected"][month]["tax"], month
        total += tax
    assert total == vector["recomputed"]["total_tax"]


def test_tax04_monthly_equivalent_is_a_choice():
    given = VECTORS["TAX04"]["inputs"]
    gross = Decimal(given["annual_interest"])
    limit, rate = Decimal(240_000), Decimal(10)
    equivalent = gross / given["months"]
    assert tax_of_month(gross, limit, rate, tested=equivalent) == 0
    assert tax_of_month(gross, limit, rate) == 100_000


def test_second_payment_of_a_month_bears_the_tax_of_both():
    limit, rate = Decimal(240_000), Decimal(10)
    first = tax_of_month(Decimal(200_000), limit, rate)
    second = tax_to_withhold(tax_of_month(Decimal(300_000), limit, rate), first)
    assert (first, second) == (0, 30_000)


def _day_by_day(moves, first, last, rates, day_count, compounding):
    """Walk through the days as a clerk would, adding what compounding adds."""
    balance, earned, pending, today = Decimal(0), Decimal(0), Decimal(0), first
    balance = sum((a for moved, a in moves if moved < first), Decimal(0))
    while today <= last:
        balance += sum((a for moved, a in moves if moved == today), Decimal(0))
        rate = tool.rate_on(rates, today) / 100 * tool.year_part(today, day_count)
        pending += (balance + earned) * rate
        tomorrow = today + timedelta(days=1)
        if compounding == "daily" or (compounding == "monthly" and tomorrow.day == 1):
            earned, pending = earned + pending, Decimal(0)
        today = tomorrow
    return earned + pending


@pytest.mark.parametrize("compounding", tool.COMPOUNDINGS)
@pytest.mark.parametrize("day_count", tool.DAY_COUNTS)
def test_factors_agree_with_walking_through_the_days(compounding, day_count):
    dice = random.Random(f"{compounding}{day_count}")
    for _round in range(5):
        first = date(2023, dice.randint(1, 12), dice.randint(1, 28))
        last = first + timedelta(days=dice.randint(0, 500))
        moves = [
            (first + timedelta(days=dice.randint(-40, 520)), Decimal(amount))
            for amount in dice.sample(range(1000, 9_000_000), 8)
        ]
        rates = [(date(2023, 1, 1), Decimal("3.5")), (date(2023, 11, 7), Decimal(6))]
        got = tool.interest(moves, first, last, rates, "daily", day_count, compounding)
        want = _day_by_day(moves, first, last, rates, day_count, compounding)
        assert abs(got - want) < Decimal("1e-9")


def test_money_counts_on_the_day_it_comes_and_not_on_the_day_it_goes():
    moves = [(date(2026, 1, 1), Decimal(365_000)), (date(2026, 1, 11), -365_000)]
    # ten days of 365,000 at 10 % are 100 each
    assert round(tool.interest(moves, date(2026, 1, 1), date(2026, 1, 31), TEN), 9) == (
        1000
    )


def test_lowest_balance_of_each_month():
    moves = [
        (date(2026, 1, 10), Decimal(730_000)),
        (date(2026, 1, 20), Decimal(365_000)),
        (date(2026, 2, 5), Decimal(-365_000)),
        (date(2026, 2, 6), Decimal(1_000_000)),
    ]
    earned = tool.interest(moves, date(2026, 1, 1), date(2026, 2, 28), TEN, "lowest")
    # January: 730,000 for the 22 days from the 10th on, 200 each;
    # February: 730,000 after the withdrawal of the 5th, 28 days of 200
    assert round(earned, 9) == 22 * 200 + 28 * 200


def test_closing_balance_of_each_month():
    moves = [(date(2026, 1, 31), Decimal(1_200_000))]
    earned = tool.interest(
        moves, date(2026, 1, 1), date(2026, 2, 28), TEN, "closing", "30/360"
    )
    # 1 % of 1,200,000 a month at 12 %, here 10 %: 10,000 for each of two months
    assert round(earned, 9) == 20_000


@pytest.mark.parametrize("basis", ["lowest", "closing"])
def test_monthly_compounding_of_monthly_balances(basis):
    moves = [(date(2026, 1, 1), Decimal(1_200_000))]
    earned = tool.interest(
        moves, date(2026, 1, 1), date(2026, 2, 28), TEN, basis, "30/360", "monthly"
    )
    # 10,000 and then 10/12 % of 1,210,000
    assert round(earned, 6) == round(
        Decimal(10_000) + Decimal(1_210_000) * 10 / 1200, 6
    )


@pytest.mark.parametrize(
    ("rhythm", "first", "last"),
    [
        ("monthly", "2026-05-01", "2026-05-31"),
        ("quarterly", "2026-04-01", "2026-06-30"),
        ("semiannual", "2026-01-01", "2026-06-30"),
        ("annual", "2026-01-01", "2026-12-31"),
    ],
)
def test_posting_periods(rhythm, first, last):
    assert tool.posting_period(date(2026, 5, 17), rhythm) == (day(first), day(last))


def test_unknown_terms_are_named():
    with pytest.raises(tool.InterestError, match="basis 'average'"):
        tool.interest([], date(2026, 1, 1), date(2026, 1, 2), TEN, "average")
    with pytest.raises(tool.InterestError, match="one month"):
        tool.maturity_amount(Decimal(1), Decimal(1), 0)
