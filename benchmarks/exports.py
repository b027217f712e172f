"""Which parts of an unedited draft are right, on one truth in the export of every survey tool that can be imitated.

A part is right if it is so for every way of asking for consent (ticks, a selection for each purpose, a matrix), and the
respondents for each of them also when the first of them is left out, and in two other orders. Consent is right if the
draft leaves it open with every answer spelled out, and filling in what the answers mean lists exactly those who agreed.
Writes ``benchmarks/results/exports.csv`` (``tool, variant, goals, ratings, consent, id, respondents``); what is wrong,
and why, is printed.

    python benchmarks/exports.py [tool …]
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from exports_truth import PARTS, in_order, judge, read_back, truth

from typology.simulation.export.tools import TOOLS

RESULTS = Path(__file__).parent / "results" / "exports.csv"
ASKINGS = ("ticks", "selection", "matrix")


def rows_of(tools: list[str]) -> list[dict[str, object]]:
    """One row per tool and variant, True where a part is right however it is asked."""
    copies = {asking: truth(asking) for asking in ASKINGS}
    rows: list[dict[str, object]] = []
    for tool in tools:
        for variant in TOOLS[tool]:
            right = dict.fromkeys(PARTS, True)
            with tempfile.TemporaryDirectory() as folder:
                for asking, filled in copies.items():
                    right["respondents"] &= _same_in_any_order(filled, tool, variant, Path(folder) / asking)
                    wrong = judge(filled, tool, variant, Path(folder) / asking).wrong
                    for part, why in wrong.items():
                        if why:
                            print(f"{tool} {variant}, {asking}, {part}: {why[:160]}", flush=True)
                            right[part] = False
            rows.append({"tool": tool, "variant": variant, **right})
    return rows


def _same_in_any_order(filled, tool: str, variant: str, folder: Path) -> bool:
    numbers = list(filled.answers.index)
    first = read_back(filled, tool, variant, folder / "first")
    lost = filled.answers.at[numbers[0], "AGS.x"]
    orders = {
        "turned": ([*numbers[9:], *numbers[:9]], first),
        "shuffled": (random.Random(1).sample(numbers, len(numbers)), first),
        "without": (numbers[1:], [key for key in first if key != lost]),
    }
    return all(
        read_back(in_order(filled, rows), tool, variant, folder / name) == keys for name, (rows, keys) in orders.items()
    )


def main() -> int:
    """Exit code 0 whatever comes out: the table says it."""
    rows = rows_of(sys.argv[1:] or list(TOOLS))
    table = pd.DataFrame(rows)
    if len(sys.argv) == 1:
        written = table.astype(str).replace({"True": "true", "False": "false"})
        written.to_csv(RESULTS, index=False, lineterminator="\n")
    print(table.to_string(index=False))
    print(f"{int(table[list(PARTS)].all(axis=1).sum())} of {len(table)} right in all parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
