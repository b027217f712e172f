"""What consent means in every file: withdrawn, a municipality is nobody's partner; without contact, no address.

And forgotten, it is nowhere.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
from miniature import QUICK
from written_tables import read_written

from typology.study.record import Study
from typology.study.sheet_index import INDEX
from typology.study.store import public_study, write_sheets
from typology.study.workflow import read_study, run_study
from typology.survey.codebook import read_codebook
from typology.survey.removal import forget_key, rows_of

pytestmark = pytest.mark.long

TEXTS = {".html", ".json", ".js", ".csv", ".md", ".css", ".svg"}
# Columns in which others are named; ``key`` and ``own`` columns name the municipality itself.
NAMING = {
    "similar": ("partner",), "complementary": ("partner",), "uncapped": ("partner",),
    "team_members": ("key",), "teams": ("host",), "cooperation": ("host", "past"), "agenda": ("partners",),
    "courses": ("participants", "host"), "without_team": ("key",),
}  # fmt: skip


@dataclass(frozen=True)
class Runs:
    """The same survey before and after two municipalities withdrew a consent and a third one was forgotten."""

    raw: Path
    before: Path
    after: Path
    withdrawn: str
    name: str
    silent: str
    address: str
    forgotten: str


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


def set_sheets(study: Study, target: Path, some: Collection[str]) -> None:
    """The sheets of some municipalities for each audience, as the study would set them."""
    for part, shown, audience in (("internal", study, "self"), ("public", public_study(study), "public")):
        keys = sorted(set(some) & set(shown.tables.municipalities.index))
        folder = target / part / "sheets"
        write_sheets(shown, folder, audience=audience, progress=lambda _: None, keys=keys)


def unique(study: Study, register: pd.DataFrame, keys: Iterable[str]) -> Iterator[str]:
    """Keys whose name is part of no other name in the register and of no Kreis."""
    words = [*register["name"], *register["kreis_name"], *register["verband_name"]]
    for key in keys:
        name = study.tables.municipalities.loc[key, "base_name"]
        if sum(name in str(word) for word in words) == 1:
            yield str(key)


@pytest.fixture(scope="module")
def runs(practice_folder: Path, practice_processed: Path, once: Callable[..., Path]) -> Runs:
    from typology.survey.survey import read_survey

    study = read_study(practice_processed)
    register = read_survey(practice_folder).register
    assert register is not None
    shown = read_written(practice_processed / "public" / "tables" / "similar.csv")["partner"]
    withdrawn = next(unique(study, register.table, shown.value_counts().index))
    others = study.tables.consent.drop(withdrawn)
    kept = others[others["listed"] & others["partner"] & (others.index.str.len() == 8)]
    named = [key for key in shown.value_counts().index if key != withdrawn]
    forgotten = next(unique(study, register.table, kept.index))
    silent = next(
        key for key in named if key != forgotten and others.loc[key, "contact"] and others.loc[key, "mailbox"]
    )

    similar = study.tables.similar
    named_one = set(similar.loc[similar["partner"].isin([withdrawn, silent, forgotten]), "key"]) | {withdrawn, silent}

    few = replace(QUICK, margins=())  # its matches are looked at
    frozen = study.typology

    def run_again(folder: Path) -> None:
        shutil.copytree(practice_folder, folder / "raw")
        withdraw(folder / "raw", withdrawn, "partner")
        withdraw(folder / "raw", silent, "contact")
        forget_key(folder / "raw", forgotten)
        after = run_study(folder / "raw", folder / "after", few, frozen=frozen, sheets=False, progress=lambda _: None)
        set_sheets(after, folder / "after", named_one)

    again = once("klein-changed", run_again)
    name = str(study.tables.municipalities.loc[withdrawn, "base_name"])
    address = str(others.loc[silent, "mailbox"])
    return Runs(again / "raw", practice_processed, again / "after", withdrawn, name, silent, address, forgotten)


@cache
def text_of(path: Path) -> str:
    """What a file says, words broken at the end of a line put together."""
    if path.suffix != ".pdf":
        return path.read_text(encoding="utf-8")
    with pypdfium2.PdfDocument(path) as document:
        said = " ".join(sheet.get_textpage().get_text_range() for sheet in document)
    broken = "\ufffe"  # pdfium's sign for a hyphen at the end of a line
    return " ".join(said.replace(broken, "-").split()) + "\n" + " ".join(said.replace(broken, "").split())


def of_others(folder: Path, key: str) -> list[Path]:
    """Sheets, pages and agendas of all other municipalities."""
    found = [
        path for part in ("internal/sheets/gemeinde", "public/sheets/gemeinde", "internal/agenda", "public/gemeinde",
                          "public/en/gemeinde")
        for path in sorted((folder / part).iterdir())
    ]  # fmt: skip
    return [path for path in found if path.stem != key and path.name != INDEX]


def test_a_withdrawn_partner_stands_in_nobodys_list_table_sheet_or_page(runs: Runs) -> None:
    similar = read_study(runs.before, only=("similar",)).tables.similar
    seekers = set(similar.loc[similar["partner"] == runs.withdrawn, "key"])
    held = [path for path in of_others(runs.before, runs.withdrawn) if path.stem in seekers]
    before = [path for path in held if runs.name in text_of(path)]
    assert {path.suffix for path in before} >= {".pdf", ".html", ".json"}, "else this test could not fail"
    after = of_others(runs.after, runs.withdrawn)
    again = {path.relative_to(runs.after) for path in after}
    still = {path.relative_to(runs.before) for path in before if path.stem != runs.forgotten}
    assert still <= again, "all that named it are looked at again"
    rest = {path.relative_to(runs.before) for path in of_others(runs.before, runs.withdrawn)} - again
    assert all(path.stem == runs.forgotten or path.suffix == ".pdf" for path in rest)
    for path in after:
        said = text_of(path)
        assert runs.name not in said and runs.withdrawn not in said, path.relative_to(runs.after)


def test_the_list_of_sheets_names_a_withdrawn_partner_as_itself_only(runs: Runs) -> None:
    with (runs.after / "internal" / "sheets" / "gemeinde" / INDEX).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    (own,) = [line for line in lines if runs.withdrawn in str(line) or runs.name in str(line)]
    assert (own["key"], own["file"]) == (runs.withdrawn, f"{runs.withdrawn}.pdf") and len(lines) > 1
    assert not list((runs.after / "public").rglob(INDEX)), "outside nobody sends sheets by mail"


def test_a_withdrawn_partner_stands_in_no_table_of_matches(runs: Runs) -> None:
    def named(folder: Path) -> set[str]:
        out = set()
        for part in ("internal", "public"):
            for table, columns in NAMING.items():
                path = folder / part / "tables" / f"{table}.csv"
                if not path.is_file():
                    continue
                rows = read_written(path)
                for column in set(columns) & set(rows.columns):
                    if any(runs.withdrawn in str(cell).split(";") for cell in rows[column]):
                        out.add(f"{part}/{table}.{column}")
        return out

    assert named(runs.before) >= {"internal/similar.partner", "public/similar.partner", "internal/uncapped.partner"}
    assert named(runs.after) == set()
    for table in ("cooperation_members", "team_members"):
        rows = read_written(runs.after / "internal" / "tables" / f"{table}.csv")
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


def test_nothing_of_a_forgotten_municipality_remains_in_any_output(runs: Runs) -> None:
    bodies = read_study(runs.before, only=("municipalities",)).tables.municipalities
    name = str(bodies.loc[runs.forgotten, "base_name"])  # no other body has it in its name

    def told(folder: Path) -> list[str]:
        files = [path for path in folder.rglob("*") if path.suffix in TEXTS | {".pdf"}]
        assert len(files) > 200
        return [
            path.name for path in files
            if not path.name.startswith("register")
            and (runs.forgotten in path.name or runs.forgotten in text_of(path) or name in text_of(path))
        ]  # fmt: skip

    assert {Path(file).suffix for file in told(runs.before)} >= {".pdf", ".html", ".json", ".csv", ".md", ".js"}
    assert told(runs.after) == []
    assert not [path for path in runs.after.rglob("*") if runs.forgotten in path.name]
