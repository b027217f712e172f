"""The register of sources: every entry says where it comes from, every key is known and used, others are errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from typology.content.agenda import load_agenda
from typology.content.catalogue import load_content
from typology.content.council import load_council_paper, load_success_factors
from typology.content.own_files import FOLDER, NAMES, known_names
from typology.content.reading import read_yaml
from typology.content.sources import load_sources, named_in
from typology.errors import ContentError

#: Files that make no statement on the world: the publisher's own words, and the register itself.
OTHERS = {"sources.yaml", "website.yaml", "sender.yaml"}
#: What a town hall is told to do, or what it is said to be.
TOLD = (
    ("agenda.yaml", "steps"), ("agenda.yaml", "questions"), ("success_factors.yaml", "factors"),
    ("cooperation.yaml", "topics"), ("types.yaml", "types"), ("portraits.yaml", "portraits"),
)  # fmt: skip
#: Labels of entries; who reads them looks at the entry.
INNER = {"examples", "gilt_fuer", "lessons", "items", "answers"}


def entries(data: Any, place: str, sourced: bool) -> Iterator[tuple[str, bool]]:
    """Place of every entry with a name, and whether it or what holds it says where it comes from."""
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from entries(item, f"{place}.{number}", sourced)
    elif isinstance(data, dict):
        own = sourced or any(data.get(name) for name in ("quelle", "herkunft"))
        name = next((str(data[name]) for name in NAMES if name in data), "")
        if name:
            yield f"{place}: {name}", own
        for key, part in data.items():
            if key not in INNER:
                yield from entries(part, f"{place}.{key}", own)


def cited(data: Any) -> Iterator[str]:
    """Whatever an entry names as its sources."""
    if isinstance(data, dict):
        for key, part in data.items():
            if key.endswith("quelle"):
                yield part
            else:
                yield from cited(part)
    elif isinstance(data, list):
        for part in data:
            yield from cited(part)


def written(*files: str) -> dict[str, Any]:
    return {name: read_yaml(FOLDER / name) for name in (files or set(known_names()) - OTHERS)}


def test_every_entry_says_where_it_comes_from() -> None:
    found = {f"{name} {place}": own for name, data in written().items() for place, own in entries(data, "", False)}
    assert len(found) > 400 and [place for place, own in found.items() if not own] == []


def test_a_step_a_question_a_way_out_and_a_factor_names_a_source_itself() -> None:
    """It rests on more than the word of the file."""
    for file, part in TOLD:
        listed = written(file)[file][part]
        assert listed and [item for item in listed if not item.get("quelle")] == []


def test_every_key_is_known_and_every_source_is_used() -> None:
    used = {key for data in written().values() for quelle in cited(data) for key, _ in named_in(quelle)}
    assert used == set(load_sources()) and len(used) > 80


def test_the_register_says_title_publisher_hand_and_use_of_each_source() -> None:
    for source in load_sources().values():
        assert source.publisher and source.title and source.used_for.de and source.used_for.en
        assert source.printed().startswith(f"{source.publisher}, {source.title}")
        assert source.year in source.printed() and (not source.via or f"(nach {source.via})" in source.printed())
    assert {source.hand for source in load_sources().values()} == {"erste", "zweite"}
    assert [source.key for source in load_sources().values() if source.via and source.hand == "erste"] == []


def test_what_is_printed_is_the_title_and_no_key() -> None:
    step = load_agenda().step("rechtsform_waehlen")
    assert step is not None and step.quelle.keys == ("kommzg_by", "stmi_by")
    assert step.quelle == "Bayern, KommZG, Art. 2; StMI Bayern, Grundlagen kommunaler Zusammenarbeit"
    printed = [*(item.quelle for item in load_agenda().steps), load_content().goals_source]
    assert not any(set(text.split()) & {key for key in load_sources() if "_" in key} for text in printed)
    assert load_sources()["fokus_efa"].printed().endswith("(nach Kommune21)")


AGENDA = """
steps:
  - {key: eins, field: prozesse, title: {de: x}, how: {de: x}, quelle: "workshop; kgst_pbx, S. 3"}
  - {key: zwei, field: prozesse, title: {de: x}, how: {de: x}, source: workshop}
  - {key: drei, field: prozesse, title: {de: x}, how: {de: x}, quelle: Unser Kreis}
  - {key: vier, field: prozesse, title: {de: x}, how: {de: x}, herkunft: redaktionell}
"""
REGISTER = """
sources:
  - {key: kgst_pbx, publisher: KGSt, title: Neues, hand: erste, used_for: {de: Schritte}}
  - {key: kreis, publisher: Kreis, title: Runde, year: "2026", hand: zweite, via: Amtsblatt, used_for: {de: Schritte}}
