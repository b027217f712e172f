"""What the promise costs: figures that the gate leaves empty or coarse, by how many may tell each other their answers.

Run ``python benchmarks/gate.py FOLDER…`` with folders of computed studies; it writes ``benchmarks/results/gate.csv``
(``study, table, colluding, cells, empty, coarse``).
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from typology.publishing.gate.privacy import public_tables
from typology.publishing.gate.rules import Rules
from typology.study.workflow import read_study

RESULTS = Path(__file__).parent / "results" / "gate.csv"
SHOWN = {"types": "n", "type_sizes": "n", "type_profiles": "estimate", "instruments": "estimate",
         "pain_shares": "estimate"}  # fmt: skip
MOST = 3


def cost(folder: Path) -> list[tuple[str, str, int, int, int, int]]:
    """One row for each table and number of those who collude."""
    study = read_study(folder)
    rows = []
    for colluding in range(MOST + 1):
        public = public_tables(study.tables, rules=Rules(colluding=colluding))
        steps = public.gate.dropna(subset=["step"])["table"].value_counts()
        for name, column in SHOWN.items():
            values = public.get(name)[column]
            empty = int(values.isna().sum())
            rows.append((study.info.survey, name, colluding, len(values), empty, int(steps.get(name, 0))))
    return rows


def main() -> int:
    """Measure every study named."""
    rows = [row for name in sys.argv[1:] for row in cost(Path(name))]
    table = pd.DataFrame(rows, columns=["study", "table", "colluding", "cells", "empty", "coarse"])
    table = table.sort_values(["study", "table", "colluding"], kind="stable")
    table.to_csv(RESULTS, index=False)
    print(table.to_string(index=False))
    return int(table.empty)


if __name__ == "__main__":
    sys.exit(main())
