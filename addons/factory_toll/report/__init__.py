# SPDX-License-Identifier: AGPL-3.0-or-later
from . import (
    factory_mass_balance,
    factory_quality_certificate,
    stock_avco_report,
)
