from . import lpdb_ageing, lpdb_month_end
