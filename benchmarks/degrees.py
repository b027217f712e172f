"""Types or degrees: how often the verdict is right, on draws of ``degrees_data.py`` that its rule has not seen.

The rule was set on draws of the same generators with other seeds.

Run ``python benchmarks/degrees.py [draws at n = 412] [draws at n = 1,500] [folder]``. Every draw is written as it is
done to ``results/degrees_draws.csv``, so that the run can be stopped and taken up again; ``results/degrees.csv``
counts the verdicts of each cell, with the number of draws there are. ``python benchmarks/degrees.py 0`` only counts
again.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd
from degrees_data import CELLS, Cell, draw_survey

from typology.clustering.degrees.comparison import compare_degrees

RESULTS = Path(__file__).parent / "results"
DRAWS, SUMMARY = "degrees_draws.csv", "degrees.csv"
COLUMNS = ("cell", "made_by", "kind", "n", "draw", "verdict", "reason", "n_classes", "rival", "seconds")
SIZES = (412, 1_500)
ROUND = 2


def main(draws: tuple[int, int], folder: Path) -> None:
    """Take up the run where it stopped: some draws of every cell, then some more."""
    path = folder / DRAWS
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=list(COLUMNS))
    known = set(zip(done["cell"], done["n"], done["draw"], strict=True))
    for first in range(0, max(draws), ROUND):
        for n, most in zip(SIZES, draws, strict=True):
            for cell in CELLS:
                for draw in range(first, min(first + ROUND, most)):
                    if (cell.name, n, draw) not in known:
                        _append(path, one_draw(cell, n, draw))
    summary(pd.read_csv(path)).to_csv(folder / SUMMARY, index=False)


def one_draw(cell: Cell, n: int, draw: int) -> tuple[object, ...]:
    """One survey and its verdict; seconds of processor time."""
    survey = draw_survey(cell, n, draw)
    start = time.process_time()
    found = compare_degrees(
        survey.goals, question=survey.question, signatures=survey.signatures, random_state=draw
    )  # fmt: skip
    seconds = round(time.process_time() - start, 1)
    return (
        cell.name, cell.made_by, cell.kind, n, draw, found.verdict, found.reason, found.n_classes, found.rival, seconds,
    )  # fmt: skip


def summary(draws: pd.DataFrame) -> pd.DataFrame:
    """Verdicts of each cell in per cent, the number of draws, and the mean processor time."""
    order = {cell.name: number for number, cell in enumerate(CELLS)}
    grouped = draws.groupby(["cell", "made_by", "kind", "n"])
    table = grouped["verdict"].value_counts(normalize=True).unstack(fill_value=0.0).mul(100).round(0).astype(int)
    table = table.reindex(columns=["types", "degrees", "undecided"], fill_value=0)
    table["draws"] = grouped.size()
    table["seconds"] = grouped["seconds"].mean().round(1)
    table = table.reset_index()
    place = table["cell"].map(order)
    return table.assign(place=place).sort_values(["n", "made_by", "place"]).drop(columns="place")


def _append(path: Path, row: tuple[object, ...]) -> None:
    frame = pd.DataFrame([row], columns=list(COLUMNS))
    frame.to_csv(path, mode="a", header=not path.exists(), index=False)


if __name__ == "__main__":
    numbers = [int(value) for value in sys.argv[1:3]] or [100, 20]
    main((numbers[0], numbers[1] if len(numbers) > 1 else 0), Path(sys.argv[3]) if len(sys.argv) > 3 else RESULTS)
