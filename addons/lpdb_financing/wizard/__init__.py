from . import lpdb_ageing, lpdb_cash_need, lpdb_month_end, lpdb_report_pack
