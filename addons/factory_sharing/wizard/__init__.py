from . import (
    factory_charge_reason,
    factory_site_copy,
    factory_site_gate_record,
    factory_statement,
)
