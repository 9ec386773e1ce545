from . import umkm_subject_mixin  # the models below inherit it

# isort: split
from . import (
    ir_http,
    ir_module,
    ir_sequence,
    res_company,
    res_groups,
    res_partner,
    res_users,
    umkm_assistance,
    umkm_cluster,
    umkm_indicator,
    umkm_indicator_value,
    umkm_kbli,
    umkm_licence,
    umkm_licence_type,
    umkm_obligation,
    umkm_pin_lock,
    umkm_region,
    umkm_scale_assessment,
    umkm_scale_threshold,
)
