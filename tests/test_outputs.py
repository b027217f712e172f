"""What consent means in every file: withdrawn, a municipality is nobody's partner; without contact, no address."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
import pypdf
import pytest

from typology.simulation.survey import simulate_survey
from typology.study.record import Study
from typology.study.workflow import read_study, run_study
from typology.survey.codebook import read_codebook
from typology.survey.removal import rows_of
from typology.tables.settings import Settings

QUICK = Settings(n_init=20, resamples=10, replicates=19, max_classes=4)
TEXTS = {".html", ".json", ".js", ".csv", ".md", ".css", ".svg"}
# Columns in which others are named; ``key`` and ``own`` columns name the municipality itself.
NAMING = {
    "similar": ("partner",), "complementary": ("partner",), "uncapped": ("partner",),
    "team_members": ("key",), "teams": ("host",), "cooperation": ("host", "past"), "agenda": ("partners",),
    "courses": ("participants", "host"), "without_team": ("key",),
}  # fmt: skip


@dataclass(frozen=True)
class Runs:
    """The same survey before and after two municipalities withdrew a consent."""

    raw: Path
    before: Path
    after: Path
    withdrawn: str
    name: str
    silent: str
    address: str


def column_of(folder: Path, purpose: str) -> str:
    blocks = [block for block in read_codebook(folder / "codebook.yaml").blocks if purpose in block.columns]
    return str(blocks[0].columns[purpose])


def records(folder: Path) -> list[list[str]]:
    text = (folder / "responses.csv").read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def withdraw(folder: Path, key: str, purpose: str) -> None:
    """Empty one consent of one municipality in the file, as somebody would do it by hand."""
    rows = records(folder)
    place = rows[0].index(column_of(folder, purpose))
    for number in rows_of(folder, key)[1]:
        rows[number - 1][place] = ""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    (folder / "responses.csv").write_bytes(out.getvalue().encode("utf-8-sig"))


def unique(study: Study, register: pd.DataFrame, keys: Iterable[str]) -> Iterator[str]:
    """Keys whose name is part of no other name in the register and of no Kreis."""
    words = [*register["name"], *register["kreis_name"], *register["verband_name"]]
    for key in keys:
        name = study.tables.municipalities.loc[key, "base_name"]
        if sum(name in str(word) for word in words) == 1:
            yield str(key)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    from typology.survey.survey import read_survey

    root = tmp_path_factory.mktemp("outputs")
    raw = root / "raw" / "klein"
    simulate_survey(raw, n=60, random_state=8, key="klein")
    study = run_study(raw, root / "before", QUICK, progress=lambda _: None)
    register = read_survey(raw).register
    assert register is not None
    shown = pd.read_csv(root / "before" / "public" / "tables" / "similar.csv", dtype=str)["partner"]
    withdrawn = next(unique(study, register.table, shown.value_counts().index))
    others = study.tables.consent.drop(withdrawn)
    named = [key for key in shown.value_counts().index if key != withdrawn]
    silent = next(key for key in named if others.loc[key, "contact"] and others.loc[key, "mailbox"])
    withdraw(raw, withdrawn, "partner")
    withdraw(raw, silent, "contact")
    run_study(raw, root / "after", QUICK, progress=lambda _: None)
    name = str(study.tables.municipalities.loc[withdrawn, "base_name"])
    return Runs(raw, root / "before", root / "after", withdrawn, name, silent, str(others.loc[silent, "mailbox"]))


@cache
def text_of(path: Path) -> str:
    """What a file says, words broken at the end of a line put together."""
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")
    lines = "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(path).pages).split("\n")
    return " ".join(lines) + "\n" + "".join(line.removesuffix("-") for line in lines)


def of_others(folder: Path, key: str) -> list[Path]:
    """Sheets, pages and agendas of all other municipalities."""
    found = [
        path for part in ("internal/sheets/gemeinde", "public/sheets/gemeinde", "internal/agenda", "public/gemeinde",
                          "public/en/gemeinde")
        for path in sorted((folder / part).iterdir())
    ]  # fmt: skip
    return [path for path in found if path.stem != key]


def test_a_withdrawn_partner_stands_in_nobodys_list_table_sheet_or_page(runs: Runs) -> None:
    similar = read_study(runs.before, only=("similar",)).tables.similar
    seekers = set(similar.loc[similar["partner"] == runs.withdrawn, "key"])
    held = [path for path in of_others(runs.before, runs.withdrawn) if path.stem in seekers]
    before = [path for path in held if runs.name in text_of(path)]
    assert {path.suffix for path in before} >= {".pdf", ".html", ".json"}, "else this test could not fail"
    after = of_others(runs.after, runs.withdrawn)
    assert len(after) == len(of_others(runs.before, runs.withdrawn))
    for path in after:
        said = text_of(path)
        assert runs.name not in said and runs.withdrawn not in said, path.relative_to(runs.after)


def test_a_withdrawn_partner_stands_in_no_table_of_matches(runs: Runs) -> None:
    def named(folder: Path) -> set[str]:
        out = set()
        for part in ("internal", "public"):
            for table, columns in NAMING.items():
                path = folder / part / "tables" / f"{table}.csv"
                if not path.is_file():
                    continue
                rows = pd.read_csv(path, dtype=str, keep_default_na=False)
                for column in set(columns) & set(rows.columns):
                    if any(runs.withdrawn in str(cell).split(";") for cell in rows[column]):
                        out.add(f"{part}/{table}.{column}")
        return out

    assert named(runs.before) >= {"internal/similar.partner", "public/similar.partner", "internal/uncapped.partner"}
    assert named(runs.after) == set()
    for table in ("cooperation_members", "team_members"):
        rows = pd.read_csv(runs.after / "internal" / "tables" / f"{table}.csv", dtype=str, keep_default_na=False)
        joined = rows[rows.get("group", rows.get("team")) != ""]
        assert runs.withdrawn not in set(joined["key"])


def test_the_withdrawn_one_keeps_its_own_page_and_lists(runs: Runs) -> None:
    tables = read_study(runs.after, only=("similar", "consent")).tables
    assert tables.consent.loc[runs.withdrawn, "listed"] and not tables.consent.loc[runs.withdrawn, "partner"]
    assert (tables.similar["key"] == runs.withdrawn).any()
    assert runs.name in text_of(runs.after / "public" / "gemeinde" / f"{runs.withdrawn}.html")


@pytest.mark.parametrize("page", ["partners.html", "teams.html", "pain-points.html"])
def test_pages_that_name_many_link_it_at_most_as_itself(runs: Runs, page: str) -> None:
    said = text_of(runs.after / "public" / page)
    assert said.count(f"gemeinde/{runs.withdrawn}.html") == (1 if page == "partners.html" else 0)


def test_no_public_file_holds_an_address_without_consent_to_contact(runs: Runs) -> None:
    rows = records(runs.raw)
    place = {name: rows[0].index(column_of(runs.raw, name)) for name in ("mailbox", "contact")}
    filled = [row for row in rows[1:] if row and row[place["mailbox"]]]
    closed = {row[place["mailbox"]] for row in filled if row[place["contact"]] != "Y"}
    assert runs.address in closed

    def found(folder: Path) -> set[str]:
        files = [path for path in (folder / "public").rglob("*") if path.suffix in TEXTS | {".pdf"}]
        assert len(files) > 100
        said = [text_of(path) for path in files]
        return {address for address in closed for text in said if address in text}

    assert found(runs.before) == {runs.address}, "shown as long as its consent stood"
    assert found(runs.after) == set()
