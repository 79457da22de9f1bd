"""Runs every benchmark, on SQLite and on the PostgreSQL given: ``python -m tests.benchmarks --database …``."""

import argparse
import subprocess
import sys

BENCHMARKS = (
    "mail_delivery",
    "import_master_data",
    "import_documents",
    "export_submissions",
    "sign_in",
    "customer_pages",
    "enumeration",
    "backoffice_queue",
    "audit_trail",
    "campaigns",
)


def main() -> None:
    """Run one after the other, so that none disturbs another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="KUNDENPORTAL_DATABASE_URL of a PostgreSQL")
    postgresql = parser.parse_args().database
    for name in BENCHMARKS:
        for engine, database in (("SQLite", ""), ("PostgreSQL", postgresql)):
            print(f"\n== {name} on {engine}", flush=True)
            command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--database", database]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