"""


def test_an_unknown_key_is_an_error_with_file_row_entry_and_value(tmp_path: Path) -> None:
    (tmp_path / "agenda.yaml").write_text(AGENDA, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_agenda(tmp_path)
    found = [(item.file, item.row, item.column, item.value) for item in caught.value.problems]
    assert found == [
        ("agenda.yaml", 3, "steps.0.quelle", "workshop; kgst_pbx, S. 3"),
        ("agenda.yaml", 4, "steps.1.source", "workshop"),
        ("agenda.yaml", 5, "steps.2.quelle", "Unser Kreis"),
    ]
    assert "gemeint ist vielleicht: kgst_pb" in str(caught.value) and "quelle mit einem Schlüssel" in str(caught.value)


def test_a_survey_adds_sources_of_its_own(tmp_path: Path) -> None:
    own = AGENDA.replace("source: workshop", "quelle: kreis").replace("Unser Kreis", "'kreis, Punkt 3'")
    (tmp_path / "agenda.yaml").write_text(own, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text(REGISTER, encoding="utf-8")
    steps = {step.key: step.quelle for step in load_agenda(tmp_path).steps}
    assert steps["eins"].keys == ("workshop", "kgst_pbx") and steps["eins"].endswith("; KGSt, Neues, S. 3")
    assert steps["drei"] == "Kreis, Runde, 2026 (nach Amtsblatt), Punkt 3" and steps["vier"] == ""
    assert set(load_sources(tmp_path)) == {*load_sources(), "kgst_pbx", "kreis"}


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (("zweite", "erste"), "sources.1"),
        (("key: kreis", "key: kgst_pbx"), "sources"),
        (("hand: erste, ", ""), "sources.0.hand"),
    ],
)
def test_a_register_of_ones_own_is_checked(tmp_path: Path, change: tuple[str, str], column: str) -> None:
    (tmp_path / "sources.yaml").write_text(REGISTER.replace(*change), encoding="utf-8")
    for read in (load_sources, load_content):
        with pytest.raises(ContentError) as caught:
            read(tmp_path)
        assert [(item.file, item.column) for item in caught.value.problems] == [("sources.yaml", column)]


# -- what a council reads --------------------------------------------------------------------------------------------


def test_every_field_and_pain_point_has_a_factor_for_everybody_or_for_some() -> None:
    content, factors = load_content(), load_success_factors().factors
    assert {key for item in factors for key in item.fields} == {field.key for field in content.fields}
    asked = {point.key for point in content.asked_pain_points}
    assert {key for item in factors for key in item.pain_points} >= asked
    assert sum(item.general for item in factors) >= 2


def test_what_fits_the_step_best_stands_first_and_only_for_whom_it_is_meant() -> None:
    fitting = load_success_factors().fitting

    def keys(*answers: Any) -> list[str]:
        return [item.key for item in fitting(*answers)]

    assert keys("gemeinde", "GK7", ["eakte"], ["vorgehen"], ["daten"])[:4] == [
        "erst_organisation", "vom_bedarf_her", "klare_zustaendigkeit", "vorhandene_stellen",
    ]  # fmt: skip
    assert "vom_bedarf_her" not in keys("kreis", "LK1", ["eakte"], ["vorgehen"], [])
    assert keys("kreis", "LK1", [], [], []) == ["rueckhalt", "als_ganzes"]
    every = keys("gemeinde", "GK7", ["eakte"], ["geld", "ressourcen"], ["it_steuerung", "kompetenzen"])
    assert len(every) == len(set(every))


def test_factors_of_ones_own_name_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "success_factors.yaml").write_text(
        "factors:\n  - {key: eigen, text: {de: Ruhe bewahren.}, steps: [eakte], herkunft: redaktionell}\n"
        "  - {key: fremd, text: {de: x}, steps: [gibt_es_nicht], fields: [mars], herkunft: redaktionell}\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError) as caught:
        load_success_factors(tmp_path)
    assert [item.value for item in caught.value.problems] == ["gibt_es_nicht", "mars"]


def test_a_shipped_factor_does_not_become_one_for_everything_where_its_field_is_gone(tmp_path: Path) -> None:
    fields = "herkunft: redaktionell\nfields:\n  - {key: hafen, label: {de: Hafen}, short: {de: Hafen}}\n"
    (tmp_path / "fields.yaml").write_text(fields, encoding="utf-8")
    left = load_success_factors(tmp_path).factors
    assert {item.key for item in left if item.general} == {"rueckhalt", "als_ganzes"} and len(left) > 5


def test_a_paper_has_gaps_and_no_sums(tmp_path: Path) -> None:
    paper = load_council_paper()
    texts = [text for part in paper.parts for text in (part.text.de, part.text.en)]
    assert texts and not any(char.isdigit() for text in texts for char in text)
    assert all("____" in text for text in texts)
    (tmp_path / "council_paper.yaml").write_text(
        "parts:\n  - {key: personal, title: {de: Personal}, text: {de: '____ Stellen'}}\n", encoding="utf-8"
    )
    assert [item.key for item in load_council_paper(tmp_path).parts] == [
        *(item.key for item in paper.parts),
        "personal",
    ]
