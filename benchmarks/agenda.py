"""Does every municipality get an agenda of its own: steps that others have too, lines that stand in two agendas.

Run ``python benchmarks/agenda.py [label]``: it simulates the demo and the nationwide world, reads what the agendas say
and writes ``benchmarks/results/agenda.csv``, one row per world. Rows of other labels stay, so that the same measures of
an earlier version stand beside those of this one.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

import pandas as pd

from typology.publishing.views.agenda_text import agenda_text
from typology.publishing.views.maker import ViewMaker
from typology.simulation.survey import simulate_survey
from typology.simulation.worlds import WorldName
from typology.study.record import Study
from typology.study.workflow import run_study
from typology.tables.settings import Settings

RESULTS = Path(__file__).parent / "results" / "agenda.csv"
WORLDS: tuple[WorldName, ...] = ("demo", "nationwide")
LONG = 60  # signs of a line that says something
LARGE = 20  # municipalities of a size class, at least, for the share of a step to mean anything
ANSWERS = ("goals", "stand", "wichtig", "pain_points", "structure")
QUICK = Settings(n_init=20, resamples=5, replicates=9, max_classes=4, degrees=False)  # types do not decide the steps


def measure(study: Study) -> dict[str, float]:
    """What the agendas of one study have in common."""
    tables = study.tables
    steps = tables.agenda
    blocks = [getattr(tables, name) for name in ANSWERS]
    answered = {key for block in blocks for key in block.index[((block != "") & block.notna()).any(axis=1)]}
    sets = steps.groupby("key")["step"].agg(frozenset)
    same = Counter(sets)
    pairs = len(sets) * (len(sets) - 1) / 2
    shares = [
        (len(part) and part.value_counts().iloc[0] / len(keys), name)
        for name, keys in tables.municipalities.groupby("size_class").groups.items()
        if name and len(keys) >= LARGE
        for part in [steps.loc[steps["key"].isin(keys), "step"]]
    ]
    most, where = max(shares)
    maker = ViewMaker(tables, study.info, study.content)
    lines = [_long_lines(agenda_text(maker.municipality(key), study.content)) for key in sets.index]
    shared = [len(one & other) / ((len(one) + len(other)) / 2) for one, other in combinations(lines, 2)]
    return {
        "municipalities": len(tables.municipalities), "answered": len(answered),
        "answered_without_step": len(answered - set(steps["key"])), "steps_used": steps["step"].nunique(),
        "steps_each": len(steps) / max(len(sets), 1), "with_twin": sum(n for n in same.values() if n > 1),
        "pairs_with_same_steps": sum(n * (n - 1) / 2 for n in same.values()) / pairs,
        "lines_shared": sum(shared) / len(shared), "most_frequent_in_a_class": most, "in_class": where,
    }  # fmt: skip


def _long_lines(text: str) -> set[str]:
    return {line for line in map(str.strip, text.splitlines()) if len(line) >= LONG}


def main() -> None:
    """Measure both worlds and write the table."""
    label = sys.argv[1] if len(sys.argv) > 1 else "now"
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for world in WORLDS:
            raw, key = Path(folder) / "raw" / world, world
            simulate_survey(raw, world=world, key=key)
            study = run_study(raw, Path(folder) / world, QUICK, sheets=False, site=False, progress=lambda said: None)
            rows.append({"version": label, "world": world, **measure(study)})
            print(rows[-1])
    table = pd.DataFrame(rows).round(4)
    if RESULTS.is_file():
        others = pd.read_csv(RESULTS, dtype={"version": str})
        table = pd.concat([others[others["version"] != label], table], ignore_index=True)
    RESULTS.parent.mkdir(exist_ok=True)
    table.to_csv(RESULTS, index=False)


if __name__ == "__main__":
    main()
