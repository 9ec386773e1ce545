from . import lpdb_report_pack_xlsx
