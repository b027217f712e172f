"""Sheets: a list is whole or says that it goes on, one is not spoken of as several, a sentence keeps to its rule."""

from __future__ import annotations

import copy
import io
import re
from typing import Any

import pypdf
import pytest
import views
from test_sheets import redone, words_of

from typology.content.agenda import load_agenda
from typology.content.catalogue import load_content
from typology.content.steps import BANDS, EFFORTS
from typology.publishing.sheets.render import render_pages, render_sheet
from typology.publishing.sheets.text import BRIEF, sheet_data
from typology.publishing.views.summary import LISTED, decision, others, situation
from typology.writing import BUILT_IN

CONTENT = load_content()
PLURAL = re.compile(r"\b(?:sind|haben|arbeiten|kommen|suchen|these|are|have)\b[^.;:]*: ?\{(?:\w*s)\}", re.IGNORECASE)
#: Sentences whose verb is not that of what they list.
OF_OTHERS = {"sheetline_n_public", "wave_beyond_chance_in_types", "wave_public_beyond_in_types"}


def pains(n: int) -> list[dict[str, Any]]:
    return [
        {"key": f"p{place}", "label": views.two(f"Schmerz {place}", f"Pain {place}"), "state": "aktuell"}
        for place in range(1, n + 1)
    ]


def page_of(view: dict[str, Any], kind: Any = "short", language: str = "de") -> tuple[str, int]:
    pdf = render_sheet(view, kind=kind, language=language)
    return words_of(pdf), len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


# -- lists -----------------------------------------------------------------------------------------------------------


def test_every_sentence_that_lists_several_has_one_for_a_single() -> None:
    several = {
        key
        for key, text in CONTENT.sentences.items()
        if not key.endswith("_one") and any(PLURAL.search(text.of(lang)) for lang in BUILT_IN)
    }
    assert len(several) > 8
    assert sorted(key for key in several - OF_OTHERS if f"{key}_one" not in CONTENT.sentences) == []
    single = [key for key in CONTENT.sentences if key.endswith("_one") and key.removesuffix("_one") in several]
    assert len(single) > 8
    assert [key for key in single if any(PLURAL.search(CONTENT.sentences[key].of(lang)) for lang in BUILT_IN)] == []


@pytest.mark.parametrize(
    ("n", "german", "english"),
    [
        (1, "aktueller Schmerzpunkt ist: Schmerz 1.", "its current pain point is: Pain 1."),
        (5, "sind: Schmerz 1, Schmerz 2, Schmerz 3, Schmerz 4 und Schmerz 5.", "Pain 4 and Pain 5."),
        (LISTED, "Schmerz 5 und Schmerz 6.", "Pain 5 and Pain 6."),
        (LISTED + 2, "Schmerz 4, Schmerz 5 und 3 weitere.", "Pain 4, Pain 5 and 3 others."),
    ],
)
def test_the_council_hears_of_every_pain_point(n: int, german: str, english: str) -> None:
    said = situation(views.municipality() | {"pain_points": pains(n)}, CONTENT)
    assert said["de"].endswith(german) and said["en"].endswith(english), said


def test_a_council_that_hears_of_the_first_steps_is_told_that_there_are_more() -> None:
    view = views.municipality()
    assert len(view["agenda"]) == 4
    assert "Die ersten Schritte (weitere im ausführlichen Steckbrief)" in page_of(view, "council")[0]
    fewer = view | redone(view, agenda=view["agenda"][:3])
    assert "weitere im ausführlichen" not in page_of(fewer, "council")[0]


def test_the_short_sheet_says_which_goals_fields_and_partners_it_leaves_out() -> None:
    view = views.municipality(n_partners=5)
    for goal in view["goals"][: BRIEF + 2]:
        goal["chosen"], goal["own"] = True, "ja"
    view |= redone(view)
    words, _ = page_of(view)
    assert "Gezeigt sind die ersten der gewählten Ziele." in words
    assert "Gezeigt sind die starken und schwachen Felder." in words
    assert "Alle Ziele und Handlungsfelder stehen im ausführlichen Steckbrief." in words
    assert "Weitere stehen im ausführlichen Steckbrief." in words
    few = views.municipality(n_partners=1)
    assert "Weitere stehen im ausführlichen Steckbrief." not in page_of(few)[0]
    assert "Gezeigt sind die gewählten Ziele." in page_of(few)[0]


