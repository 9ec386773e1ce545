from . import account_merge_wizard, coop_ledger_check
