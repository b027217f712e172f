"""Types or degrees: how often the verdict is right, on draws of ``degrees_data.py`` that its rule has not seen.

The rule was set on draws of the same generators with other seeds.

Run ``python benchmarks/degrees.py [draws at n = 412] [at n = 1,500] [at n = 200] [folder]``. Every draw is written as
it is done to ``results/degrees_draws.csv``, so that the run can be stopped and taken up again;
``results/degrees.csv`` counts the verdicts of each cell, with the number of draws there are. ``named`` is the share of
draws that get all four names *as types*: classes that earn every name where the verdict is not degrees.
``python benchmarks/degrees.py 0`` only counts again.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from degrees_data import CELLS, Cell, Drawn, draw_survey

from typology.clustering.clustering import cluster
from typology.clustering.degrees.comparison import Comparison, compare_degrees
from typology.clustering.degrees.verdict import DEGREES
from typology.clustering.permutation import best_permutation
from typology.types.signatures import chosen_rates, naming_scores
from typology.types.threshold import limits_under_degrees

RESULTS = Path(__file__).parent / "results"
DRAWS, SUMMARY = "degrees_draws.csv", "degrees.csv"
COLUMNS = ("cell", "made_by", "kind", "n", "draw", "verdict", "reason", "n_classes", "rival", "named", "seconds")
SIZES = (412, 1_500, 200)
STARTS = 50
"""Random starts of the classes that are named; a study has 500."""


def main(draws: list[int], folder: Path) -> None:
    """Take up the run where it stopped: one draw of every cell, then the next."""
    path = folder / DRAWS
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=list(COLUMNS))
    known = set(zip(done["cell"], done["n"], done["draw"], strict=True))
    most = max(draws)
    for turn in range(most):
        for n, wanted in zip(SIZES, draws, strict=False):
            # a size of which fewer draws are wanted comes less often, not first
            draw = turn * wanted // most
            for cell in CELLS:
                if wanted and (cell.name, n, draw) not in known:
                    known.add((cell.name, n, draw))
                    _append(path, one_draw(cell, n, draw))
    summary(pd.read_csv(path)).to_csv(folder / SUMMARY, index=False)


def one_draw(cell: Cell, n: int, draw: int) -> tuple[object, ...]:
    """One survey and its verdict; seconds of processor time of the comparison."""
    survey = draw_survey(cell, n, draw)
    start = time.process_time()
    found = compare_degrees(
        survey.goals, question=survey.question, signatures=survey.signatures, random_state=draw
    )  # fmt: skip
    seconds = round(time.process_time() - start, 1)
    named = int(found.verdict != DEGREES and earns_all_names(survey, found))
    return (
        cell.name, cell.made_by, cell.kind, n, draw, found.verdict, found.reason, found.n_classes, found.rival, named,
        seconds,
    )  # fmt: skip


def earns_all_names(survey: Drawn, found: Comparison) -> bool:
    """Whether four classes earn the names of all four types, under the limits of a study."""
    if found.names_are_leanings:
        return False
    groups = cluster(survey.goals, len(survey.signatures), question=survey.question, n_init=STARTS)
    limits = limits_under_degrees(found, groups, survey.signatures)
    rates = chosen_rates(groups.profiles, groups.categories).loc[list(groups.shares.index)]
    scores = naming_scores(rates, groups.shares, survey.signatures).to_numpy()
    own = [scores[pair] for pair in best_permutation(scores).pairs]
    return bool(min(own) >= limits.threshold and np.mean(own) >= limits.gate)


def summary(draws: pd.DataFrame) -> pd.DataFrame:
    """Verdicts of each cell in per cent, the number of draws, and the mean processor time."""
    order = {cell.name: number for number, cell in enumerate(CELLS)}
    grouped = draws.groupby(["cell", "made_by", "kind", "n"])
    table = grouped["verdict"].value_counts(normalize=True).unstack(fill_value=0.0).mul(100).round(0).astype(int)
    table = table.reindex(columns=["types", "degrees", "undecided"], fill_value=0)
    table["named"] = grouped["named"].mean().mul(100).round(0).astype(int)
    table["draws"] = grouped.size()
    table["seconds"] = grouped["seconds"].mean().round(1)
    table["longest"] = grouped["seconds"].max()
    table = table.reset_index()
    place = table["cell"].map(order)
    return table.assign(place=place).sort_values(["n", "made_by", "place"]).drop(columns="place")


def _append(path: Path, row: tuple[object, ...]) -> None:
    frame = pd.DataFrame([row], columns=list(COLUMNS))
    frame.to_csv(path, mode="a", header=not path.exists(), index=False)


if __name__ == "__main__":
    folders = [value for value in sys.argv[1:] if not value.isdigit()]
    numbers = [int(value) for value in sys.argv[1:] if value.isdigit()] or [100, 20, 20]
    main(numbers, Path(folders[0]) if folders else RESULTS)
