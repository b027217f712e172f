"""Pages, sheets and data files print nothing but the public tables, and nothing can be worked out from the prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from miniature import few_columns
from printed_meaning import Meanings
from printed_numbers import read_compared, read_page, read_script
from printed_sheets import note_sheet, note_view
from printed_tables import Published, Reading, filled, wrong
from public_attack import Attack
from python_calamine import CalamineWorkbook
from unknowns import Unknowns

from typology.content.reading import FOLDER, read_yaml
from typology.content.sources import load_sources, named_in
from typology.content.vocabulary import AssignmentReason
from typology.publishing.gate.privacy import listed_keys, public_tables
from typology.publishing.gate.public_model import hides_a_total, public_typology
from typology.publishing.gate.rules import Rules
from typology.publishing.sheets.render import render_sheet
from typology.publishing.site.data import compact
from typology.publishing.site.pages import ASSETS, Pages
from typology.publishing.site.shared import read_view
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.overview import overview_view
from typology.publishing.views.workshop import workshop_view
from typology.simulation.survey import simulate_survey
from typology.study.export import export_study, with_names
from typology.study.record import Study
from typology.study.store import public_study, write_site
from typology.study.workflow import fit_study
from typology.survey.survey import Survey, read_survey
from typology.tables.package import read_tables, write_package
from typology.tables.schema import SHEETS, TABLES
from typology.tables.settings import Settings
from typology.tables.study_tables import StudyTables
from typology.types.certainty import reliability
from typology.writing import day

pytestmark = pytest.mark.long

OFF, ALONE = Rules(minimum=0, colluding=0), Rules(colluding=0)
N = 80  # enough that its types have names
EVERY = 8  # of the pages of municipalities are read; their data are read all
LANGUAGES = ("de", "en")


@dataclass
class Edition:
    """A study with its public folder and what its pages may print besides figures."""

    study: Study
    shown: Study
    survey: Survey
    folder: Path
    tables: StudyTables
    texts: list[str]

    def published(self) -> Published:
        info, typology = self.shown.info, self.shown.typology
        made = typology.provenance
        figures = self.tables.quality.set_index("name")["value"]
        record = {
            "limit": info.question_limit, "goals": len(typology.goals), "classes": len(typology.types),
            "rows": made.get("n_rows", info.n), "starts": made["n_starts"], "replicated": made["replicated"],
            "prior": made["prior"], "threshold": typology.naming.threshold,
            "named": sum(item.named for item in typology.types),
            "weighted_percent": 100 * figures.get("weighted_change", np.nan),
            "unrepresented_percent": 100 * figures.get("unrepresented", np.nan),
        }  # fmt: skip
        return Published(self.tables, info, record, self.survey.register.bodies)

    def reader(self) -> Meanings:
        return Meanings(self.published(), self.study.content, self.texts)


def strings(part: Any) -> Iterator[str]:
    """Every text in nested data."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list | tuple):
        for below in part.values() if isinstance(part, dict) else part:
            yield from strings(below)


@cache
def texts_of_content() -> tuple[str, ...]:
    """Every text; sources as they are printed, for a year alone would hide any number like it."""
    files = [path for path in sorted(FOLDER.rglob("*.yaml")) if path.name != "sources.yaml"]
    found = [text for path in files for text in strings(read_yaml(path))]
    known = load_sources()
    cited = [named_in(text) for text in found if {key for key, _ in named_in(text)} <= known.keys()]
    return (*found, *("; ".join(", ".join(filter(None, (known[key].printed(), place))) for key, place in named)
                      for named in cited if named))  # fmt: skip


