"""Partner lists: the demo before and after the cap, 11,000 invented bodies, and a published list.

Run ``python benchmarks/peers.py [bodies]``; it writes ``benchmarks/results/peers.csv``. Rows: one per data set and
list with the hub report before and after, the cost in mean rank, the gap to the bound, time and memory. The published
list of English authorities is reported when the external test data are there.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

import pandas as pd

from typology.clustering.clustering import cluster
from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
from typology.matching.peers.hub import hub_report
from typology.matching.peers.peers import recommend_peers
from typology.survey.survey import read_survey
from typology.types.naming import name_types
from typology.types.profiles.profiles import profile_municipalities, profile_types

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from matching_data import Tables, invent  # noqa: E402
from wide_lists import edges_from_wide  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "peers.csv"
DEMO = ROOT / "data" / "raw" / "demo"


def demo_tables() -> Tables:
    """The four tables of the demo study."""
    survey = read_survey(DEMO)
    goals = goals_matrix(survey)
    clustering = cluster(goals.loc[estimation_rows(survey, goals)], 4, question=goal_question(survey), n_init=100)
    assignments = name_types(clustering, survey.content, survey=survey).assign(goals, flags=survey.flags)
    profiles = profile_municipalities(survey, goals, assignments, profile_types(survey, goals, assignments))
    return Tables(assignments, profiles, survey.municipalities, survey.consent)


def measure(name: str, tables: Tables) -> pd.DataFrame:
    """Both lists of one data set."""
    computing = time.process_time()
    result = recommend_peers(*tables)
    cpu = time.process_time() - computing
    rows = []
    for (which, stage), part in result.hub.groupby(["list", "stage"], sort=False):
        record = result.record["lists"][which]
        rows.append(
            {
                "data": name,
                "list": which,
                "stage": stage,
                "cap": record["cap"] if stage == "nachher" else "",
                **part.iloc[0].drop(["list", "stage"]).to_dict(),
                "rank_cost": record["rank_cost"] if stage == "nachher" else "",
                "gap": record["gap"] if stage == "nachher" else "",
                "generic_topics": record["generic"] if stage == "nachher" else "",
                "closed_partners": record["closed"] if stage == "nachher" else "",
                "cpu_seconds": round(cpu, 1),
                "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
            }
        )
    return pd.DataFrame(rows)


def published() -> pd.DataFrame:
    """The hub report of the statistical neighbours of English authorities, May 2025."""
    folder = Path(os.environ.get("TYPOLOGY_EXTERNAL_DATA") or ROOT.parent / "shared" / "data")
    path = folder / "neighbours" / "sn_may_2025.xlsx"
    if not path.exists():
        print(f"Nicht vorhanden: {path.name} (TYPOLOGY_EXTERNAL_DATA setzen)")
        return pd.DataFrame()
    raw = pd.read_excel(path, header=None, dtype=str, engine="calamine")
    table = raw.iloc[3:].set_axis(raw.iloc[2], axis=1)
    current = table.iloc[: table["LA num"].isna().to_numpy().argmax()]  # former authorities stand below
    report = hub_report(edges_from_wide(current, "LA num", "SN"), current["LA num"])
    return report.assign(data="sn_may_2025", list="veröffentlicht", stage="vorher")


def main(bodies: int = 11_000) -> None:
    """All data sets, one table."""
    table = pd.concat(
        [measure("demo", demo_tables()), measure(f"erfunden_{bodies}", invent(bodies)), published()], ignore_index=True
    )
    RESULTS.parent.mkdir(exist_ok=True)
    table.to_csv(RESULTS, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
