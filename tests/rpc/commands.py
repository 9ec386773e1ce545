"""The loaders' commands as a person runs them, and the files they read."""

import csv
import os
import signal
import subprocess
import sys

from conftest import USER_PASSWORD
from small_pilots import ROOT


def write(path, header, rows):
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


class Scripts:
    """Runs commands against a server as its administrator."""

    def __init__(self, server):
        self.server = server

    def command(self, name, *arguments):
        script = str(ROOT / "scripts" / f"{name}.py")
        return [
            *(sys.executable, script, *map(str, arguments)),
            *("--url", self.server.url, "--database", self.server.database),
            *("--user", self.server.login),
        ]

    def env(self):
        return {
            **os.environ,
            "ODOO_PASSWORD": self.server.password,
            "FACTORY_DEMO_PASSWORD": USER_PASSWORD,
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, name, *arguments):
        return subprocess.run(
            self.command(name, *arguments),
            env=self.env(),
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, name, *arguments):
        result = self.run(name, *arguments)
        assert result.returncode == 0, result.stderr + result.stdout
        return result.stdout

    def kill_after(self, text, name, *arguments):
        """Start a command and kill it, kill -9, once it has said something."""
        process = subprocess.Popen(
            self.command(name, *arguments),
            env=self.env(),
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in process.stdout:
            if text in line:
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
        return process.returncode


def found_cooperative(scripts, folder, code, name):
    """Load a cooperative whose principal saving is 100,000 from 2024 on."""
    companies = write(
        folder / f"{code}_companies.csv",
        ["code", "name", "kind", "region_code", "registry_number", "pkp", "remark"],
        [[code, name, "cooperative", "64.02.02", "", 0, ""]],
    )
    scripts.done("load_companies", "--companies", companies)
    meetings = write(
        folder / f"{code}_meetings.csv",
        ["code", "company", "name", "kind", "date", "resolution"],
        [[f"RA-{code}", code, "Rapat", "annual", "2024-01-01", "Simpanan pokok"]],
    )
    rates = write(
        folder / f"{code}_rates.csv",
        ["company", "kind", "date_from", "amount", "meeting"],
        [[code, "principal", "2024-01-01", 100000, f"RA-{code}"]],
    )
    scripts.done("load_decisions", "--meetings", meetings, "--rates", rates)


def write_members(path, company, codes, nik, header=(), values=()):
    """Write a file of invented members; further columns are equal for all."""
    fields = ["code", "company", "name", "nik", "date_applied", "date_joined"]
    rows = [
        [
            *(code, company, f"Anggota {i}", f"{nik}{i:04d}"),
            *("2024-01-02", "2024-01-05", *values),
        ]
        for i, code in enumerate(codes, 1)
    ]
    return write(path, [*fields, *header], rows)
