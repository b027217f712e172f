"""A run that ends at each of its writes, killed or by a full disk: all of them, those of the site too.

Run ``python benchmarks/every_write.py [one of so many]`` (1 if not said: all); it writes
``benchmarks/results/every_write.csv`` (``ended_by, writes, failed``). The suite tries one in fourteen, without the
site, and verbs that write elsewhere.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "every_write.csv"
TEST = "tests/test_every_write.py"


def main() -> int:
    """Exit code 1 if any write was one too many."""
    every = sys.argv[1] if len(sys.argv) > 1 else "1"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", TEST, "-q", "-n", "2", "-k", "at_a_write", f"--junitxml={report}"],
            cwd=ROOT, env={**os.environ, "TYPOLOGY_EVERY_WRITE": every},
        )  # fmt: skip
        rows = []
        for case in ElementTree.parse(report).iter("testcase"):
            steps = {one.get("name"): one.get("value") for one in case.iter("property")}
            failed = case.find("failure") is not None or case.find("error") is not None
            rows.append((re.sub(r".*\[(.*)\]", r"\1", case.get("name", "")), int(steps.get("steps") or 0), int(failed)))
    table = pd.DataFrame(rows, columns=["ended_by", "writes", "failed"])
    table.to_csv(RESULTS, index=False)
    print(table.to_string(index=False))
    return int(table["failed"].sum() > 0 or (table["writes"] == 0).any())


if __name__ == "__main__":
    sys.exit(main())
