# SPDX-License-Identifier: AGPL-3.0-or-later
"""Errors of the financing computations: one tree below ``ValueError``."""


class FinancingError(ValueError):
    """Anything that the pure financing code refuses."""


class InvalidTermsError(FinancingError):
    """A term, draw, rate change or prepayment that cannot be computed.

    >>> raise InvalidTermsError("periods", "must be at least 1")
    Traceback (most recent call last):
    ...
    lpdb_financing.tools.errors.InvalidTermsError: periods: must be at least 1
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