def test_who_has_done_a_step_is_an_example_where_there_are_several() -> None:
    view = views.municipality()
    view["agenda"][0] |= {"done": [{"name": "Au"}, {"name": "Birk"}], "running": [{"name": "Clee"}]}
    german, english = (sheet_data(view, "short", lang, CONTENT)["steps"][0]["others"] for lang in BUILT_IN)
    assert german == ["Abgeschlossen haben das zum Beispiel: Au, Birk", "Daran arbeitet gerade: Clee"]
    assert english == ["Finished, for example, by: Au, Birk", "Being worked on by: Clee"]


def test_a_source_is_named_once_in_a_line() -> None:
    view = views.municipality()
    editorial = CONTENT.say("action_source_editorial", "de", source="Quelle B")
    for step, source in zip(
        view["agenda"], ("Quelle A; Quelle B", editorial, "Quelle B", "Quelle C; Quelle A"), strict=True
    ):
        step["source"] = source
    for pain in view["pain_points"]:
        pain["source"] = "Quelle P; Quelle Q"
    view["pain_points"][0]["source"] = "Quelle Q"
    found = sheet_data(view, "full", "de", CONTENT)
    assert found["step_sources"] == {"named": ["Quelle A", "Quelle B", "Quelle C"], "editorial": True}
    assert found["pain_sources"] == {"named": ["Quelle Q", "Quelle P"], "editorial": False}
    words, _ = page_of(view, "full")
    assert "Quelle: Quelle A; Quelle B; Quelle C. Der Wortlaut ist zum Teil redaktionell." in words


# -- the draft decision ----------------------------------------------------------------------------------------------


def decided(*elected: bool | None) -> list[str]:
    view = views.municipality()
    steps = [step | {"elected": one} for step, one in zip(view["agenda"], elected, strict=False)]
    return [said["de"] for said in decision(view | {"agenda": steps}, CONTENT)]


def test_a_council_orders_only_what_it_decides_and_takes_note_of_the_rest() -> None:
    assert decided(True, True, True)[0].startswith("Der Rat beauftragt die Verwaltung, die genannten Schritte")
    assert decided(None)[0].startswith("Der Rat beauftragt die Verwaltung, den genannten Schritt")
    both = decided(False, True, False)
    assert both[0].startswith("Der Rat beauftragt die Verwaltung, Schritt 2 vorzubereiten, dafür")
    assert both[1].startswith("Der Rat nimmt die Schritte 1 und 3 zur Kenntnis;")
    noted = decided(False, False, False)
    assert noted[0].startswith("Der Rat nimmt die genannten Schritte zur Kenntnis;")
    assert not any("beauftragt" in sentence for sentence in noted)
    assert decided(True, True, False)[:2][1].startswith("Der Rat nimmt Schritt 3 zur Kenntnis; darüber")


def test_deciders_that_are_elected_councils_say_so() -> None:
    deciders = load_agenda().deciders
    councils = {item.key for item in deciders if re.search(r"\b(Rat|Räte|Kreistag)\b", item.label.de)}
    assert councils == {item.key for item in deciders if item.elected} != set()


def test_the_paper_contacts_whom_it_names_as_being_further() -> None:
    view = views.municipality()
    view["agenda"][1]["partners"] = [{"key": "90100009", "name": "Zweitort"}]
    view["agenda"][2] |= {"partner_key": "gruppe", "partners": [{"key": "90100010", "name": "Gruppenort"}]}
    told, contact = others(view, CONTENT), decision(view, CONTENT)[-1]["de"]
    named = {partner["name"] for step in view["agenda"][:2] for partner in step["partners"]}
    assert len(told) == 2 and all(any(name in line["de"] for line in told) for name in named)
    assert contact == f"Die Verwaltung nimmt zum Erfahrungsaustausch Kontakt auf mit: {' und '.join(sorted(named))}."
    alone = view | {"agenda": [step | {"partners": []} for step in view["agenda"]]}
    assert others(alone, CONTENT) == [] and len(decision(alone, CONTENT)) == 1


# -- effort, certainty -----------------------------------------------------------------------------------------------


def test_the_letter_of_an_effort_follows_from_its_days() -> None:
    checked = 0
    for step in load_agenda().steps:
        for size in (name for classes in BANDS.values() for name in classes):
            words = step.for_body("kreis" if size.startswith("LK") else "gemeinde", size)
            if words.days is None:
                assert words.effort == ""
                continue
            most = words.days[1]
            assert words.effort == ("S" if most <= EFFORTS["S"] else "M" if most <= EFFORTS["M"] else "L")
            checked += 1
    assert checked > 100


def test_an_effort_is_printed_in_days_and_no_cost_is_called_estimated_that_stands_nowhere() -> None:
    for key in ("step_effort", "step_effort_one", "step_effort_day"):
        for lang in BUILT_IN:
            assert not re.search(r"\b[SML]\b|\{effort\}", CONTENT.sentences[key].of(lang))
    assert "Kosten" not in CONTENT.say("step_estimates") and "cost" not in CONTENT.say("step_estimates", "en").lower()


