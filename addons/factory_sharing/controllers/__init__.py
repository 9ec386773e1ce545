# SPDX-License-Identifier: AGPL-3.0-or-later
from . import floor_production, floor_result, floor_weigh
