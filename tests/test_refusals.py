"""What models refuse is said in German, whatever pydantic calls it."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

import typology
from typology.content.reading import DEEPEST, FOLDER, FastLoader, Strict, Text, TextLoader, read_yaml, validate
from typology.content.refusals import OTHER, SENTENCES, WRITTEN, refusal
from typology.content.site import load_site_config
from typology.errors import CodebookError, ContentError, MatchingError, StudyError
from typology.matching.wishes import parse_wishes
from typology.survey.codebook import Codebook, read_codebook
from typology.types.typology_file import TypologyFile
from typology.writing import Said

# What a file can hold where something else belongs; JSON brings numbers and truth values, YAML texts only.
WRONG: tuple[Any, ...] = (
    None, "", "x", "x" * 300, "TODO", "Ja", "-1", "0", "1", "99", "1.5", "1e400", "9" * 5000, "nan", "2026-13-45",
    "26-06-30", "2026-06-30 25:00", True, 5, -5, 3.7, float("inf"), float("nan"), 10**30, [], ["x"], ["x"] * 20, [1],
    [None], [[]], [{}] * 9, {}, {"x": "y"}, {"X Y": "y"}, {"x": None}, {1: 2}, [{"kind": "x"}], [{"kind": "rating"}],
    [{"kind": "rating", "scale": ["1", "2", "3"]}], [{"kind": "choice", "codes": []}], [{"kind": "yes_no"}],
)  # fmt: skip


def models() -> list[type[BaseModel]]:
    """Every model of the package."""
    for module in pkgutil.walk_packages(typology.__path__, "typology."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
        for child in model.__subclasses__():
            yield child
            yield from below(child)

    return sorted({m for m in below(BaseModel) if m.__module__.startswith("typology.")}, key=lambda m: m.__qualname__)


def test_no_refusal_of_any_model_is_english() -> None:
    provoked: dict[str, str] = {}
    n_models = 0
    for model in models():
        n_models += 1
        names = [field.alias or name for name, field in model.model_fields.items()]
        for data in [*WRONG, *({name: wrong} for name in names for wrong in WRONG)]:
            try:
                model.model_validate(data)
            except ValidationError as error:
                for item in error.errors():
                    _, message, expected = refusal(item, model)
                    assert item["type"] in SENTENCES, f"{model.__name__}: {item['type']} is not in the table"
                    assert message and item["msg"] not in (message, expected)
                    assert not {"Input", "should", "valid", "or"} & set(f"{message} {expected}".split())
                    provoked[item["type"]] = message
    assert n_models > 60
    # all of the table, what no file can provoke through our own checks aside
    assert set(SENTENCES) - set(provoked) <= {
        "date_parsing",
        "date_from_datetime_parsing",
        "date_from_datetime_inexact",
    }
    assert Said(OTHER[0]) not in provoked.values()


@pytest.mark.parametrize(
    ("data", "place", "message", "expected"),
    [
        ({"blocks": [{"kind": "rating", "scle": []}]}, "blocks.0.scle", "unbekannte Angabe",
         "gemeint ist vielleicht: scale"),
        ({"blocks": [{"kind": "rated"}]}, "blocks.0", "kind rated gibt es nicht",
         "kind: rating, choice, number, yes_no oder text"),
        ({"blocks": [{}]}, "blocks.0", "kind fehlt", ""),
        ({"blocks": [{"kind": "choice", "columns": {"A b": "x"}}]}, "blocks.0.columns.A b", "Schreibweise passt nicht",
         r"Muster ^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"),
        ({"blocks": [{"kind": "choice", "codes": "label"}]}, "blocks.0.codes", "Wert ist nicht vorgesehen", "'labels'"),
        ({"respondent": {"attributes": {"lnd": "x"}}}, "respondent.attributes.lnd", "Wert ist nicht vorgesehen",
         "'land', 'land_name', 'kreis', 'kreis_name', 'population', 'area_km2', 'longitude', 'latitude', 'kind', "
         "'kind_label', 'urbanisation' oder 'size_class'"),
        ({"survey": "x"}, "survey", "hier stehen Angaben in der Form Name: Wert", ""),
        ({"drop": "x"}, "drop", "hier steht eine Liste in eckigen Klammern", ""),
        ({"zzz": "x"}, "zzz", "unbekannte Angabe", "eine von: format, survey, files, register, respondent, missing, "
         "goals, blocks, drop, typology, weighting, publication"),
        ({"weighting": {"trim": "1"}}, "weighting.trim", "Zahl ist zu klein", "über 1"),
    ],
)  # fmt: skip
def test_places_and_words_of_a_codebook(data: Any, place: str, message: str, expected: str) -> None:
    with pytest.raises(CodebookError) as caught:
        validate(Codebook, data, "codebook.yaml", CodebookError)
    found = [problem for problem in caught.value.problems if problem.column == place]
    assert (found[0].message, found[0].expected) == (message, expected)


def test_refusals_are_said_in_english_too() -> None:
    data = {"drop": "x", "zzz": "x", "weighting": {"trim": "1"}, "blocks": [{"kind": "choice", "codes": "label"}]}
    with pytest.raises(CodebookError) as caught:
        validate(Codebook, data, "codebook.yaml", CodebookError)
    said = caught.value.lines("en")
    assert said[0] == f"codebook.yaml: entries that are not allowed: {len(said) - 1}."
    assert "  codebook.yaml, column drop: a list in square brackets belongs here (found: 'x')" in said
    assert "  codebook.yaml, column weighting.trim: the number is too small (found: '1') – expected: above 1" in said
    with pytest.raises(MatchingError) as wishes:
        parse_wishes({"wishes": [{"key": "1", "list": "similr", "exclude": ["1"]}]})
    assert [problem.line("en") for problem in wishes.value.problems] == [
        "wishes.yaml, column wishes.0.list: not one of the allowed values (found: 'similr') – expected: 'similar', "
        "'complementary' or 'both'"
    ]
    with pytest.raises(MatchingError) as itself:
        parse_wishes({"wishes": [{"key": "1", "exclude": ["1"]}]})
    assert itself.value.lines("en")[1:] == ["  wishes.yaml, column wishes.0: 1 cannot wish for or exclude itself"]


def test_wishes_and_typology_files_speak_german_too() -> None:
    with pytest.raises(MatchingError) as wishes:
        parse_wishes({"wishes": [{"ky": "1", "list": "similr"}]})
    assert [(p.column, p.message, p.expected) for p in wishes.value.problems] == [
        ("wishes.0.key", "Angabe fehlt", ""),
        ("wishes.0.list", "Wert ist nicht vorgesehen", "'similar', 'complementary' oder 'both'"),
        ("wishes.0.ky", "unbekannte Angabe", "gemeint ist vielleicht: key"),
    ]
    with pytest.raises(StudyError) as frozen:
        validate(TypologyFile, {"types": [{"odds": {"x": "viel"}}]}, "typology.json", StudyError, kind="typologie")
    found = [problem for problem in frozen.value.problems if problem.column == "types.0.odds.x"]
    assert [(p.kind, p.message, p.value) for p in found] == [("typologie", "keine Zahl", "viel")]


def test_an_unknown_type_of_error_still_says_something_german() -> None:
    item = {"type": "new_in_a_later_version", "loc": ("de",), "msg": "Input is odd", "input": "x"}
    assert refusal(item, Text) == ("de", "Angabe ist nicht zulässig", "")  # type: ignore[arg-type]


@pytest.mark.parametrize("date", ["20260630", "2026", "30.06.2026", "2026-06-30 12:00", "2026-02-30", "1782777600"])
def test_only_a_day_is_a_date(tmp_path: Path, date: str) -> None:
    """A bare number would else pass as seconds since 1970."""
    path = tmp_path / "codebook.yaml"
    path.write_text(f"survey: {{date: '{date}'}}\n", encoding="utf-8")
    with pytest.raises(CodebookError) as caught:
        read_codebook(path)
    found = [problem for problem in caught.value.problems if problem.column == "survey.date"]
    assert [(p.message, p.value) for p in found] == [("kein Datum in der Form 2026-06-30", date)]


SHIPPED = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_fast_loader_reads_shipped_files_as_the_one_for_all_files_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    fast, usual = (loader(text).get_single_data() for loader in (FastLoader, TextLoader))
    assert fast == usual and repr(fast) == repr(usual)


@pytest.mark.parametrize("loader", [FastLoader, TextLoader])
def test_either_loader_leaves_text_as_it_was_written_and_refuses_a_key_given_twice(loader: Any) -> None:
    assert loader("a: no\nb: 01\nc: [1.10, ~]\n").get_single_data() == {"a": "no", "b": "01", "c": ["1.10", "~"]}
    with pytest.raises(yaml.YAMLError, match="Schlüssel 'a' steht doppelt"):
        loader("a: 1\na: 2\n").get_single_data()


@pytest.mark.parametrize(
    "text", ["a: 1\nb: 2\na: 3\n", "a: [1\nb: 2\n", "a: b: c\n", "\ta: 1\n", "a: 'x\n", "a: \x07\n"]
)
def test_a_file_of_others_is_refused_in_the_same_words_with_and_without_libyaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "goals.yaml").write_text(text, encoding="utf-8")
    said = []
    for loader in (FastLoader, TextLoader):
        monkeypatch.setattr("typology.content.reading.FastLoader", loader)
        with pytest.raises(ContentError) as caught:
            read_yaml(tmp_path / "goals.yaml")
        said.append(str(caught.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("levels", [DEEPEST + 1, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ("- ", "")])
def test_a_file_is_deep_from_one_level_too_many_on(tmp_path: Path, levels: int, opening: str, closing: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(opening * levels + "x" + closing * levels, encoding="utf-8")
    with pytest.raises(ContentError, match=f"tiefer als {DEEPEST} Ebenen"):
        read_yaml(path)
    for text in (opening * DEEPEST + "x" + closing * DEEPEST, "- [x]\n" * 2 * DEEPEST):
        path.write_text(text, encoding="utf-8")
        assert isinstance(read_yaml(path), list)


def test_a_shipped_file_that_is_broken_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typology.content.reading.FOLDER", tmp_path)
    (tmp_path / "goals.yaml").write_text("a: 1\nb: 2\na: 3\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"goals\.yaml .*Zeile 3, Spalte 1.*'a' steht doppelt"):
        read_yaml(tmp_path / "goals.yaml")


def test_patterns_that_are_said_in_words_are_those_of_models(tmp_path: Path) -> None:
    schemas = json.dumps([model.model_json_schema() for model in models() if issubclass(model, Strict)])
    assert WRITTEN and [pattern for pattern in WRITTEN if json.dumps(pattern) not in schemas] == []
    (tmp_path / "website.yaml").write_text("address: unsere Seite\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_site_config(tmp_path)
    said = " ".join(str(problem) for problem in caught.value.problems)
    assert "beginnt" in said and "unsere Seite" in said and "Muster" not in said


@pytest.mark.parametrize("written", ["", "# nothing yet\n"])
def test_an_empty_file_is_called_empty(tmp_path: Path, written: str) -> None:
    (tmp_path / "website.yaml").write_text(written, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_site_config(tmp_path)
    (problem,) = caught.value.problems
    assert "ist leer" in problem.message and problem.value == "" and problem.file == "website.yaml"
