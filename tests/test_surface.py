"""The public names: one list, complete for the notebooks, typed to the user, and results that say what they are."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import typology
from typology.errors import StudyError
from typology.writing import number

ROOT = Path(__file__).parents[1]
SOURCE = ast.parse((ROOT / "typology" / "__init__.py").read_text(encoding="utf-8"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
LIBRARIES = {"typology", "pandas", "numpy", "matplotlib"}
STANDARD = {"os", "pathlib", "tempfile"}
NAMES = [name for name in typology.__all__ if name != "__version__"]
CALLABLE = [name for name in NAMES if name != "figures"]
# The other classes are results, which functions make.
MADE_BY_USERS = ("GoalQuestion", "LatentClass", "Settings", "TypologyError")


def public_functions() -> dict[str, Any]:
    """Every public function, constructor and public method (or property) by its printed name."""
    found: dict[str, Any] = {}
    for name in CALLABLE:
        item = getattr(typology, name)
        if not inspect.isclass(item):
            found[name] = item
            continue
        if name in MADE_BY_USERS:
            found[f"{name}()"] = item.__init__
        for part, value in vars(item).items():
            function = getattr(value, "fget", None) or getattr(value, "func", None) or getattr(value, "__func__", value)
            if not part.startswith("_") and inspect.isfunction(function):
                found[f"{name}.{part}"] = function
    for name, function in vars(typology.figures).items():
        if inspect.isfunction(function) and function.__module__ == typology.figures.__name__ and name[0] != "_":
            found[f"figures.{name}"] = function
    return found


FUNCTIONS = public_functions()


def annotation_texts(function: Any) -> dict[str, str]:
    return {name: str(value) for name, value in inspect.get_annotations(function).items()}


# -- one list -----------------------------------------------------------------------------------------------------


def checked_imports() -> dict[str, str]:
    """Name → module in the block that only type checkers read."""
    block = next(node for node in SOURCE.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {
        alias.name: f"{node.module}.{alias.name}" if alias.name == "figures" else str(node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_names_loading_and_types_are_one_list():
    assert checked_imports() == typology._PUBLIC
    assert set(typology.__all__) == {"__version__", *typology._PUBLIC}
    assert 30 <= len(NAMES) <= 41


def test_a_misspelt_name_is_an_error():
    with pytest.raises(AttributeError, match="recomend_peers"):
        typology.recomend_peers  # noqa: B018


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_an_example(name):
    text = getattr(typology, name).__doc__ or ""
    assert ">>>" in text


# -- complete for the notebooks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_import_the_package_and_three_libraries_only(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "typology" in modules
    assert {name.split(".")[0] for name in modules} <= LIBRARIES | STANDARD
    assert {str(node.module).split(".")[0] for node in froms} <= LIBRARIES | STANDARD
    assert not [name for name in modules if name.startswith("typology.")]
    assert {alias.name for node in froms if node.module == "typology" for alias in node.names} <= set(NAMES)
    assert not [node.module for node in froms if str(node.module).startswith("typology.")]
    assert not [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_there_are_six_notebooks():
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]


# -- types reach the user -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_any_in_a_public_signature(name):
    texts = annotation_texts(FUNCTIONS[name])
    assert "return" in texts
    assert not {part: text for part, text in texts.items() if re.search(r"\bAny\b", text)}


def test_many_signatures_are_looked_at():
    assert len(FUNCTIONS) > 70
    assert {"read_survey", "Study.view", "Typology.save", "figures.draw_peers"} <= set(FUNCTIONS)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """An environment of its own into which the package is installed as a stranger would, without a network."""
    folder = tmp_path_factory.mktemp("stranger")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    copy = folder / "source"
    copy.mkdir()
    for name in ("typology", "pyproject.toml", "README.md", "LICENSE"):
        (copy / name).symlink_to(ROOT / name)
    site = sysconfig.get_path("purelib", "venv", {"base": str(folder / "env")})
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-compile", "--target", site]
    quiet = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(copy)], check=True, env=quiet)
    return folder / "env"


def check_types(program: str, env: Path, folder: Path) -> str:
    """What mypy says about a program of a stranger, outside this checkout."""
    options = ["--python-executable", str(env / "bin" / "python"), "--ignore-missing-imports", "--strict"]
    options += ["--cache-dir", str(env / "cache"), "--config-file=", "--no-error-summary"]
    plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "MYPYPATH")}
    path = ROOT / "tests" / "consumer" / program
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(path)], cwd=folder, env=plain, capture_output=True, text=True
    )
    assert not done.stderr
    return done.stdout


@pytest.mark.long
def test_a_stranger_sees_the_types(installed, tmp_path):
    assert list(installed.glob("lib/*/site-packages/typology/py.typed"))
    assert check_types("right.py", installed, tmp_path) == ""
    said = check_types("wrong.py", installed, tmp_path).splitlines()
    assert [int(line.split(":")[1]) for line in said if ": error:" in line] == [5, 6, 7, 8]
    assert '"recomend_peers"' in said[0]


# -- paths ----------------------------------------------------------------------------------------------------------


def test_every_path_may_be_given_as_text():
    with_path = {
        f"{name}.{part}": text
        for name, function in FUNCTIONS.items()
        for part, text in annotation_texts(function).items()
        if "Path" in text and part != "return" and not name.endswith("()")
    }
    # each of them is called with text by the next test
    assert set(with_path) == {
        "simulate_survey.folder", "check_survey.folder", "read_survey.folder", "read_export.folder",
        "read_register.path", "read_register.successors", "load_content.overlay", "run_study.folder",
        "run_study.target",
        "read_study.folder", "Typology.save.path", "load_typology.path", "Study.sheet.path",
    }  # fmt: skip
    assert not {part: text for part, text in with_path.items() if not re.search(r"\bstr\b", text)}


def test_what_a_study_cannot_mean_is_one_sentence(tiny, tmp_path):
    key = tiny.study.tables.municipalities.index[0]
    with pytest.raises(typology.TypologyError, match="91001000 ist kein Text"):
        tiny.study.view(91001000)
    for ask in (
        tiny.study.peers,
        tiny.study.agenda,
        lambda *_, **how: tiny.study.sheet(key, tmp_path / "x.pdf", **how),
    ):
        with pytest.raises(typology.TypologyError, match="Die Sprache 'fr' gibt es nicht; möglich: de, en"):
            ask(key, language="fr")
    assert list(tmp_path.iterdir()) == []


def test_public_functions_read_and_write_where_text_says(tiny, tmp_path):
    folder, target, study = str(tiny.folder), str(tiny.target), tiny.study
    assert typology.simulate_survey(str(tmp_path / "uebung"), n=30).name == "uebung"
    assert len(typology.check_survey(folder).counts) > 5
    assert len(typology.read_survey(folder).responses) == 60
    assert typology.read_export(folder).shape[0] > 60
    assert len(typology.read_register(f"{folder}/register.csv").bodies) > 100
    with pytest.raises(typology.TypologyError, match=r"fehlt\.xlsx"):
        typology.read_register(f"{folder}/register.csv", successors=[f"{folder}/fehlt.xlsx"])
    (tmp_path / "eigenes").mkdir()
    assert typology.load_content(str(tmp_path / "eigenes")).folder == tmp_path / "eigenes"
    assert typology.run_study(folder, target, tiny.settings, sheets=False, site=False, progress=lambda _: None)
    assert typology.read_study(target).info == study.info
    study.typology.save(str(tmp_path / "typologie.json"))
    assert typology.load_typology(str(tmp_path / "typologie.json")).version == study.typology.version
    sheet = study.sheet(study.tables.municipalities.index[0], str(tmp_path / "bogen.pdf"), kind="short")
    assert sheet.path.read_bytes().startswith(b"%PDF-") and sheet._repr_png_().startswith(b"\x89PNG")


def test_content_from_a_folder_that_is_not_there_is_refused():
    with pytest.raises(typology.TypologyError, match="'nirgendwo'"):
        typology.load_content("nirgendwo")


# -- a study answers by name --------------------------------------------------------------------------------------


def renamed(study: typology.Study, names: dict[str, str]) -> typology.Study:
    """The study with other names for some municipalities."""
    from dataclasses import replace

    table = study.tables.municipalities.copy()
    for key, name in names.items():
        table.loc[key, ["name", "base_name"]] = name
    return replace(study, tables=study.tables.having(municipalities=table))


def test_a_name_or_a_key_finds_the_municipality(tiny):
    bodies = tiny.study.tables.municipalities
    key = bodies.index[3]
    assert tiny.study.find(key) == key
    assert tiny.study.find(bodies.loc[key, "name"]) == key
    assert tiny.study.view(bodies.loc[key, "name"]) == tiny.study.view(key)
    assert tiny.study.profile(key).key == key
    assert bodies.loc[key, "base_name"] in tiny.study.agenda(key)


def test_an_ambiguous_name_lists_the_bodies(tiny):
    first, second = tiny.study.tables.municipalities.query("kind == 'gemeinde'").index[:2]
    study = renamed(tiny.study, {first: "Doppeldorf", second: "Doppeldorf"})
    for ask in (study.find, study.view, study.peers, study.agenda, study.profile):
        with pytest.raises(StudyError, match="nicht eindeutig") as raised:
            ask("Doppeldorf")
        assert {problem.key for problem in raised.value.problems} == {first, second}
        for problem in raised.value.problems:
            assert study.tables.municipalities.loc[problem.key, "kreis_name"] in problem.message


def test_of_many_bodies_of_a_name_eight_are_listed(tiny):
    keys = tiny.study.tables.municipalities.index[:10]
    with pytest.raises(StudyError, match="nicht eindeutig") as raised:
        renamed(tiny.study, dict.fromkeys(keys, "Doppeldorf")).find("Doppeldorf")
    assert len({problem.key for problem in raised.value.problems} & set(keys)) == 8


def test_an_unknown_name_gets_suggestions(tiny):
    key = tiny.study.tables.municipalities.index[5]
    study = renamed(tiny.study, {key: "Wolkenkuckucksheim"})
    with pytest.raises(StudyError, match="Ähnlich geschrieben") as raised:
        study.find("Wolkenkukuksheim")
    assert raised.value.problems[0].key == key
    with pytest.raises(StudyError, match="nicht teilgenommen") as raised:
        study.find("Qqqqqqq")
    assert raised.value.problems == ()


def test_partners_in_words_are_those_of_the_tables(tiny):
    tables = tiny.study.tables
    sought = tables.similar["key"].unique()
    assert len(sought), "nobody has a similar partner"
    peers = tiny.study.peers(sought[0])
    rows = tables.similar[tables.similar["key"] == sought[0]].sort_values("rank")
    assert peers.similar["partner"].tolist() == rows["partner"].tolist()
    assert peers.similar["score"].tolist() == rows["score"].tolist()
    parts = peers.similar.filter(like="part_").sum(axis=1)
    assert (parts - peers.similar["score"]).abs().max() < 1e-6
    assert peers.similar["topic"].str.len().min() > 10
    english = tiny.study.peers(sought[0], language="en")
    assert (english.similar["topic"] != peers.similar["topic"]).all()


def test_who_has_no_partner_is_told_why(tiny):
    tables = tiny.study.tables
    alone = tables.missing_partners.query("list == 'similar' and found == 0")["key"]
    assert len(alone), "everybody has a similar partner"
    peers = tiny.study.peers(alone.iloc[0])
    assert peers.similar.empty and peers.missing["similar"] in repr(peers)


def test_gaps_carry_printed_names(tiny):
    gaps = tiny.study.gaps()
    assert list(gaps.columns) == ["family", "area", "missed", "n", "soll", "ist", "gap", "share_large"]
    assert gaps["gap"].is_monotonic_decreasing and len(gaps) > 5
    assert not gaps["family"].str.contains("_").any()


# -- results say what they are ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(tiny) -> dict[str, Any]:
    tables = tiny.study.tables
    four = (tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent)
    return {
        "Survey": tiny.survey,
        "Clustering": typology.cluster(typology.goals_matrix(tiny.survey), 2, n_init=5),
        "Typology": tiny.study.typology,
        "Study": tiny.study,
        "PeerResult": typology.recommend_peers(*four),
        "TeamResult": typology.form_teams(*four),
        "CooperationResult": typology.form_cooperation(tables.pain_points, tables.municipalities, tables.consent),
        "CourseResult": typology.plan_courses(tables.trainings, tables.municipalities, tables.consent),
        "Neighbours": typology.nearest_neighbours(tables.municipalities[["population", "density"]], 2),
        "PartnerLists": tiny.study.peers(tables.municipalities.index[0]),
    }


RESULTS = (
    "Survey", "Clustering", "Typology", "Study", "PeerResult", "TeamResult", "CooperationResult", "CourseResult",
    "Neighbours", "PartnerLists",
)  # fmt: skip


@pytest.mark.parametrize("name", RESULTS)
def test_results_show_three_lines_and_a_table(results, name):
    result = results[name]
    assert type(result).__name__ == name
    lines = repr(result).splitlines()
    assert len(lines) == 3 and all(line.strip() for line in lines)
    assert "DataFrame" not in repr(result)
    html = result._repr_html_()
    assert html.count("<table") == html.count("</table>") == 1


def test_what_results_show_cannot_become_markup(tiny):
    key = tiny.study.tables.municipalities.index[0]
    shown = renamed(tiny.study, {key: "<b>Dorf</b>"}).peers(key)._repr_html_()
    assert "<b>" not in shown and "&lt;b&gt;Dorf" in shown


def test_the_repr_of_peers_counts_what_is_there(results):
    peers = results["PeerResult"]
    said = repr(peers)
    assert f"ähnliche: {number(len(peers.similar))} Empfehlungen" in said
    assert f"ergänzende: {number(len(peers.complementary))} Empfehlungen" in said


def test_the_overview_of_a_study_counts_its_types(tiny):
    table = tiny.study._overview()
    typed = (tiny.study.tables.assignments["type"] != "").sum()
    assert table["Kommunen"].sum() == typed > 0
    assert isinstance(table, pd.DataFrame) and len(table) == len(tiny.study.typology.types)
