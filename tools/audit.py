"""Known faults of the pinned packages: `python -m tools.audit` runs pip-audit and says how many packages it could look up.

pip-audit ends well also where its service knows none of the packages; so its own report is counted here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any


def main() -> int:
    """Run it; returns 1 where a package has a known fault or pip-audit is missing, else 0."""
    if find_spec("pip_audit") is None:
        print("audit: NOT CHECKED, pip-audit is not installed: python -m pip install 'pip-audit>=2.10'")
        return 1
    command = [sys.executable, "-m", "pip_audit", "-r", "requirements.lock", "--no-deps", "--disable-pip", "-f", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--timeout", "15"], capture_output=True, text=True, check=False
    )
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        print(f"audit: NOT CHECKED, the advisory service cannot be reached: {done.stderr.strip()[-200:]}")
        return 0
    checked = [package for package in packages if "vulns" in package]
    faults = [(p["name"], p["version"], [fault["id"] for fault in p["vulns"]]) for p in checked if p["vulns"]]
    told = (
        f"{len(checked)} of {len(packages)} packages checked"
        if checked
        else "NOT CHECKED, the registry serves no advisories"
    )
    print(f"audit: {told}", *faults, sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
