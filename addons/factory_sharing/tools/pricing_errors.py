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
    "percent_missing": "a percent belongs to a price in percent of the output",
    "percent_range": "the percent of the output is not between 0 and 100",
    "percent_only": "a service paid in kind has a percent and a value only",
    "markup_consumable": "only consumables are charged at cost plus a markup",
    "markup_only": "a line at cost has a markup, and neither price nor tiers",
    "no_value": "no value or cost of one unit is known",
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
