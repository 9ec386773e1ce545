from . import account_merge_wizard
