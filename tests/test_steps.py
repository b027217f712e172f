"""Steps, ways out and who they are meant for: what the shipped files hold, and what is wrong with others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from typology.content.agenda import load_agenda, load_cooperation
from typology.content.catalogue import PainPointsFile, load_content
from typology.content.reading import validate
from typology.content.steps import band_of, effort_of
from typology.errors import ContentError
from typology.publishing.views.maker import ViewMaker

CATALOGUE, CONTENT = load_agenda(), load_content()
BODIES = [
    *(("gemeinde", f"GK{number}") for number in range(1, 8)), *(("kreis", f"LK{number}") for number in (1, 2, 3)),
    ("kreisfrei", "GK1"), ("kreisfrei", "GK4"), ("verband", ""),
]  # fmt: skip
TOPICS = {
    "OZG": "efa_nachnutzen", "ISMS": "grundschutz_profil", "Datenschutz": "datenschutz_ordnen",
    "Open Data": "open_data_start", "Social Media": "social_media", "Mobile Arbeit": "mobile_arbeit",
    "Rollen der IT-Steuerung": "it_rollen", "Projektauftrag": "projektauftrag", "Rechtsform": "rechtsform_waehlen",
    "Nachschlagewerk": "nachschlagewerk", "Shared Service": "shared_service", "Zuständigkeit": "datenrollen",
    "beteiligen": "beteiligung_erproben",
}  # fmt: skip


def test_sixty_steps_five_for_each_field_each_with_all_that_a_mayor_asks():
    per_field = Counter(step.field for step in CATALOGUE.steps)
    assert sum(per_field.values()) >= 60 and set(per_field) == {field.key for field in CONTENT.fields}
    assert min(per_field.values()) >= 5
    lacking = [
        step.key for step in CATALOGUE.steps
        if None in (step.days, step.months, step.decides, step.success, step.risk, step.first) or not step.costs
    ]  # fmt: skip
    assert lacking == [] and all(1 <= len(step.how) <= 3 for step in CATALOGUE.steps)
    texts = [text for step in CATALOGUE.steps for text in (step.title, *step.how, step.success, step.risk, step.first)]
    assert all(text.de and text.en and text.de != text.en for text in texts)


@pytest.mark.parametrize("word", TOPICS)
def test_the_topics_that_the_sources_name_are_there(word):
    step = CATALOGUE.step(TOPICS[word])
    assert word.casefold() in step.title.de.casefold()


@pytest.mark.parametrize(("kind", "size"), BODIES)
def test_every_body_has_steps_in_every_field_for_a_low_and_a_middle_level(kind, size):
    meant = [step for step in CATALOGUE.steps if step.gilt_fuer.holds(kind, size)]
    for level in (1, 2, 3):
        fields = {step.field for step in meant if level in step.stand and step.when[0].measure == "field"}
        assert fields == {field.key for field in CONTENT.fields}, level
    eased = {pain for step in meant for pain in step.asks}
    assert eased >= {pain.key for pain in CONTENT.pain_points if not pain.replaced_by}


def test_larger_bodies_never_need_fewer_days_and_the_letter_follows_from_them():
    assert [effort_of((1, most)) for most in (5, 6, 20, 21)] == ["S", "M", "M", "L"]
    for step in CATALOGUE.steps:
        ranges = [step.days.small, step.days.middle, step.days.large]
        assert ranges == sorted(ranges) and [high for _, high in ranges] == sorted(high for _, high in ranges), step.key


def test_a_way_out_of_a_workshop_of_small_municipalities_is_not_for_others():
    known = {
        (kind, size): {pain.key: pain.way_out_for(kind, size) for pain in CONTENT.pain_points} for kind, size in BODIES
    }
    for body in (("gemeinde", "GK6"), ("gemeinde", "GK7"), ("verband", "")):
        found = {way.key for way in known[body].values()}
        assert found >= {"ikz", "kommunikation", "shared_service"}
    for body in set(BODIES) - {("gemeinde", "GK6"), ("gemeinde", "GK7"), ("verband", "")}:
        found = {way.key for way in known[body].values() if way is not None}
        assert not found & {"ikz", "kommunikation", "shared_service"}
    assert known["kreis", "LK2"]["personal"].key == "stelle_fuer_gemeinden"
    assert known["kreisfrei", "GK1"]["personal"] is None  # the view says so
    topic = load_cooperation().topic("vorgehen")
    assert topic.gilt_fuer.holds("gemeinde", "GK7") and not topic.gilt_fuer.holds("kreis", "LK1")


def test_a_file_of_pain_points_with_a_single_way_out_is_still_read():
    point = {
        "key": "geld", "label": {"de": "Geld", "en": "Money"}, "description": {"de": "Es fehlt.", "en": "Missing."},
        "way_out": {"key": "sparen", "label": {"de": "Sparen", "en": "Save"}, "text": {"de": "x", "en": "x"}},
    }  # fmt: skip
    file = validate(PainPointsFile, {"quelle": "eigene", "pain_points": [point]}, "pain_points.yaml")
    assert file.pain_points[0].way_out_for("kreis", "LK1").key == "sparen"


OWN = """
deciders: [{key: chefin, label: {de: Chefin, en: head}}]
steps:
  - key: eins
    field: daten
    gilt_fuer: {size_classes: [GK9]}
    eases: [hunger]
    suits: {goals: [ruhm]}
    title: {de: Titel, en: title}
    how: {de: So., en: So.}
    costs: [gold]
    decides: niemand
    quelle: workshop
