from . import lpdb_transaction_mixin

# isort: split
from . import (
    account_account,
    account_move,
    coop_closing,
    lpdb_agreement_line,
    lpdb_draw,
    lpdb_draw_use,
    lpdb_entry,
    lpdb_facility,
    lpdb_facility_accounts,
    lpdb_facility_booking,
    lpdb_facility_figures,
    lpdb_facility_print,
    lpdb_facility_schedule,
    lpdb_fee,
    lpdb_guarantee,
    lpdb_instalment,
    lpdb_payment,
    lpdb_payment_line,
    lpdb_payment_posting,
    lpdb_rate,
    lpdb_schedule,
    res_company,
)
