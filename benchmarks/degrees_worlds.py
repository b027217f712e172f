"""Types or degrees in the practice worlds: verdicts and names, where types made the answers and where leanings did.

Run ``python benchmarks/degrees_worlds.py [draws]``; every draw is written to ``results/degrees_worlds_draws.csv`` as it
is done, ``results/degrees_worlds.csv`` counts them. No rule was set on these seeds. ``named``: all four names stand for
types; ``named_undecided``: among these it could not be told whether there are types.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd
from degrees import RESULTS, earns_all_names
from degrees_data import Drawn

from typology.clustering.degrees.comparison import compare_degrees
from typology.clustering.degrees.verdict import DEGREES
from typology.clustering.goals import goal_question, goals_matrix
from typology.content.catalogue import load_content
from typology.simulation.survey import Structure, simulate_survey
from typology.simulation.worlds import WorldName
from typology.survey.survey import read_survey

DRAWS, SUMMARY = "degrees_worlds_draws.csv", "degrees_worlds.csv"
N, FIRST = 412, 300
"""Answers, and the first seed: others were looked at when the limits of names were set."""
WORLDS: tuple[WorldName, ...] = ("demo", "nationwide")
MAKERS: tuple[Structure, ...] = ("degrees", "types")
COLUMNS = ("world", "made_by", "draw", "verdict", "reason", "rival", "named")


def main(draws: int) -> None:
    """Take up the run where it stopped."""
    path = RESULTS / DRAWS
    done = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=list(COLUMNS))
    known = set(zip(done["world"], done["made_by"], done["draw"], strict=True))
    for draw in range(FIRST, FIRST + draws):
        for world in WORLDS:
            for made_by in MAKERS:
                if (world, made_by, draw) not in known:
                    row = pd.DataFrame([one_draw(world, made_by, draw)], columns=list(COLUMNS))
                    row.to_csv(path, mode="a", header=not path.exists(), index=False)
    summary(pd.read_csv(path)).to_csv(RESULTS / SUMMARY, index=False)


def one_draw(world: WorldName, made_by: Structure, draw: int) -> tuple[object, ...]:
    """One survey as ``typology simulate`` writes it, read again, and its verdict."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "survey"
        simulate_survey(folder, n=N, random_state=draw, key="survey", world=world, structure=made_by)
        survey = read_survey(folder)
    signatures = {kind.key: list(kind.signature) for kind in load_content().types}
    drawn = Drawn(goals_matrix(survey), goal_question(survey), signatures)
    found = compare_degrees(drawn.goals, question=drawn.question, signatures=signatures, random_state=draw)
    named = int(found.verdict != DEGREES and earns_all_names(drawn, found))
    return world, made_by, draw, found.verdict, found.reason, found.rival, named


def summary(draws: pd.DataFrame) -> pd.DataFrame:
    """Verdicts in per cent, and the share of draws with all four names."""
    draws = draws.assign(named_undecided=draws["named"] * (draws["verdict"] == "undecided"))
    grouped = draws.groupby(["made_by", "world"])
    table = grouped["verdict"].value_counts(normalize=True).unstack(fill_value=0.0)
    table = table.reindex(columns=["types", "degrees", "undecided"], fill_value=0)
    table[["named", "named_undecided"]] = grouped[["named", "named_undecided"]].mean()
    table = table.mul(100).round(0).astype(int).assign(draws=grouped.size())
    return table.reset_index()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
