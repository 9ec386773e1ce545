"""Write the report of a month, as text and as one HTML page with a chart.

Pure: gets the figures that :mod:`loading.figures` collected. The page needs nothing
from outside, so that it can be mailed and printed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

TEXTS = {
    "id": {
        "title": "Laporan RPB, satu bulan",
        "period": "Periode",
        "site": "Tempat",
        "coops": "Koperasi",
        "members": "Anggota",
        "principal": "Simpanan pokok",
        "mandatory": "Simpanan wajib",
        "voluntary": "Simpanan sukarela",
        "dues_open": "Belum dibayar",
        "total": "Jumlah",
        "material": "Bahan dan hasil",
        "kg_in": "Masuk (kg)",
        "kg_used": "Diolah (kg)",
        "kg_out": "Hasil (kg)",
        "kg_lost": "Susut (kg)",
        "yield": "Rendemen",
        "machines": "Mesin",
        "hours_booked": "Jam dipesan",
        "hours_used": "Jam dipakai",
        "money": "Jasa",
        "charges": "Biaya jasa",
        "invoices": "Faktur",
        "payments": "Dibayar",
        "receivable": "Piutang",
        "member_part": "dari anggota",
        "loan": "Pinjaman LPDB (contoh, cek perjanjian)",
        "drawn": "Dicairkan",
        "paid": "Angsuran dibayar",
        "outstanding": "Sisa pokok",
        "value": "Nilai tambah per kg bahan (Hayami)",
        "grants": "Bantuan alat",
        "handovers": "BAST",
        "units": "Unit",
        "readiness": "Kesiapan setiap tempat",
        "state": "Keadaan",
        "gate": "Tertahan oleh",
        "since": "Sejak",
        "actor": "Yang harus bertindak",
        "gates": "Gerbang",
        "contradicted": "pernyataan bertentangan",
        "checks": "Pemeriksaan",
        "ties": "buku pembantu sama dengan buku besar",
        "balances": "neraca bahan menutup",
        "fault": "TIDAK COCOK",
        "chart": "Kilogram masuk dan hasil setiap hari",
        "invented": "Orang, timbangan dan pembukuan rekaan; lokasi dan tanggal gerbang"
        " dari sumber yang disebut di data/pilots/README.md.",
        "not_ready": "belum siap",
        "trial": "boleh uji coba",
        "ready": "siap",
        "operating": "beroperasi",
    },
    "en": {
        "title": "Report of a shared factory, one month",
        "period": "Period",
        "site": "Site",
        "coops": "Cooperatives",
        "members": "Members",
        "principal": "Principal savings",
        "mandatory": "Mandatory savings",
        "voluntary": "Voluntary savings",
        "dues_open": "Dues open",
        "total": "Total",
        "material": "Material and product",
        "kg_in": "In (kg)",
        "kg_used": "Processed (kg)",
        "kg_out": "Out (kg)",
        "kg_lost": "Lost (kg)",
        "yield": "Yield",
        "machines": "Machines",
        "hours_booked": "Hours booked",
        "hours_used": "Hours used",
        "money": "Services",
        "charges": "Charges",
        "invoices": "Invoices",
        "payments": "Paid",
        "receivable": "Receivable",
        "member_part": "of members",
        "loan": "LPDB loan (sample, check the agreement)",
        "drawn": "Drawn",
        "paid": "Instalments paid",
        "outstanding": "Principal owed",
        "value": "Value added per kg of material (Hayami)",
        "grants": "Granted equipment",
        "handovers": "BAST",
        "units": "Units",
        "readiness": "Readiness of every site",
        "state": "State",
        "gate": "Held up by",
        "since": "Since",
        "actor": "Who must act",
        "gates": "Gates",
        "contradicted": "contradicting statements",
        "checks": "Checks",
        "ties": "sub-ledgers tie to the ledger",
        "balances": "mass balances close",
        "fault": "DOES NOT CLOSE",
        "chart": "Kilograms in and out, day by day",
        "invented": "People, weights and books are invented; sites and dates of gates"
        " come from the sources named in data/pilots/README.md.",
        "not_ready": "not ready",
        "trial": "trial possible",
        "ready": "ready",
        "operating": "operating",
    },
}
STYLE = """
body{font:14px/1.45 system-ui,sans-serif;color:#1c2321;margin:2rem auto;max-width:60rem;
padding:0 1rem}h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem;
border-bottom:2px solid #0b6e4f}table{border-collapse:collapse;width:100%}th,td{padding:
.25rem .5rem;text-align:left;border-bottom:1px solid #dfe5e2;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.ok{color:#0b6e4f}.bad{color:#a4161a;font-weight:700}.note{color:#5b6764}svg{width:100%;
height:auto}@media print{body{margin:0}}
"""


def number(value: float, digits: int = 0) -> str:
    """Write a number as Indonesians do.

    >>> number(1234567.5, 1), number(-0.2)
    ('1.234.567,5', '0')
    """
    text = f"{value:,.{digits}f}"
    if not float(text.replace(",", "")):
        text = text.lstrip("-")
    return text.translate(str.maketrans(",.", ".,"))


def rupiah(value: float) -> str:
    """Write an amount of money.

    >>> rupiah(6000)
    'Rp6.000'
    """
    return f"Rp{number(value)}"


Section = tuple[str, Sequence[str], list[list[str]]]


def sections(figures: Mapping[str, Any], lang: str) -> list[Section]:
    """Lay the figures out as titled tables of text.

    :return: list of (title, headings, rows); the first column is text
    """
    text = TEXTS[lang]
    return [
        _coops(figures, text),
        _material(figures, text),
        _services(figures, text),
        _loan(figures, text),
        _value(figures, text),
        _grants(figures, text),
        _readiness(figures, text),
    ]


def _coops(figures: Mapping[str, Any], text: Mapping[str, str]) -> Section:
    names = ("principal", "mandatory", "voluntary", "dues_open")
    rows = [
        [coop["name"], number(coop["members"]), *(rupiah(coop[n]) for n in names)]
        for coop in figures["cooperatives"]
    ]
    sums = [sum(coop[name] for coop in figures["cooperatives"]) for name in names]
    members = sum(coop["members"] for coop in figures["cooperatives"])
    rows.append([text["total"], number(members), *(rupiah(value) for value in sums)])
    return text["coops"], ["", text["members"], *(text[n] for n in names)], rows


def _material(figures: Mapping[str, Any], text: Mapping[str, str]) -> Section:
    site = figures["site"]
    names = ("kg_in", "kg_used", "kg_out", "kg_lost")
    rate = site["kg_out"] / site["kg_used"] * 100 if site["kg_used"] else 0.0
    row = [site["site"], *(number(site[n], 1) for n in names), f"{number(rate, 2)} %"]
    hours = (number(site[n], 1) for n in ("hours_booked", "hours_used"))
    headings = [*(text[n] for n in names), text["yield"]]
    headings += [text["hours_booked"], text["hours_used"]]
    return f"{text['material']}, {text['machines']}", ["", *headings], [[*row, *hours]]


def _services(figures: Mapping[str, Any], text: Mapping[str, str]) -> Section:
    site = figures["site"]
    names = ("charges", "invoices", "payments", "receivable")
    members = site.get("charges_members", 0.0)
    row = [
        f"{site['charges_count']} / {site['invoices_count']}",
        *(rupiah(site[name]) for name in names),
        rupiah(members),
    ]
    return text["money"], ["", *(text[n] for n in names), text["member_part"]], [row]


def _loan(figures: Mapping[str, Any], text: Mapping[str, str]) -> Section:
    rows = [
        [
            f"{loan['name']}, {number(loan['annual_rate'], 2)} %",
            rupiah(loan["drawn"]),
            rupiah(loan["paid_principal"] + loan["paid_interest"]),
            rupiah(loan["outstanding"]),
        ]
        for loan in figures["loans"]
    ]
    return text["loan"], ["", text["drawn"], text["paid"], text["outstanding"]], rows


def _value(figures: Mapping[str, Any], text: Mapping[str, str]) -> Section:
    rows = [
        [
            item["product"],
            rupiah(item["value_added"]),
            f"{number(item['value_added_ratio'], 2)} %",
        ]
        for item in figures["site"]["value_added"]
    ]
    return text["value"], ["", "Rp/kg", "%"], rows


def _grants(figures: Mapping[str, Any], text: Mapping[str, str]) -> Section:
    rows = [
        [
            f"{row['programme']}: {row['region']}",
            number(row["handovers"]),
            number(row["machines"]),
        ]
        for row in figures["grants"]
    ]
    return text["grants"], ["", text["handovers"], text["units"]], rows


def _readiness(figures: Mapping[str, Any], text: Mapping[str, str]) -> Section:
    rows = []
    for site in figures["sites"]:
        state = text[site["readiness_state"]]
        if site["contradicted"]:
            state += f" ({text['contradicted']})"
        more = f" (+{site['others']})" if site["others"] else ""
        rows.append(
            [
                site["name"],
                state,
                f"{site['gate']}{more}",
                site["since"],
                site["actor"],
                f"{site['gate_clear_count']}/{site['gate_count']}",
            ]
        )
    keys = ("state", "gate", "since", "actor", "gates")
    return text["readiness"], ["", *(text[key] for key in keys)], rows


def as_text(figures: Mapping[str, Any], faults: Sequence[str], lang: str) -> str:
    """Write the report for a terminal."""
    text = TEXTS[lang]
    lines = [
        f"{text['title']}: {figures['site']['site']}",
        f"{text['period']} {figures['first']} - {figures['last']}",
    ]
    for title, headings, rows in sections(figures, lang):
        lines += ["", title.upper(), *_columns([list(headings), *rows])]
    lines += ["", text["checks"].upper(), *_check_lines(figures, faults, text)]
    return "\n".join([*lines, "", text["invented"]])


def _columns(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width)
            if index == 0 or not _is_number(cell)
            else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells).rstrip()


def _is_number(cell: str) -> bool:
    """Tell whether a cell holds a figure, to be set to the right.

    >>> _is_number("Rp1.000"), _is_number("12,5 %"), _is_number("9/17"), _is_number("A")
    (True, True, True, False)
    """
    core = (
        cell.removeprefix("Rp")
        .removesuffix(" %")
        .translate(str.maketrans("", "", ".,-/ "))
    )
    return core.isdigit()


def _check_lines(
    figures: Mapping[str, Any], faults: Sequence[str], text: Mapping[str, str]
) -> list[str]:
    if faults:
        return [f"  {text['fault']}: {fault}" for fault in faults]
    return [
        f"  {text['ties']} ({len(figures['ties'])})",
        f"  {text['balances']} ({len(figures['balances'])})",
    ]


def as_html(figures: Mapping[str, Any], faults: Sequence[str], lang: str) -> str:
    """Write the report as one page without outside resources."""
    text = TEXTS[lang]
    safe = html.escape
    parts = [
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{safe(text['title'])}</title><style>{STYLE}</style></head><body>",
        f"<h1>{safe(text['title'])}: {safe(figures['site']['site'])}</h1>",
        f"<p>{safe(text['period'])} {figures['first']} - {figures['last']}</p>",
        f"<h2>{safe(text['chart'])}</h2>",
        chart(figures["days"], text),
    ]
    for title, headings, rows in sections(figures, lang):
        parts.append(f"<h2>{safe(title)}</h2>")
        parts.append(_table(headings, rows))
    mark = "bad" if faults else "ok"
    parts.append(f"<h2>{safe(text['checks'])}</h2>")
    for line in _check_lines(figures, faults, text):
        parts.append(f'<p class="{mark}">{safe(line.strip())}</p>')
    parts.append(f'<p class="note">{safe(text["invented"])}</p></body></html>')
    return "\n".join(parts)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    numeric = [
        index > 0 and bool(rows) and all(_is_number(row[index]) for row in rows)
        for index in range(len(headings))
    ]
    marks = [' class="n"' if flag else "" for flag in numeric]
    head = "".join(
        f"<th{mark}>{html.escape(cell)}</th>"
        for mark, cell in zip(marks, headings, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{mark}>{html.escape(cell)}</td>"
            for mark, cell in zip(marks, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def chart(days: Sequence[Mapping[str, Any]], text: Mapping[str, str]) -> str:
    """Draw bars of kilograms in and out for each day, each on its own scale.

    :param days: list of ``{"day", "kg_in", "kg_out"}``, sorted
    :return: an SVG element; empty text when there is nothing to draw
    """
    if not days:
        return ""
    step = 860 / len(days)
    parts = [
        '<svg viewBox="0 0 900 300" role="img" xmlns="http://www.w3.org/2000/svg"'
        f' aria-label="{html.escape(text["chart"])}" font-family="sans-serif"'
        ' font-size="11">'
    ]
    for name, base, colour in (("kg_in", 140, "#0b6e4f"), ("kg_out", 270, "#c77d0a")):
        top = max(day[name] for day in days) or 1.0
        label = f"{text[name]}, max {number(top, 1)}"
        parts.append(f'<text x="30" y="{base - 112}">{html.escape(label)}</text>')
        parts.append(f'<path d="M30 {base}H890" stroke="#9aa5a1"/>')
        for index, day in enumerate(days):
            height = day[name] / top * 100
            x = 30 + index * step
            parts.append(
                f'<rect x="{x:.1f}" y="{base - height:.1f}" width="{step * 0.75:.1f}"'
                f' height="{height:.1f}" fill="{colour}"><title>{day["day"]}:'
                f" {number(day[name], 1)} kg</title></rect>"
            )
    for index, day in enumerate(days):
        x = 30 + index * step + step * 0.37
        parts.append(f'<text x="{x:.1f}" y="288" text-anchor="middle">{day["day"][8:]}')
        parts.append("</text>")
    parts.append("</svg>")
    return "".join(parts)
