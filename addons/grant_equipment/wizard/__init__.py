from . import (
    grant_census_scan,
    grant_custody_transfer,
    grant_equipment_inspection,
    grant_handover_reversal,
)
