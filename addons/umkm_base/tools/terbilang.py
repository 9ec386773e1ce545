"""Amounts in Indonesian words (terbilang), as receipts, BAST and contracts state them.

The words for numbers below a thousand come from ``num2words`` (language ``id``); the
joining is done here, because ``num2words`` says "satu juta satu ribu" where Indonesian
has "satu juta seribu" (a lone thousand takes the prefix *se-*: Tata Bahasa Baku Bahasa
Indonesia, chapter on numerals; "satu juta" and above keep *satu*).
"""

from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

SCALES = ("", "ribu", "juta", "miliar", "triliun", "kuadriliun")
LIMIT = 1000 ** len(SCALES)


def number_in_words(number: int) -> str:
    """Spell a whole number in Indonesian.

    >>> number_in_words(1_001_000)
    'satu juta seribu'
    >>> number_in_words(21_000)
    'dua puluh satu ribu'
    >>> number_in_words(-11)
    'minus sebelas'

    :param int number: below 10**18 in size
    :raise ValueError: when the number is larger than there are words for
    """
    if abs(number) >= LIMIT:
        raise ValueError(f"number {number} is too large to be written in words")
    if number < 0:
        return f"minus {number_in_words(-number)}"
    if number == 0:
        return "nol"
    words = []
    for power in range(len(SCALES) - 1, -1, -1):
        block = number // 1000**power % 1000
        if not block:
            continue
        if power == 1 and block == 1:
            words.append("seribu")
        else:
            words.append(f"{num2words(block, lang='id')} {SCALES[power]}".strip())
    return " ".join(words)


def amount_in_words(amount: Decimal | float | str, currency: str = "rupiah") -> str:
    """Spell an amount of money in Indonesian.

    >>> amount_in_words(2_350_000)
    'dua juta tiga ratus lima puluh ribu rupiah'
    >>> amount_in_words("1500.50")
    'seribu lima ratus rupiah lima puluh sen'
    >>> amount_in_words(0)
    'nol rupiah'

    :param amount: amount in whole units of the currency; what is smaller than a
        hundredth (sen) is rounded half up
    :param str currency: word that follows the number, empty for none
    :return: words in lower case
    :raise ValueError: when the amount is no number, or too large
    """
    exact = Decimal(str(amount))
    if not exact.is_finite():
        raise ValueError(f"amount {amount} is not a number")
    hundredths = int((abs(exact) * 100).to_integral_value(ROUND_HALF_UP))
    whole, cents = divmod(hundredths, 100)
    parts = ["minus"] if exact < 0 and hundredths else []
    parts.append(number_in_words(whole))
    if currency:
        parts.append(currency)
    if cents:
        parts.append(f"{number_in_words(cents)} sen")
    return " ".join(parts)
