"""Where things stand in a checkout; what is made is in ``.platform`` and ``.venv``."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
PLATFORM = ROOT / ".platform"
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
PYTHON = VENV / "bin" / "python"
ODOO_RC = PLATFORM / "odoo.conf"
DATA_DIR = PLATFORM / "data"
LOGS = PLATFORM / "log"

OUR_ADDONS = (
    "umkm_base",
    "coop_membership",
    "lpdb_financing",
    "grant_equipment",
    "factory_booking",
    "factory_toll",
    "factory_sharing",
)
