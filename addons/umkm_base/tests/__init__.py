from . import (
    test_company,
    test_home,
    test_indicator,
    test_licence,
    test_obligation,
    test_partner,
    test_pin,
    test_pin_http,
    test_reference,
    test_region,
    test_scale,
    test_sequence,
)
