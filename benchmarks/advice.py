"""What municipalities are advised: how specific, how far, how alike, on the demo and on a country of true size.

Run ``python benchmarks/advice.py``; it computes both studies (a minute) and writes ``benchmarks/results/advice.csv``.
Rows: one per data set and figure. ``before`` holds what was given when no limit was declared, on the worlds as they
were drawn then, and stays as it is; ``now`` is what this program gives. ``python benchmarks/advice.py DEMO BUND`` takes
two finished studies instead.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from typology.content.catalogue import Content
from typology.content.vocabulary import PartnerList
from typology.matching.distance import places_of
from typology.matching.peers.reasons import REASON_COLUMNS, render_reason
from typology.simulation.survey import simulate_survey
from typology.study.workflow import read_study, run_study
from typology.tables.settings import Settings
from typology.tables.study_tables import StudyTables

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "advice.csv"
FEW = Settings(n_init=50, resamples=10, replicates=9, max_classes=5, degrees=False)
LEAST = Settings(n_init=20, resamples=5, replicates=9, max_classes=4, degrees=False)
GENERIC = ("topic_type", "topic_same_type", "topic_open")
FAR_KM, LARGE, TWICE = 150.0, 10.0, 2.0
SHOWN = 5


def studies(folder: Path) -> dict[str, Path]:
    """Both worlds, computed into a folder."""
    country = simulate_survey(folder / "raw" / "bund", world="nationwide", key="bund")
    how = {"sheets": False, "site": False, "progress": str}
    run_study(ROOT / "data" / "raw" / "demo", folder / "demo", FEW, **how)
    run_study(country, folder / "bund", LEAST, **how)
    return {"demo": folder / "demo", "nationwide": folder / "bund"}


def figures(tables: StudyTables, content: Content) -> dict[str, float]:
    """All figures of one study."""
    out = _of_lists(tables, content)
    out |= _of_steps(tables)
    out |= _of_teams(tables)
    return out


def _of_lists(tables: StudyTables, content: Content) -> dict[str, float]:
    lists = {name.value: tables.get(name) for name in PartnerList}
    everybody = pd.Index(tables.assignments.index)
    opened = tables.consent["answers"].astype(bool)
    out: dict[str, float] = {}
    for name, table in lists.items():
        rows = table[opened.reindex(table["partner"]).to_numpy()]
        generic = rows["topic"].str.startswith(GENERIC)
        out[f"{name}: rows"] = len(table)
        out[f"{name}: rows whose partner opened its answers"] = len(rows)
        out[f"{name}: share of these with a generic topic"] = float(generic.mean())
        out[f"{name}: share of these at rank 1 with a generic topic"] = float(generic[rows["rank"] == 1].mean())
        closed = table.drop(rows.index)
        phrased = ~closed["topic"].isin(["topic_closed", "topic_open"])
        out[f"{name}: closed partners with a phrase as topic"] = int(phrased.sum())
        out |= {f"{name}: {what}": value for what, value in _apart(tables, table["key"], table["partner"]).items()}
        out[f"{name}: share of rows that are far apart in setting"] = float((table["closeness"] == "entfernt").mean())
        twice = sum(_says_twice(part, content) for _, part in table.groupby("key"))
        out[f"{name}: lists that say a sentence twice"] = twice
        sizes = table.groupby("key").size().reindex(everybody, fill_value=0)
        out[f"{name}: municipalities without a partner"] = int((sizes == 0).sum())
        out[f"{name}: municipalities with a full list"] = int((sizes == SHOWN).sum())
    pairs = [set(zip(table["key"], table["partner"], strict=True)) for table in lists.values()]
    out["pairs that stand in both lists"] = len(set.intersection(*pairs))
    numbers = r"^(?:like_population|like_distance|diff_larger|diff_smaller|diff_distance|like_size_class)"
    said = pd.concat([table[column] for table in lists.values() for column in REASON_COLUMNS])
    out["reasons that are only a number"] = int(said.str.match(numbers).sum())
    return out


def _says_twice(rows: pd.DataFrame, content: Content) -> bool:
    """Whether a list prints a sentence twice, as its card does: the same type is told with another example."""
    told: dict[str, int] = {}
    said = []
    for row in rows.to_dict("records"):
        example = told.get(row["topic"], 0)
        told[row["topic"]] = example + 1
        said += [render_reason(row[column], content, example=example) for column in REASON_COLUMNS if row[column]]
    said = [sentence for sentence in said if "freigegeben" not in sentence]
    return len(said) > len(set(said))


def _apart(tables: StudyTables, keys: pd.Series, partners: pd.Series) -> dict[str, float]:
    """Kilometres and size ratio of pairs."""
    if not len(keys):
        return {}
    places = places_of(tables.municipalities, tables.municipalities.index)
    at = {key: place for place, key in enumerate(places.keys)}
    i, j = (np.array([at[key] for key in column]) for column in (keys, partners))
    km = places.km_between(i, j)
    ratio = np.exp(np.abs(places.log_population[i] - places.log_population[j]))
    both = (km > FAR_KM) & (ratio > TWICE)
    return {
        "median km": round(float(np.nanmedian(km)), 1),
        "largest km": round(float(np.nanmax(km)), 1),
        "median size ratio": round(float(np.nanmedian(ratio)), 2),
        "largest size ratio": round(float(np.nanmax(ratio)), 2),
        f"share over {FAR_KM:g} km": round(float((km > FAR_KM).mean()), 4),
        f"pairs with a size ratio over {LARGE:g}": int((ratio > LARGE).sum()),
        f"share over {FAR_KM:g} km and with a size ratio over {TWICE:g}": round(float(both.mean()), 4),
        "share who get such a one of all who get any": round(keys[both].nunique() / keys.nunique(), 4),
    }


def _of_steps(tables: StudyTables) -> dict[str, float]:
    agenda = tables.agenda
    named = agenda[agenda["partners"] != ""]
    pairs = named.assign(partner=named["partners"].str.split(";")).explode("partner")
    out: dict[str, float] = {"steps": len(agenda), "steps: share without a partner": 1 - len(named) / len(agenda)}
    out |= {f"steps: {what}": value for what, value in _apart(tables, pairs["key"], pairs["partner"]).items()}
    members = tables.cooperation_members
    members = members[members["group"] != ""]
    host = members[members["host"].astype(bool)].set_index("group")["key"]
    guests = members[~members["host"].astype(bool)]
    between = _apart(tables, guests["key"], guests["group"].map(host))
    out["cooperation: groups"] = len(host)
    out["cooperation: seats"] = len(members)
    out |= {f"cooperation: {what}": value for what, value in between.items()}
    courses = tables.courses[tables.courses["host"] != ""]
    pairs = courses.assign(partner=courses["participants"].str.split(";")).explode("partner")
    pairs = pairs[pairs["partner"] != pairs["host"]]
    out["courses"] = len(tables.courses)
    out |= {f"courses: {what}": value for what, value in _apart(tables, pairs["host"], pairs["partner"]).items()}
    return out


def _of_teams(tables: StudyTables) -> dict[str, float]:
    teams, members = tables.teams, tables.team_members
    seated = members.merge(members, on="team")
    seated = seated[seated["key_x"] < seated["key_y"]]
    out: dict[str, float] = {"teams": len(teams), "teams: seats": len(members)}
    out |= {f"teams: {what}": value for what, value in _apart(tables, seated["key_x"], seated["key_y"]).items()}
    out["teams: share of members that bring only their type"] = float(
        members["brings"].str.startswith("brings_type").mean()
    )
    record = tables.matching_record.set_index("name")["value"]
    out["teams: gap to the bound"] = float(record.get("teams.gap", np.nan))
    return out


def main(*folders: str) -> None:
    """Both worlds, one table; ``before`` is kept from the table that is there."""
    with tempfile.TemporaryDirectory() as here:
        paths = dict(zip(("demo", "nationwide"), map(Path, folders), strict=True)) if folders else studies(Path(here))
        found = {}
        for name, path in paths.items():
            study = read_study(path)
            found[name] = figures(study.tables, study.content)
    rows = [(name, what, round(value, 4)) for name, of in found.items() for what, value in of.items()]
    table = pd.DataFrame(rows, columns=["data", "figure", "now"])
    if RESULTS.exists():
        before = pd.read_csv(RESULTS)[["data", "figure", "before"]]
        table = before.merge(table, on=["data", "figure"], how="outer", sort=False)
        order = {what: place for place, what in enumerate(dict.fromkeys(what for _, what, _ in rows))}
        table = table.sort_values(["data", "figure"], key=lambda column: column.map(lambda x: order.get(x, x)))
    else:
        table.insert(2, "before", table["now"])
    RESULTS.parent.mkdir(exist_ok=True)
    table.to_csv(RESULTS, index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
