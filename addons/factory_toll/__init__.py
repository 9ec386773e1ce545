# SPDX-License-Identifier: AGPL-3.0-or-later
from . import models, report, wizard
