from . import (
    test_booking_class,
    test_charge,
    test_path,
    test_readiness_gate,
    test_security,
    test_site,
    test_tariff,
)
