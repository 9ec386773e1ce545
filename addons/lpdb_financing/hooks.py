# SPDX-License-Identifier: AGPL-3.0-or-later


def uninstall_hook(env):
    """Leave the accounts and journals that we made to the companies."""
    env["res.company"]._coop_release_books("lpdb_financing")
