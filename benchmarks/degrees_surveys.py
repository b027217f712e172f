"""Types or degrees in answers of others: three surveys are judged and the comparison is printed.

The files are those of the folder in ``TYPOLOGY_EXTERNAL_DATA``; what is not there is said and left out. The method
report defends the three verdicts, the tests hold them.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from typology.clustering.degrees.comparison import compare_degrees
from typology.clustering.engine.question import GoalQuestion


@dataclass(frozen=True)
class Asked:
    """``file`` in the folder of external data, its ``columns`` with answers, the ``kind`` of question; ``levels`` where
    the order of the answers is not that of their names."""

    file: str
    columns: slice
    kind: str
    levels: dict[str, list[str]] = field(default_factory=dict)


SURVEYS = {
    "Chilean municipalities 2019: 17 features of e-government": Asked(
        "surveys/chile_egov_2019/egi_2019.csv", slice(3, None), "yes_no"
    ),
    "General Social Survey 1982: four ratings of respondents": Asked(
        "latent_class/gss82.csv", slice(4), "rating",
        {"PURPOSE": ["Good", "Depends", "Waste of time"], "COOPERAT": ["Interested", "Cooperative", "Impatient"]},
    ),
    "Cheating at university: four yes/no questions": Asked("latent_class/cheating.csv", slice(4), "yes_no"),
}  # fmt: skip


def read_answers(path: Path, asked: Asked) -> pd.DataFrame:
    """The goals of a survey as categories."""
    table = pd.read_csv(path, sep=None, engine="python").iloc[:, asked.columns].astype("category")
    for column, levels in asked.levels.items():
        table[column] = table[column].cat.reorder_categories(levels, ordered=True)
    return table


def main(folder: Path) -> None:
    """Print what every survey is judged to be."""
    for title, asked in SURVEYS.items():
        if not (folder / asked.file).exists():
            print(f"{title}: {asked.file} is not in {folder}, left out (set TYPOLOGY_EXTERNAL_DATA)\n")
            continue
        goals = read_answers(folder / asked.file, asked)
        start = time.process_time()
        found = compare_degrees(goals, question=GoalQuestion(asked.kind))
        seconds = time.process_time() - start
        print(f"{title}, n = {len(goals)}, {seconds:.1f} CPU s: {found.reason}, {found.rival}\n{found!r}\n")


if __name__ == "__main__":
    main(Path(os.environ.get("TYPOLOGY_EXTERNAL_DATA", "external_data")))
