# SPDX-License-Identifier: AGPL-3.0-or-later
from . import (
    base_partner_merge,
    factory_balance_period,
    factory_genealogy,
    factory_intake_sacks,
    factory_quality_reason,
)
