"""Make ``<addon>.tools`` importable without Odoo.

The ``__init__`` of an addon imports its models and so Odoo; here each addon stands as a
package with a path and nothing else, which is enough for its pure tools.
"""

import sys
import types
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2] / "addons"

for folder in sorted(ADDONS.iterdir()):
    if (folder / "tools").is_dir() and folder.name not in sys.modules:
        package = types.ModuleType(folder.name)
        package.__path__ = [str(folder)]
        sys.modules[folder.name] = package
