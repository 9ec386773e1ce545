# SPDX-License-Identifier: AGPL-3.0-or-later


def uninstall_hook(env):
    """Leave the accounts and journals that we made to the companies.

    Gates go with their table: sites refer to them, so that an uninstall would fail to
    delete them one by one before it drops both.
    """
    env["res.company"]._coop_release_books("factory_sharing")
    gates = [("module", "=", "factory_sharing"), ("model", "=", "factory.gate")]
    env["ir.model.data"].search(gates).unlink()
