"""Time and optimality of all that follows from the answers, for surveys of growing size.

Run ``python benchmarks/action.py [sizes …]``; it writes ``benchmarks/results/action.csv``: seconds of processor time
per part, groups and courses found, and the gap to the bound that the solver proves.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from typology.content.agenda import load_agenda
from typology.content.trainings import load_job_families, load_trainings
from typology.matching.action.agenda import propose_steps
from typology.matching.action.agenda_partners import add_partners
from typology.matching.action.competences import competence_gaps
from typology.matching.action.cooperation import form_cooperation
from typology.matching.action.courses import plan_courses
from typology.matching.action.trainings import match_trainings
from typology.simulation.survey import simulate_survey
from typology.survey.survey import Survey, read_survey

RESULTS = Path(__file__).parent / "results" / "action.csv"
SIZES = (100, 412, 1000)


def answers(survey: Survey, role: str) -> pd.DataFrame:
    """One block as plain text or numbers, missing as empty text or NaN."""
    block = survey.block(role)
    if role in ("stand", "wichtig"):
        return block.astype(float)
    return block.astype(object).where(block.notna(), "")


def levels(survey: Survey) -> pd.DataFrame:
    """Needed and available levels as a long table."""
    parts = []
    for role, name in (("competence_soll", "soll"), ("competence_ist", "ist")):
        block = survey.block(role).astype(float).rename_axis("key").reset_index()
        parts.append(block.melt("key", var_name="item", value_name=name).set_index(["key", "item"])[name])
    table = pd.concat(parts, axis=1).dropna(how="all").reset_index()
    table[["family", "area"]] = table["item"].str.split(".", n=1, expand=True)
    return table


def measure(survey: Survey) -> dict[str, float]:
    """Seconds per part and what came out."""
    content, folder = survey.content, survey.content.folder
    pains, stand = answers(survey, "pain_point"), answers(survey, "stand")
    out: dict[str, float] = {"n": len(survey.municipalities)}
    start = time.process_time()
    cooperation = form_cooperation(pains, survey.municipalities, survey.consent)
    out["cooperation_s"] = time.process_time() - start
    start = time.process_time()
    gaps = competence_gaps(levels(survey), load_job_families(folder))
    trainings = match_trainings(gaps, load_trainings(folder))
    out["paths_s"] = time.process_time() - start
    start = time.process_time()
    courses = plan_courses(trainings, survey.municipalities, survey.consent, load_trainings(folder))
    out["courses_s"] = time.process_time() - start
    start = time.process_time()
    steps = propose_steps(
        answers(survey, "goal"), stand, answers(survey, "wichtig"), pains, answers(survey, "structure"), gaps,
        load_agenda(folder), content, municipalities=survey.municipalities, projects=answers(survey, "project"),
    )  # fmt: skip
    agenda = add_partners(steps, stand, pains, survey.municipalities, survey.consent, groups=cooperation.members)
    out["agenda_s"] = time.process_time() - start
    out["total_s"] = sum(value for name, value in out.items() if name.endswith("_s"))
    record, planned = cooperation.record, courses.record
    return out | {
        "groups": record["groups"], "joined": record["joined"], "left": record["left"], "groups_gap": record["gap"],
        "courses": planned["courses"], "served": planned["served"], "wanted": planned["wanted"],
        "courses_gap": planned["gap"], "steps": len(agenda),
        "steps_without_partner": int((agenda["partners"] == "").sum()),
    }  # fmt: skip


def main() -> None:
    """Measure all sizes and write the table."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            target = Path(folder) / f"n{size}"
            simulate_survey(target, n=size, random_state=0, key=f"n{size}")
            rows.append(measure(read_survey(target)))
            print({name: round(value, 4) for name, value in rows[-1].items()})
    RESULTS.parent.mkdir(exist_ok=True)
    pd.DataFrame(rows).round(4).to_csv(RESULTS, index=False)


if __name__ == "__main__":
    main()
