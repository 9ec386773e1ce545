# SPDX-License-Identifier: AGPL-3.0-or-later
from . import floor_process, floor_production, floor_result, floor_weigh, portal
