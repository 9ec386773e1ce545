from . import (
    lpdb_ageing,
    lpdb_cash_need,
    lpdb_covenant_withdraw,
    lpdb_month_end,
    lpdb_report_pack,
)
