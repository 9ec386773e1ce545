from . import (
    grant_agreement_reassign,
    grant_census_scan,
    grant_custody_transfer,
    grant_equipment_inspection,
    grant_handover_reversal,
)