"""


def test_what_is_wrong_with_an_own_step_is_said_with_entry_and_value(tmp_path: Path):
    (tmp_path / "agenda.yaml").write_text(OWN, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_agenda(tmp_path)
    found = {problem.column: problem.value for problem in caught.value.problems}
    assert found == {
        "eins.decides": "niemand", "eins.costs": "gold", "eins.suits.goals": "ruhm", "eins.eases": "hunger",
        "eins.gilt_fuer.size_classes": "GK9",
    }  # fmt: skip
    assert {problem.file for problem in caught.value.problems} == {"agenda.yaml"}


@pytest.mark.parametrize(
    ("entry", "place"),
    [("days: {small: [5, 2], middle: [5, 9], large: [9, 9]}", "steps.0.days"), ("months: [3, 1]", "steps.0"),
     ("stand: [6]", "steps.0.stand.0"), ("gilt_fuer: {kinds: [dorf]}", "steps.0.gilt_fuer.kinds.0")],
)  # fmt: skip
def test_ranges_rise_and_levels_and_kinds_are_those_that_there_are(tmp_path: Path, entry, place):
    text = (
        OWN.split("    gilt_fuer")[0]
        + f"    {entry}\n    title: {{de: T, en: T}}\n    how: {{de: S, en: S}}\n    quelle: workshop\n"
    )
    (tmp_path / "agenda.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_agenda(tmp_path)
    assert [problem.column for problem in caught.value.problems] == [place]


@pytest.mark.parametrize("world", ["demo_study", "nationwide_study"])
def test_hardly_two_municipalities_get_the_same_steps_and_nobody_none(world, request):
    tables = request.getfixturevalue(world).tables
    blocks = [tables.goals, tables.stand, tables.wichtig, tables.pain_points, tables.structure]
    answered = {key for block in blocks for key in block.index[((block != "") & block.notna()).any(axis=1)]}
    assert len(answered) > 100 and answered == set(tables.agenda["key"])
    same = Counter(tables.agenda.groupby("key")["step"].agg(frozenset))
    assert sum(n for n in same.values() if n > 1) <= 0.02 * len(answered)
    sizes = tables.municipalities["size_class"]
    large = [name for name, n in sizes.value_counts().items() if name and n >= 20]
    assert large
    for name in large:
        keys = sizes.index[sizes == name]
        often = tables.agenda.loc[tables.agenda["key"].isin(keys), "step"].value_counts().iloc[0]
        assert often <= 0.3 * len(keys), name
    meant = [
        CATALOGUE.step(step).gilt_fuer.holds(tables.municipalities.at[key, "kind"], sizes[key])
        for key, step in zip(tables.agenda["key"], tables.agenda["step"], strict=True)
    ]
    assert all(meant)


def test_who_decides_depends_on_kind_and_size_and_never_names_an_office_where_there_is_none():
    deciders = {decider.key: decider for decider in load_agenda().deciders}
    offices = ("hauptamt", "fachamt", "kaemmerei", "bauamt")
    assert all(deciders[key].herkunft == "redaktionell" for key in deciders)
    for key in offices:
        small = [deciders[key].of("gemeinde", size, verband) for size in ("GK6", "GK7") for verband in ("", "Amt See")]
        for text in small:
            assert text.de.startswith("Bürgermeisterin oder Bürgermeister") and text.en.startswith("mayor")
        assert ["Amt See" in text.de for text in small] == [False, True, False, True]
        assert "Bürgermeister" not in deciders[key].of("gemeinde", "GK4", "Amt See").de
    council = {
        form: deciders["rat"].of(form).de for form in ("gemeinde", "kreisfrei", "stadtstaat", "kreis", "verband")
    }
    assert council == {
        "gemeinde": "Rat", "kreisfrei": "Stadtrat", "stadtstaat": "Parlament des Stadtstaats", "kreis": "Kreistag",
        "verband": "Vertretung des Verbands",
    }  # fmt: skip
    assert (
        deciders["leitung"].of("stadtstaat").de == "Verwaltungsleitung"
    )  # what is said of no city state: as kreisfrei


def test_agenda_and_council_paper_name_who_decides_here_and_for_which_size_the_effort_stands(nationwide_study):
    tables, bodies = nationwide_study.tables, nationwide_study.tables.municipalities
    maker = ViewMaker(tables, nationwide_study.info, nationwide_study.content)
    seen = Counter()
    for key in bodies.index:
        row, view = bodies.loc[key], maker.draft(key)
        decides = [step["decides"]["de"] for step in view["agenda"] if step["decides"]]
        form, size = view["form"], str(row["size_class"])
        small = form == "gemeinde" and size in ("GK6", "GK7")
        seen[form if not small else "klein im Verband" if row["verband_name"] else "klein"] += bool(decides)
        if small:
            assert not any("Amt" in text.split("(")[0] or "Kämmerei" in text for text in decides)
            assert (
                not row["verband_name"]
                or any(str(row["verband_name"]) in text for text in decides)
                or (set(decides) <= {"Rat", "Räte aller beteiligten Kommunen"})
            )
        assert all("Parlament" not in text for text in decides) or form == "stadtstaat"
        assert not (form == "stadtstaat" and {"Rat", "Stadtrat"} & set(decides))
        told = {"small": "unter 25.000", "middle": "unter 100.000", "large": "ab 100.000"}
        told |= {"middle": "unter 250.000", "large": "ab 250.000"} if size.startswith("LK") else {}
        told |= {"": "von kleinen bis zu mittleren Gemeinden" if form == "verband" else "nicht bekannt"}
        assert told[band_of(size)] in view["agenda_estimates"]["de"], key
    forms = ("stadtstaat", "kreis", "verband", "gemeinde", "klein", "klein im Verband")
    assert min(seen[name] for name in forms) > 0
    city = next(key for key in bodies.index if maker.draft(key)["form"] == "stadtstaat")
    assert maker.municipality(city)["summary"]["decision"][0]["de"].startswith("Das Parlament ")
