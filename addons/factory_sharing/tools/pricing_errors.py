"""Say what keeps a metered fact from getting a price."""

from __future__ import annotations

MESSAGES = {
    "no_line": "no line for charge type {charge_type} per {unit}",
    "ambiguous": "lines {lines} fit equally well",
    "band_without_times": "a line with a time band needs the start and end of the use",
    "use_reversed": "the use ends ({end}) before it starts ({start})",
    "crosses_band": "the use from {start} to {end} crosses the edge of a time band;"
    " record it as two uses, one on each side of the edge",
    "not_defined": "{field} {value} is not defined",
    "negative": "{field} is negative",
    "non_member_class": "a line for non-members names a class of members",
    "tiers": "tiers must start above zero and rise",
    "batch_only": "only a price per batch has a batch quantity",
    "batch_empty": "a batch holds more than nothing",
    "not_booked": "the line charges what was booked; nothing was booked",
}


class PricingError(ValueError):
    """Base of everything that keeps a request from getting a price.

    :param str code: key of `MESSAGES`, so that a caller can say it in his language
    :param details: what the message names
    """

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = details
        super().__init__(MESSAGES[code].format(**details))


class NoLineError(PricingError):
    """No line of the tariff fits the request."""


class AmbiguousLineError(PricingError):
    """Two lines fit equally well."""


class UnsupportedError(PricingError):
    """The request or the line asks for something that is not defined."""
