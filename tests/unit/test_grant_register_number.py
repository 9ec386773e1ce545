# SPDX-License-Identifier: AGPL-3.0-or-later
"""Register numbers, goods codes and prices against the published cases.

Source of the register rule: https://text-id.123dok.com/document/q06d71vq; of the price:
the Bener Meriah case (sipnews.id), an item of Rp150,000 signed for at Rp4,500,000.
"""

from decimal import Decimal

import pytest
from grant_equipment.tools.handover_line import price_ratio
from grant_equipment.tools.register_number import (
    CAPACITY,
    RegisterNumberError,
    format_register_number,
    parse_register_number,
)
from umkm_base.tools.qr_code import QUIET_ZONE, qr_modules, qr_svg

CASES = {
    1: "0001",
    9999: "9999",
    10000: "A000",
    10999: "A999",
    11000: "B000",
    12345: "C345",
}


@pytest.mark.parametrize(("position", "text"), CASES.items())
def test_published_cases(position, text):
    assert format_register_number(position) == text


def test_capacity_is_that_of_all_letters():
    assert CAPACITY == 35999
    assert format_register_number(CAPACITY) == "Z999"


def test_every_number_reads_back_and_sorts_as_text():
    texts = [format_register_number(n) for n in range(1, CAPACITY + 1)]
    assert [parse_register_number(text) for text in texts] == list(
        range(1, CAPACITY + 1)
    )
    assert texts == sorted(texts)


@pytest.mark.parametrize("position", [0, -1, 36000])
def test_positions_outside_are_refused(position):
    with pytest.raises(RegisterNumberError):
        format_register_number(position)


@pytest.mark.parametrize("text", ["0000", "1", "a000", "AA00", "00001", ""])
def test_texts_that_are_no_number_are_refused(text):
    with pytest.raises(RegisterNumberError):
        parse_register_number(text)


def test_bener_meriah_is_thirty_times_the_price():
    assert price_ratio(Decimal(4500000), Decimal(150000)) == 30


def test_qr_code_has_its_three_finders_and_a_quiet_zone():
    modules = qr_modules("FS-0000001")
    last = len(modules) - 1
    for row, col in ((0, 0), (0, last - 6), (last - 6, 0)):
        ring = [modules[row][col + i] for i in range(7)]
        assert all(ring)
        assert not modules[row + 1][col + 1]
        assert modules[row + 3][col + 3]
    side = len(modules) + 2 * QUIET_ZONE
    assert f'viewBox="0 0 {side} {side}"' in qr_svg("FS-0000001")