def fixed_texts(survey: Survey, shown: Study) -> list[str]:
    """Texts with numbers that say nothing about answers: content, titles, dates, the register, labels."""
    texts = list(texts_of_content())
    bodies = survey.register.bodies
    texts += [
        *strings(shown.info.as_json()),
        *bodies.index,
        *bodies.select_dtypes(object).astype(str).to_numpy().ravel(),
    ]
    texts += [day(shown.info.date, language, words=language == "en") for language in LANGUAGES]
    texts += [day(survey.register.reference_date, language) for language in LANGUAGES]
    texts += [f"D-Team {team}" for team in shown.tables.teams["team"]] + shown.tables.consent["mailbox"].tolist()
    return [*texts, *shown.tables.quality["label"], *shown.tables.quality["label_en"]]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory) -> tuple[Survey, Study]:
    folder = tmp_path_factory.mktemp("raw") / "klein"
    simulate_survey(folder, n=N, random_state=7, key="klein")
    survey = few_columns(read_survey(folder))
    settings = Settings(n_init=5, replicates=1, resamples=2, max_classes=4, degrees=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(reliability.__kwdefaults__, "n_fits", 2)  # how exact the figures are is another test's matter
        patch.setattr("typology.study.quality.LEAST_ROWS", 40)  # with the tables on reliability and short form
        study = fit_study(survey, settings, progress=lambda _: None)
    assert study.tables.is_made("short_form")
    return survey, with_consent(study, listed=0.85, others=0.9, random_state=3)


def with_consent(study: Study, *, listed: float, others: float, random_state: int) -> Study:
    rng, consent = np.random.default_rng(random_state), study.tables.consent.copy()
    for purpose in ("listed", "answers", "partner", "contact"):
        consent[purpose] = rng.random(len(consent)) < (listed if purpose == "listed" else others)
    return replace(study, tables=study.tables.having(consent=consent))


def publish(survey: Survey, shown: Study, folder: Path, only: str = "") -> None:
    """Tables, typology and site, as a study writes them; of the pages those whose path matches."""
    info = shown.info
    write_package(
        shown.tables, folder, name="klein-public", title=info.title["de"], date=info.date, source=info.source,
        licence=info.licence, public=True, content=shown.content,
    )  # fmt: skip
    shown.typology.save(folder / "typology.json")
    write = Pages.write

    def write_some(pages: Pages, path: str, *given: Any, **how: Any) -> None:
        if re.search(only, path):
            write(pages, path, *given, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pages, "write", write_some)
        write_site(shown, survey.register, folder)


def published_edition(survey: Survey, study: Study, folder: Path, only: str = "") -> Edition:
    shown = public_study(study)
    publish(survey, shown, folder, only)
    return Edition(study, shown, survey, folder, read_tables(folder, public=True), fixed_texts(survey, shown))


@pytest.fixture(scope="module")
def edition(fitted, tmp_path_factory) -> Edition:
    return published_edition(*fitted, tmp_path_factory.mktemp("site") / "public")


def read_site(reader: Meanings, folder: Path) -> Reading:
    """All pages in both languages, of municipalities every so many."""
    paths = sorted(folder.rglob("*.html"))
    towns = sorted({path.stem for path in paths if path.parent.name == "gemeinde"})[::EVERY]
    for path in paths:
        kind = {"typ": "type", "gemeinde": "municipality"}.get(path.parent.name, "")
        kind = "workshop" if path.stem == "pain-points" else kind
        if kind == "municipality" and path.stem not in towns:
            continue
        language = "en" if path.relative_to(folder).parts[0] == "en" else "de"
        reader.page(read_page(path, language), kind, path.stem)
    return reader.reading


def views(shown: Study, every: int = 0) -> list[dict[str, Any]]:
    maker = ViewMaker(shown.tables, shown.info, shown.content, "public")
    towns = sorted(shown.tables.municipalities.index)[:: every or N]
    return [*maker.municipalities(towns), *maker.types(), overview_view(maker, shown.typology), workshop_view(maker)]


KINDS = {"municipality": ("short", "full", "council"), "type": ("short", "full"), "overview": ("full",)}


def read_sheets(
    reader: Meanings,
    shown: Study,
    every: int = 0,
    of: tuple[str, ...] = tuple(KINDS),
    languages: tuple[str, ...] = LANGUAGES,
) -> Reading:
    for view in views(shown, every):
        for kind in KINDS[view["kind"]] if view["kind"] in of else ():
            for language in languages:
                data = render_sheet(view, kind=kind, language=language, content=shown.content)
                note_sheet(reader, data, language, view["kind"], view["key"], f"{view['key']} {kind} {language}")
    return reader.reading


@pytest.fixture(scope="module")
def on_pages(edition) -> Reading:
    return read_site(edition.reader(), edition.folder)


@pytest.fixture(scope="module")
def on_sheets(edition) -> Reading:
    return read_sheets(edition.reader(), edition.shown, every=31)


def test_something_is_suppressed(edition):
    tables = edition.tables
    gaps = [tables.types["n"], tables.type_sizes["n"], tables.pain_shares["estimate"], tables.instruments["estimate"]]
    assert all(gap.isna().any() and gap.notna().any() for gap in gaps)
    assert hides_a_total(tables.type_profiles) or tables.type_profiles["estimate"].isna().any()
    assert 0 < len(tables.goals) < len(tables.municipalities) < N


def test_every_number_on_a_page_stands_in_a_public_table(edition, on_pages):
    reading = on_pages
    assert reading.strays == []
    assert wrong(reading, edition.published()) == []
    seen = {figure.meaning[0] for figure in reading.figures if figure.shown}
    assert {"types", "type_sizes", "profile", "instrument", "pain", "quality", "method", "stand"} <= seen
    assert {"assignments", "municipalities", "similar", "complementary"} <= seen
    assert sum(figure.shown is None for figure in reading.figures) > 100


def test_every_number_on_a_sheet_stands_in_a_public_table(edition, on_sheets):
    reading = on_sheets
    assert reading.strays == []
    assert wrong(reading, edition.published()) == []
    seen = {figure.meaning[0] for figure in reading.figures if figure.shown}
    assert {"types", "type_sizes", "profile", "instrument", "quality", "stability", "naming", "assignments"} <= seen


def test_every_number_in_the_data_behind_pages_stands_in_a_public_table(edition):
    reader, folder = edition.reader(), edition.folder
    twins = sorted((folder / "gemeinde").glob("*.json"))
    assert len(twins) == len(edition.tables.municipalities)
    for path in twins:
        twin, script = read_view(path), read_compared(path.with_suffix(".js"))
        note_view(reader, twin)
        listed = [row["key"] for row in twin["similar"] or [] if row["listed"]]
        assert script.pop("proposed") == listed[:4]
        for name, value in script.items():  # the comparison shows a part of the twin
            parts = zip(value, twin[name], strict=True) if isinstance(value, list) else [(value, twin[name])]
            for part, whole in parts:
                assert part == ({key: whole[key] for key in part} if isinstance(part, dict) and part else whole), name
    for view in views(edition.shown):
        note_view(reader, view)
    assert reader.reading.strays == []
    assert wrong(reader.reading, edition.published()) == []


def test_scripts_hold_the_typology_and_no_other_figures(edition):
    assets = edition.folder / "assets"
    assert read_script(assets / "typology.js") == read_script(edition.folder / "typology.json")
    check = read_script(assets / "check.js")
    published = check.pop("published")
    assert [value for _, value in loose_numbers(check)] == [check["limit"]]
    assert published == published_by_the_tables(edition) != {}
    listed = read_script(assets / "listed.js")
    assert {name for name, _ in loose_numbers(listed)} == {"type", "topic"}
    assert {value for _, value in loose_numbers(listed)} <= set(
        range(-1, max(map(len, (listed["types"], listed["topics"]))))
    )
    places = set(range(len(edition.survey.register.bodies)))
    register = read_script(assets / "register.js")
    positions = {"listed", "partners", "larger"}  # the larger of one name goes first, by the official register
    assert {value for name, value in loose_numbers(register) if name in positions} <= places
    assert {name for name, _ in loose_numbers(register)} <= {*positions, "sizes"}
    assert sum(register["sizes"]) == len(places)
    facts, bodies = read_script(assets / "places.js"), edition.survey.register.bodies
    known = {"population": 1, "area": 10, "longitude": facts["scale"], "latitude": facts["scale"]}
    assert set(facts) == {"scale", *known}
    for name, scale in known.items():
        values = np.array([int(value, 36) for value in facts[name].split(",") if value])
        values = values.cumsum() if name in ("longitude", "latitude") else values
        official = bodies["area_km2" if name == "area" else name].dropna() * scale
        np.testing.assert_allclose(np.sort(values), np.sort(official), atol=0.5 + 1e-6, rtol=0, err_msg=name)
    made = {"parts.js", "register.js", "places.js", "check.js", "listed.js", "typology.js", "ground.js"}
    ground = read_script(assets / "ground.js")  # how the shape of the country is drawn, for figures to take away
    assert set(ground) == {"stroke", "opacity", "stroke-width", "d"}
    sentences = edition.study.content.sentences
    for language in LANGUAGES:
        said, shorter = (read_script(assets / f"texts-{name}{language}.js") for name in ("", "search-"))
        assert said == {name[3:]: text.of(language) for name, text in sentences.items() if name.startswith("js_")}
        assert shorter and shorter.items() < said.items()
        made |= {f"texts-{language}.js", f"texts-search-{language}.js"}
    labels, script = (assets / "tables.js").read_text("utf-8").split("\n", 1)
    assert labels.startswith("window.SAVED=") and not re.search(r"\d", labels)
    assert script == compact((ASSETS / "static" / "tables.js").read_text("utf-8"))
    for path in assets.glob("*.js"):
        if path.name not in {*made, "tables.js"}:
            assert path.read_text("utf-8") == compact((ASSETS / "static" / path.name).read_text("utf-8"))


def published_by_the_tables(edition: Edition) -> dict[str, list[Any]]:
    """What the public tables say of the municipalities with open answers, by their answers to all goals."""
    tables, typology = edition.tables, read_script(edition.folder / "typology.json")
    kinds = [item["key"] for item in typology["types"]]
    said: dict[str, list[list[Any]]] = {}
    for key, own in tables.goals.iterrows():
        row = tables.assignments.loc[key]
        levels = [list(goal["answers"]) for goal in typology["goals"]]
        answers = [own[goal["key"]] for goal in typology["goals"]]
        told = row["type"] or row["reason"] in ("", AssignmentReason.SPREAD)  # others' answers tell of no priorities
        if not told or any(answer not in known for answer, known in zip(answers, levels, strict=True)):
            continue
        pattern = "".join(str(known.index(answer)) for answer, known in zip(answers, levels, strict=True))
        places = [kinds.index(row[part]) if row[part] else -1 for part in ("type", "second_type")]
        said.setdefault(pattern, []).append([row["status"], *places, [row[f"p_{kind}"] for kind in kinds]])
    return {pattern: found[0] for pattern, found in said.items() if all(one == found[0] for one in found)}


def loose_numbers(part: Any, name: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(part, dict):
        for key, below in part.items():
            yield from loose_numbers(below, key)
    elif isinstance(part, list):
        for below in part:
            yield from loose_numbers(below, name)
    elif isinstance(part, int | float) and not isinstance(part, bool):
        yield name, part


def test_the_export_holds_the_numbers_of_the_public_tables(edition, tmp_path):
    export_study(edition.study, tmp_path)
    for path in sorted((edition.folder / "tables").glob("*.csv")):
        assert (tmp_path / "public" / "tables" / path.name).read_bytes() == path.read_bytes(), path.name
    files = {path.name for path in (tmp_path / "public").rglob("*") if path.is_file()}
    assert files == {path.name for path in (edition.folder / "tables").iterdir()} | {
        "datapackage.json", "klein-public.xlsx",
    }  # fmt: skip
    book = CalamineWorkbook.from_path(str(tmp_path / "public" / "klein-public.xlsx"))
    named = {sheet.de: name for name, sheet in SHEETS.items()}
    assert set(book.sheet_names) <= {*named, "Codebuch"}
    for name in set(book.sheet_names) - {"Codebuch"}:
        # the workbook says beside each answer what the file leaves to another table
        holder = edition.shown.tables if TABLES[named[name]].told_elsewhere else edition.tables
        table = with_names(holder.get(named[name]), edition.tables.municipalities)
        rows = book.get_sheet_by_name(name).to_python()
        notes, cells = rows[: len(rows) - len(table)], rows[len(rows) - len(table) :]
        for number, (row, mine) in enumerate(zip(cells, table.itertuples(index=False), strict=True)):
            for cell, value in zip(row, mine, strict=False):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    assert cell == pytest.approx(float(value), abs=1e-9), (name, number)
                elif cell == "":
                    assert pd.isna(value) or value == "", (name, number)
        said = " ".join(str(row[0]) for row in notes[:-1]).replace(TABLES[named[name]].title.de, "")
        for text in (edition.shown.info.source, edition.shown.info.model, day(edition.shown.info.date)):
            said = said.replace(text, "")
        assert set(re.findall(r"\d+", said)) <= {str(N)}, said


def attack(public: StudyTables, study: Study, shown: Study) -> Attack:
    found = Attack(public, shown.typology, study.tables, whole=True)
    found.counts_told()
    found.ticks_told()
    found.sums_told()
    found.answers_told()
    return found


def test_nothing_can_be_worked_out_from_tables_and_prints_together(edition, on_pages, on_sheets):
    public = filled(edition.shown.tables, [*on_pages.figures, *on_sheets.figures])
    assert attack(public, edition.study, edition.shown).told == []


def test_where_no_total_is_hidden_the_exact_shares_of_the_model_are_printed_right(fitted, tmp_path):
    survey, study = fitted
    other = published_edition(survey, with_consent(study, listed=1, others=1, random_state=2), tmp_path, "typ/|method")
    assert not hides_a_total(other.tables.type_profiles)
    reader = other.reader()
    assert read_site(reader, tmp_path).figures
    read_sheets(reader, other.shown, of=("type",), languages=("de",))
    assert reader.reading.strays == []
    assert wrong(reader.reading, other.published()) == []
    found = Attack(
        filled(other.shown.tables, reader.reading.figures), other.shown.typology, other.study.tables, whole=True
    )
    assert found.counts_told() == []


def test_a_site_of_unsuppressed_numbers_is_found_and_gives_them_away(edition, tmp_path):
    """Tables behind the gate, pages from before it: the strange numbers are found, and used they tell small counts."""
    loose = public_tables(edition.study.tables, rules=OFF)
    mine = edition.shown.tables.having(
        types=loose.types, type_sizes=loose.type_sizes, type_profiles=loose.type_profiles,
        instruments=loose.instruments, pain_shares=loose.pain_shares,
    )  # fmt: skip
    reader = edition.reader()
    for view in views(replace(edition.shown, tables=mine)):
        note_view(reader, view)
    in_data = wrong(reader.reading, edition.published())
    publish(edition.survey, replace(edition.shown, tables=mine), tmp_path, "typ/|pain")
    reader = edition.reader()
    reading = read_site(reader, tmp_path)
    for found in (in_data, wrong(reading, edition.published())):
        assert {"types", "type_sizes", "profile", "pain"} <= {figure.meaning[0] for figure, _ in found}
        assert {figure.meaning[0] for figure, value in found if np.isnan(value)} >= {"types", "type_sizes", "pain"}
    public = filled(edition.shown.tables, reading.figures)
    told = Attack(public, edition.shown.typology, edition.study.tables).counts_told()
    assert {"type", "type and band"} <= {found.what[0] for found in told}
    assert all(found.least - 0.5 <= found.true <= found.greatest + 0.5 for found in told)


def test_hiding_only_the_small_cells_gives_them_away(edition):
    """Without the further gaps of the gate a small cell is its margin less the others."""
    loose = public_tables(edition.study.tables, rules=OFF)
    listed = loose.assignments.index
    kinds = edition.study.tables.assignments["type"].replace("", "nicht_zuzuordnen")
    unlisted = kinds[~kinds.index.isin(listed)].value_counts()
    small = sorted(unlisted.index[unlisted.isin([1, 2])])
    types = loose.types.assign(n=loose.types["n"].where(loose.types["type"] != small[0]))
    naive = edition.shown.tables.having(types=types)
    told = Attack(naive, edition.shown.typology, edition.study.tables).counts_told()
    assert [found.true for found in told if found.what == ("type", small[0])] == [unlisted[small[0]]]


def test_the_mean_number_of_ticks_would_tell_a_single_hidden_total(edition):
    """The mean times the respondents is the sum of all totals; where one is hidden the mean must not stand there."""
    study, rng, told = edition.study, np.random.default_rng(0), []
    goals, flagged = study.tables.goals, set(study.tables.flags["key"])
    usual = [key for key in goals.index if key not in flagged and (goals.loc[key] != "").all()]
    for _ in range(4000):
        closed = rng.choice(usual, int(rng.integers(15, 30)), replace=False)
        chosen = (goals.loc[closed] == "ja").sum()
        if (chosen < 3).sum() != 1 or (chosen == 0).any():
            continue
        consent = study.tables.consent.assign(listed=True, answers=True)
        consent.loc[closed, "listed"] = False
        tables = study.tables.having(consent=consent)
        public = public_tables(tables, rules=ALONE)
        typology = public_typology(study.typology, tables, public, listed_keys(consent, "answers"), rules=ALONE)
        assert not {"ticks_mean", "ticks_sd", "ticks_expected_sd"} & set(public.quality["name"])
        assert Attack(public, typology, tables, whole=True).sums_told() == []
        quality = tables.quality.assign(value=tables.quality["value"].round(2))
        told += Attack(public.having(quality=quality), typology, tables, whole=True).sums_told()
        if told:
            break
    assert told


def test_whole_numbers_tell_more_than_ranges():
    sheet = Unknowns()
    sheet.between({"x": 2.0, "y": 3.0}, 7, 7)
    sheet.between({"x": 1.0}, 0, np.inf)
    sheet.between({"y": 1.0}, 0, np.inf)
    assert sheet.told({"x": 1.0}) is None  # from 0 to 3.5
    assert sheet.told({"x": 1.0}, whole=True) == (1.0, 2.0)  # 2·2 + 3·1 alone
    sheet.between({"z": 1.0}, 0, 4)
    assert sheet.told({"z": 1.0}, whole=True) is None


def test_weights_are_not_summed_up_where_few_have_none_or_a_small_category_has_one(edition):
    tables = edition.study.tables
    assert {"weights"} <= set(edition.tables.quality["table"])
    bodies = tables.municipalities
    alone = tables.weight_margins.query("bodies < 3 and n > 0").iloc[0]
    mine = bodies.index[bodies[alone["margin"]].astype(str) == alone["category"]]
    consent, many = tables.consent.copy(), bodies.index[bodies["size_class"] == "GK7"][:20]
    for closed, public in ((mine, False), (mine[:0], True)):
        consent["listed"] = ~consent.index.isin([*closed, *many])
        shown = public_tables(tables.having(consent=consent))
        assert ("weights" in set(shown.quality["table"])) == public
    weights = tables.weights.copy()
    weights.iloc[30, 0] = np.nan
    shown = public_tables(tables.having(consent=consent, weights=weights))
    assert "weights" not in set(shown.quality["table"])
