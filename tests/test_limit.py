"""Lists asked with "at most three": the draft takes the limit from the question, `check` sees it in the answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.limit import unsaid_limit
from typology.survey.survey import check_survey

GOALS = ("Recht", "Nähe", "Daten", "Effizienz", "Teilhabe", "Klima", "Wirtschaft", "Bildung")


def picked(n: int, limit: int, seed: int = 0) -> np.ndarray:
    """Nearly all tick as many as they may; one ticks everything."""
    rng = np.random.default_rng(seed)
    ticked = np.zeros((n, len(GOALS)), dtype=bool)
    for row in ticked:
        row[rng.choice(len(GOALS), limit - int(rng.random() < 0.2), replace=False)] = True
    ticked[0] = True
    return ticked


def export(folder: Path, question: str, yes: str, no: str) -> Path:
    head = ["AGS", *(f"{question} [{goal}]" for goal in GOALS)]
    rows = [[f"{9162000 + i:08}", *(yes if hit else no for hit in row)] for i, row in enumerate(picked(60, 3))]
    path = folder / "e.csv"
    path.write_text("\n".join(";".join(f'"{cell}"' for cell in row) for row in [head, *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "question",
    [
        "Welche Ziele verfolgen Sie? (höchstens drei)",
        "Ziele, bitte maximal 3 ankreuzen",
        "Which goals? Choose up to three",
    ],
)
@pytest.mark.parametrize(("yes", "no"), [("Ja", "Nein"), ("x", ""), ("2", "1")])
def test_the_draft_takes_the_limit_from_the_question(tmp_path: Path, question: str, yes: str, no: str) -> None:
    text = draft_codebook(export(tmp_path, question, yes, no))
    goals = text[text.index("\ngoals:") : text.index("\nblocks:") if "\nblocks:" in text else len(text)]
    assert "kind: pick" in goals and "limit: 3  #" in goals


def test_a_limit_of_all_goals_is_none(tmp_path: Path) -> None:
    assert "limit: 8" not in draft_codebook(
        export(tmp_path, "Welche Ziele? Sie dürfen bis zu acht ankreuzen", "Ja", "Nein")
    )


@pytest.mark.parametrize(("yes", "no"), [("Ja", "Nein"), ("x", "")])
def test_check_sees_a_limit_that_nobody_declared(tmp_path: Path, yes: str, no: str) -> None:
    path = export(tmp_path, "Welche Ziele verfolgen Sie?", yes, no)
    text = draft_codebook(path)
    for declared, n in (
        (text, 1),
        (text.replace("kind: yes_no", "kind: pick").replace("kind: pick", "kind: pick\n  limit: 3"), 0),
    ):
        (tmp_path / "codebook.yaml").write_text(declared, encoding="utf-8")
        findings = check_survey(tmp_path).findings
        warned = findings[(findings["kind"] == "over_limit") & (findings["severity"] == "warnung")]
        assert len(warned) == n
        if n:
            assert "höchstens 3 von 8 Zielen" in warned["message"].iloc[0] and "limit: 3" in warned["expected"].iloc[0]


def test_free_answers_show_no_limit() -> None:
    rng = np.random.default_rng(1)
    assert unsaid_limit(rng.random((400, 13)) < 0.4) == 0
    assert unsaid_limit(rng.random((400, 13)) < 0.15) == 0
    assert unsaid_limit(picked(400, 3)) == 3 and unsaid_limit(picked(400, 4)) == 4
    assert unsaid_limit(picked(400, 5)) == 0, "more than half of the goals"
    assert unsaid_limit(picked(29, 3)) == 0
