"""What a citizen number (NIK) says about its holder.

Sixteen digits: province, regency and district of issue (six digits), birth date DDMMYY
with 40 added to the day for women, and a serial (Perpres 62/2019 and Permendagri
73/2022 on population administration). The codes are those of the day of issue: people
move and regions split, so a part that does not fit is a reason to look, not to refuse.
"""

import re
from datetime import date

NIK = re.compile(r"\d{16}")
WOMEN_DAY_OFFSET = 40


def clean_nik(text: str) -> str:
    """Strip spaces, dots and dashes that people write into a NIK.

    >>> clean_nik("6402 0205.0890-0001")
    '6402020508900001'
    """
    return re.sub(r"[\s.\-]", "", text or "")


def is_nik(nik: str) -> bool:
    """Tell whether the text is 16 digits with a serial that is in use.

    >>> is_nik("6402020508900001"), is_nik("640202050890"), is_nik("6402020508900000")
    (True, False, False)
    """
    return bool(NIK.fullmatch(nik)) and nik[12:] != "0000"


def region_codes(nik: str) -> tuple[str, str, str]:
    """Return province, regency and district code with dots.

    >>> region_codes("6402020508900001")
    ('64', '64.02', '64.02.02')
    """
    return nik[:2], f"{nik[:2]}.{nik[2:4]}", f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}"


def birth_of(nik: str, today: date) -> tuple[date | None, str]:
    """Return birth date and gender that a NIK states.

    The century is the latest one that does not lie in the future.

    >>> birth_of("6402024508900001", date(2026, 1, 1))
    (datetime.date(1990, 8, 5), 'female')
    >>> birth_of("6402023102900001", date(2026, 1, 1))
    (None, 'male')

    :param date today: the day on which it is read
    :return: date (None when it is no calendar day), ``male`` or ``female``
    """
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    gender = "female" if day > WOMEN_DAY_OFFSET else "male"
    if gender == "female":
        day -= WOMEN_DAY_OFFSET
    century = today.year // 100 * 100
    for base in (century, century - 100):
        try:
            born = date(base + year, month, day)
        except ValueError:
            continue
        if born <= today:
            return born, gender
    return None, gender


def mismatches(
    nik: str,
    known_codes: set[str],
    birthdate: date | None = None,
    gender: str | None = None,
    today: date | None = None,
) -> list[str]:
    """List what in a NIK does not fit, as keys that the caller puts into words.

    >>> mismatches("6402020508900001", {"64.02.02"}, date(1990, 8, 5), "male")
    []
    >>> mismatches("9902023208900001", {"64.02.02"}, gender="female")
    ['region', 'date', 'gender']

    :param known_codes: district codes with dots that exist
    :return: of ``region``, ``date`` (no calendar day), ``birthdate``, ``gender``
    """
    found = []
    if region_codes(nik)[2] not in known_codes:
        found.append("region")
    born, stated = birth_of(nik, today or date.today())
    if born is None:
        found.append("date")
    elif birthdate and (born.day, born.month, born.year % 100) != (
        birthdate.day,
        birthdate.month,
        birthdate.year % 100,
    ):
        found.append("birthdate")
    if gender and stated != gender:
        found.append("gender")
    return found
