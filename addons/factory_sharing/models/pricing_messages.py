# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in the user's language what kept a use from getting a price."""


def explain(env, error):
    """Return the sentence for a pricing error.

    :param env: environment whose language is used
    :param error: `PricingError` with its code and details
    :rtype: str
    """
    details = error.details
    messages = {
        "no_line": lambda: env._("no line of the tariff fits this use"),
        "ambiguous": lambda: env._(
            "the lines %(lines)s fit equally well; name a further dimension on one",
            lines=_name_lines(env, details["lines"]),
        ),
        "band_without_times": lambda: env._(
            "a line with a time band needs the start and the end of the use"
        ),
        "use_reversed": lambda: env._(
            "the use ends (%(end)s) before it starts (%(start)s)", **details
        ),
        "crosses_band": lambda: env._(
            "the use from %(start)s to %(end)s crosses the edge of a time band; record"
            " it as two uses, one on each side of the edge",
            **details,
        ),
        "not_defined": lambda: env._("%(field)s %(value)s is not defined", **details),
        "negative": lambda: env._("%(field)s is negative", **details),
        "non_member_class": lambda: env._(
            "a line for non-members cannot name a class of members"
        ),
        "tiers": lambda: env._("tiers start above zero and rise, each quantity once"),
        "batch_only": lambda: env._("only a price per batch has a batch quantity"),
        "batch_empty": lambda: env._("a batch holds more than nothing"),
        "percent_missing": lambda: env._(
            "a price in percent of the output needs the percent, and no other has one"
        ),
        "percent_range": lambda: env._(
            "the percent of the output lies between 0 and 100; the owner keeps some"
        ),
        "percent_only": lambda: env._(
            "what is paid in kind is a service with a percent and the value of the"
            " goods: no minimum, fee, cap, tiers, nor what was booked"
        ),
        "markup_consumable": lambda: env._(
            "only consumables are charged at their cost plus a markup"
        ),
        "markup_only": lambda: env._(
            "a line at cost has a markup of zero or more, and neither price nor tiers"
        ),
        "no_value": lambda: env._(
            "nobody knows what one unit is worth or costs: ask the accountant for a"
            " purchase price, or state the value in the tariff line"
        ),
        "not_booked": lambda: env._(
            "the line charges what was booked, and nothing was booked"
        ),
    }
    return messages[error.code]()


def _name_lines(env, keys):
    lines = env["factory.tariff.line"].browse(int(key) for key in keys.split(", "))
    return ", ".join(lines.mapped("display_name"))
