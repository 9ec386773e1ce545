"""The report: numbers as Indonesians write them, checks, a page by itself."""

import re
from xml.dom import minidom

import pytest
from loading import figures, report
from loading.month import owes

SITE = {
    "site": "RPB <Jahe>",
    "members": 120,
    "kg_in": 8233.3,
    "kg_used": 7915.1,
    "kg_out": 787.9,
    "kg_lost": 7127.2,
    "hours_booked": 166.0,
    "hours_used": 163.7,
    "usages_not_charged": 0,
    "charges": 100.0,
    "charges_count": 2,
    "charges_members": 70.0,
    "invoices": 100.0,
    "invoices_count": 1,
    "payments": 80.0,
    "receivable": 20.0,
    "value_added": [
        {"product": "Bubuk", "value_added": 5045.2, "value_added_ratio": 42.24}
    ],
}
COOP = {"name": "Koperasi", "members": 120, "principal": 12e6, "mandatory": 7e6}
COOP |= {"voluntary": 0.0, "dues_open": 4e5}
LOAN = {"name": "LPDB", "annual_rate": 3.0, "drawn": 3e8, "outstanding": 2.95e8}
LOAN |= {"paid_principal": 5e6, "paid_interest": 75e4}
PLACE = {"name": "RPB", "readiness_state": "not_ready", "contradicted": True}
PLACE |= {"gate": "Serah terima", "since": "2025-08-12", "actor": "Pusat"}
PLACE |= {"others": 3, "gate_clear_count": 2, "gate_count": 17}


def sample(**changes):
    base = {
        "first": "2025-09-01",
        "last": "2025-09-30",
        "site": SITE,
        "cooperatives": [COOP],
        "loans": [LOAN],
        "sites": [PLACE],
        "grants": [
            {"programme": "P", "region": "Kota", "handovers": 74, "machines": 74.0}
        ],
        "days": [
            {"day": "2025-09-01", "kg_in": 100.0, "kg_out": 0.0},
            {"day": "2025-09-02", "kg_in": 50.0, "kg_out": 9.9},
        ],
        "ties": [{"company": "a", "account_code": "1", "difference": 0.0}],
        "balances": [{"lot": "L1", "difference": 0.0}],
    }
    return {**base, **changes}


def test_numbers_have_points_and_a_decimal_comma():
    assert report.number(8233.26, 1) == "8.233,3"
    assert report.rupiah(12000000) == "Rp12.000.000"


@pytest.mark.parametrize("lang", sorted(report.TEXTS))
def test_text_shows_yield_and_closed_checks(lang):
    text = report.as_text(sample(), [], lang)
    # 787.9 kg out of 7,915.1 kg are 9.95 %
    assert "9,95 %" in text
    assert report.TEXTS[lang]["ties"] in text
    assert report.TEXTS[lang]["fault"] not in text


def test_languages_have_the_same_words():
    assert set(report.TEXTS["id"]) == set(report.TEXTS["en"])


def test_page_stands_alone_and_escapes_names():
    page = report.as_html(sample(), [], "id")
    assert "RPB &lt;Jahe&gt;" in page
    assert "RPB <Jahe>" not in page
    outside = re.findall(r'(?:src|href)="([^"]+)"|url\(', page)
    assert outside == []


def test_chart_is_well_formed_and_has_a_bar_a_day():
    svg = report.chart(sample()["days"], report.TEXTS["id"])
    root = minidom.parseString(svg).documentElement
    assert len(root.getElementsByTagName("rect")) == 4
    assert report.chart([], report.TEXTS["id"]) == ""


def test_faults_are_named_in_both_forms():
    data = sample(
        ties=[{"company": "a", "account_code": "31110010", "difference": 5.0}],
        balances=[{"lot": "L1", "difference": -0.5}],
        site={**SITE, "invoices": 90.0, "usages_not_charged": 1},
    )
    faults = figures.problems(data)
    assert len(faults) == 4
    assert "31110010" in faults[0]
    assert "TIDAK COCOK" in report.as_text(data, faults, "id")
    assert 'class="bad"' in report.as_html(data, faults, "id")


def test_gate_that_failed_last_is_told_before_one_never_looked_at():
    opened = {"gate_id": [1, "Hak"], "state": "open", "date": "2026-01-01"}
    old = {"gate_id": [2, "Lama"], "state": "failed", "date": "2023-01-25"}
    new = {"gate_id": [3, "Baru"], "state": "failed", "date": "2025-08-12"}
    gates = [
        {**gate, "actor": "", "sequence": number}
        for number, gate in enumerate((opened, old, new), 1)
    ]
    assert figures.holder(gates)["gate"] == "Baru"
    assert figures.holder(gates[:1])["since"] == ""
    assert figures.holder([])["gate"] == "-"


def test_the_same_few_do_not_pay():
    codes = [f"KUKAR-{number:04d}" for number in range(1, 41)]
    assert [code for code in codes if owes(code, 10)] == [
        "KUKAR-0010",
        "KUKAR-0020",
        "KUKAR-0030",
        "KUKAR-0040",
    ]
    assert not owes("KUKAR-U1", 10)
