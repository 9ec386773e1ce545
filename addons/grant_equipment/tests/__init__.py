from . import (
    test_grant_agreement,
    test_grant_census,
    test_grant_equipment_access,
    test_grant_equipment_bulk,
    test_grant_handover,
    test_grant_handover_reversal,
    test_grant_report,
    test_maintenance_equipment,
    test_register_race,
)
