"""D-Teams of the demo and of 412 invented members: how many are served, gap to the bound, time.

Run ``python benchmarks/teams.py``; it writes ``benchmarks/results/teams.csv``. Sizes 4 and 5, capacity 1 and 2 for
types rarer than the average.
"""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
from peers import demo_tables, invent

from typology.content.catalogue import load_content
from typology.matching.teams.teams import form_teams, say_bounds, team_bounds

RESULTS = Path(__file__).parent / "results" / "teams.csv"


def main() -> None:
    """All settings, one table."""
    content = load_content()
    rows = []
    for name, tables in (("demo", demo_tables()), ("erfunden_412", invent(412, partner_share=1.0, unassigned=0.0))):
        for size, capacity in ((4, 1), (4, 2), (5, 1)):
            print(*say_bounds(team_bounds(*tables, size=size, capacity=capacity), content), sep="\n")
            start, computing = time.perf_counter(), time.process_time()
            record = form_teams(*tables, size=size, capacity=capacity).record
            kept = ("members", "teams", "teams_bound", "served", "served_bound", "score", "bound", "gap", "exact")
            rows.append(
                {
                    "data": name,
                    "size": size,
                    "capacity": capacity,
                    **{key: record[key] for key in kept},
                    "seconds": round(time.perf_counter() - start, 1),
                    "cpu_seconds": round(time.process_time() - computing, 1),
                }
            )
    table = pd.DataFrame(rows)
    RESULTS.parent.mkdir(exist_ok=True)
    table.to_csv(RESULTS, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