def test_a_hundred_municipalities_are_never_told_as_counted() -> None:
    """A probability is said of municipalities that nobody asked."""
    told = {key: text for key, text in CONTENT.sentences.items() if re.search(r"\b100 Kommunen", text.of("de"))}
    assert {f"summary_sure_{name}" for name in ("very", "clear", "two", "none")} <= set(told)
    for text in told.values():
        assert "Hätten 100 Kommunen so geantwortet" in text.of("de")
        assert "if 100 municipalities had answered like this" in text.of("en")


# -- what is drawn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["short", "council"])
def test_a_headline_with_two_types_has_two_signs_on_every_sheet(kind: str) -> None:
    view = views.municipality(status="mischtyp")
    first, second = view["type"]["letter"], view["second_type"]["letter"]
    above = re.split("Sachverhalt|Nächste Schritte", page_of(view, kind)[0])[0].split()
    assert first in above and second in above
    one = re.split("Sachverhalt|Nächste Schritte", page_of(views.municipality(), kind)[0])[0].split()
    assert second not in one


def test_marks_that_meet_are_all_seen() -> None:
    """The ring of the own answer lies below the shape of the type."""
    from matplotlib.colors import to_rgb
    from matplotlib.image import imread

    def coloured(own: float) -> int:
        view = copy.deepcopy(views.municipality(status="klar"))
        for field in view["fields"]:
            field |= {"own": own, "type": 3.0, "all": 4.5, "standing": ""}
        picture = imread(io.BytesIO(render_pages(view, kind="full", content=CONTENT)[0]))[:, :, :3]
        near = abs(picture - to_rgb(view["type"]["colour"])).max(axis=2) < 0.05
        return int(near.sum())

    assert coloured(3.0) >= 0.98 * coloured(1.0) > 0


def test_the_map_says_which_dot_is_whose_and_borrows_no_colour_of_a_type() -> None:
    import pandas as pd

    from typology.publishing.views.locator import Locator

    places = pd.DataFrame({"longitude": [7.0, 9.0, 8.0], "latitude": [51.0, 52.0, 50.5]}, index=["a", "b", "c"])
    svg = Locator(places).draw("a", ["b", "c"])
    colours = set(re.findall("#[0-9a-f]{6}", svg))
    assert len(colours) == 3 and not colours & {kind.colour for kind in CONTENT.types}
    view = views.municipality() | {"map": {"svg": svg, "says": views.two("Karte", "Map")}}
    words, n = page_of(view)
    assert "diese Kommune" in words and "Lernpartner" in words and n == 1
    assert "diese Kommune" not in page_of(views.municipality())[0]


def test_where_long_names_need_the_short_sheet_who_has_done_a_step_gives_way() -> None:
    view = copy.deepcopy(views.municipality(name=views.LONG_NAME, n_partners=5))
    for step in view["agenda"]:
        step |= {"done": [{"name": views.LONG_NAME}] * 2, "running": [{"name": views.LONG_NAME}] * 2}
    assert "Daran arbeiten gerade" in page_of(view)[0]
    filled = "Anlass und noch ein Anlass, der lang genug ist. " * 18
    for step in view["agenda"]:
        step["trigger"] = views.two(filled, filled)
    words, n = page_of(view)
    assert n == 1 and "Daran arbeiten gerade" not in words


@pytest.mark.parametrize("leanings", [False, True])
def test_what_stands_beside_a_headline_leaves_it_half_of_the_room(leanings: bool) -> None:
    """Long names of types, or a note below the list, would take it all."""
    view = copy.deepcopy(views.municipality(status="mischtyp"))
    for item in view["probabilities"]:
        name = "Unverwechselbar lange Namen von Gruppen, wie sie nach ihren stärksten Zielen heißen"
        item |= {"short": views.two(name, name), "place": 0.5, "error": 0.4, "standing": "Mitte"}
    view |= {"leanings": view["probabilities"]} if leanings else {}
    left: list[float] = []

    def note(text: str, cm: list[float], matrix: list[float], _font: Any, _size: float) -> None:
        if text.strip().startswith("Unverwechselbar"):
            left.append(cm[4] + matrix[4])

    sheet = pypdf.PdfReader(io.BytesIO(render_sheet(view, kind="full"))).pages[0]
    sheet.extract_text(visitor_text=note)
    assert len(left) == 4 and min(left) > float(sheet.mediabox.width) / 2
