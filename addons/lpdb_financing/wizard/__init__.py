from . import lpdb_month_end
