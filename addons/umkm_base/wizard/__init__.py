from . import umkm_pin_wizard
