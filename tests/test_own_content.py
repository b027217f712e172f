"""Content of a survey's own: what it adds and replaces, texts without English, names that nothing reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from typology.content.agenda import load_agenda, load_cooperation
from typology.content.catalogue import load_content
from typology.content.competences import load_competence_levels
from typology.content.instruments import load_instruments
from typology.content.own_files import FOLDER, NAMES, WHOLE, joined, known_names
from typology.content.questionnaire.build import build_questionnaire
from typology.content.reading import GermanOnly, Text, TextList, read_yaml
from typology.content.site import load_glossary, load_site_config
from typology.content.trainings import load_job_families, load_trainings
from typology.errors import ContentError
from typology.publishing.site.pages import BEGINS, german_spans, marked, translated
from typology.survey.opening import open_content
from typology.survey.own_content import READERS

CATALOGUE = {
    "sources.yaml",
    "types.yaml",
    "goals.yaml",
    "fields.yaml",
    "size_classes.yaml",
    "pain_points.yaml",
    "portraits.yaml",
}
ROOT = Path(__file__).parents[1]


def folder_with(tmp_path: Path, **files: str) -> Path:
    """A content folder with these files, named without their ending."""
    folder = tmp_path / "content"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def lists_of(data: dict) -> dict[str, list]:
    return {key: value for key, value in data.items() if isinstance(value, list) and isinstance(value[0], dict)}


@pytest.mark.parametrize("name", sorted(set(known_names()) - WHOLE))
def test_an_entry_of_a_known_name_replaces_and_another_one_adds(name: str) -> None:
    shipped = read_yaml(FOLDER / name)
    lists = {key: value for key, value in lists_of(shipped).items() if set(NAMES) & set(value[0])}
    assert lists, "a file of which nothing can be added belongs among those that stand as a whole"
    for part, entries in lists.items():
        label = next(name for name in NAMES if name in entries[0])
        own = {part: [{label: entries[-1][label], "new": "1"}, {label: "of_our_own"}]}
        kept = [entry for entry in entries if part != "offers"]
        found = joined(own, shipped, name)[0]
        assert [entry[label] for entry in found[part]] == (
            [entry[label] for entry in kept] if kept else [entries[-1][label]]
        ) + ["of_our_own"]
        assert found[part][-2] == own[part][0]
        assert joined(own | {"ersetzt": "true"}, shipped, name)[0] == own


TINY = {
    "fields": "herkunft: redaktionell\nfields:\n  - {key: hafen, label: {de: Hafen}, short: {de: Hafen}}\n",
    "size_classes": "quelle: typen\nsize_classes:\n  - {key: K1, scale: gemeinde, lower: 0, label: {de: alle}}\n"
    "  - {key: L1, scale: kreis, lower: 0, label: {de: alle}}\n",
    "pain_points": "ersetzt: true\nquelle: workshop\npain_points:\n  - {key: ebbe, label: {de: Ebbe}, "
    "description: {de: Ebbe.}, ways_out: [{key: warten, label: {de: Warten}, text: {de: Warten.}}]}\n",
    "job_families": "ersetzt: true\nherkunft: redaktionell\n"
    "areas:\n  - {key: lotsen, label: {de: Lotsen}, short: {de: Lotsen}}\n"
    "families:\n  - {key: lotse, label: {de: Lotse}, missed: false}\n",
}


@pytest.mark.parametrize("name", TINY)
def test_what_is_shipped_gives_way_to_any_catalogue_of_ones_own(tmp_path: Path, name: str) -> None:
    """A survey that brings one catalogue need not rewrite all other files; they name nothing that it has not."""
    content = open_content(folder_with(tmp_path, **{name: TINY[name]}).parent)
    folder = content.folder
    agenda, trainings, families = load_agenda(folder), load_trainings(folder), load_job_families(folder)
    cooperation, levels = load_cooperation(folder), load_competence_levels(folder)
    fields, pains = {item.key for item in content.fields}, {item.key for item in content.pain_points}
    sizes, areas = {item.key for item in content.size_classes}, {item.key for item in families.areas}
    served = [*trainings.offers, *trainings.kinds]
    assert {step.field for step in agenda.steps} <= fields
    assert {key for entry in (*served, *content.pain_points, *content.goals) for key in entry.fields} <= fields
    assert {key for entry in served for key in entry.pain_points} <= pains
    assert {key for step in agenda.steps for key in (*step.eases, *step.suits.pains)} <= pains
    assert {topic.pain_point for topic in cooperation.topics} <= pains
    meant = [item.gilt_fuer for item in (*agenda.steps, *cooperation.topics)]
    assert {key for valid in meant for key in valid.size_classes} <= sizes
    assert {key for kind in trainings.kinds for key in kind.areas} <= areas
    assert {reach.area for offer in trainings.offers for reach in offer.reaches} <= areas
    assert {example.key for level in levels.levels for example in level.examples} <= areas


@pytest.mark.parametrize("name", sorted(set(known_names()) - WHOLE))
def test_an_entry_given_twice_is_not_lost_to_the_second(name: str) -> None:
    shipped = read_yaml(FOLDER / name)
    lists = {key: value for key, value in lists_of(shipped).items() if set(NAMES) & set(value[0])}
    assert lists, "a file of which nothing can be added belongs among those that stand as a whole"
    for part, entries in lists.items():
        label = next(name for name in NAMES if name in entries[0])
        for known in (entries[-1][label], "of_our_own"):
            own = {part: [{label: known, "new": "1"}, {label: known, "new": "2"}]}
            found = [entry for entry in joined(own, shipped, name)[0][part] if entry[label] == known]
            assert found == own[part]


@pytest.mark.parametrize("key", ["eid", "hafen"])
def test_an_entry_given_twice_is_found_in_every_file_that_is_read(tmp_path: Path, key: str) -> None:
    entries = {
        "instruments": (load_instruments, "instruments", f"{{key: {key}, level: ja, label: {{de: a}}}}"),
        "job_families": (load_job_families, "families", f"{{key: {key}, label: {{de: a}}, missed: false}}"),
    }
    for name, (read, part, entry) in entries.items():
        folder = folder_with(tmp_path / name, **{name: f"{part}:\n" + f"  - {entry}\n" * 2})
        with pytest.raises(ContentError) as caught:
            read(folder)
        (problem,) = caught.value.problems
        assert key in (problem.column, problem.value)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_what_fits_together_as_a_whole_adds_only_where_it_says_so(name: str) -> None:
    shipped = read_yaml(FOLDER / name)
    own = {"title": "ours"}
    assert joined(own, shipped, name)[0] == own
    assert joined(own | {"ersetzt": "false"}, shipped, name)[0] == shipped | own


def test_a_goal_of_ones_own_beside_the_shipped_ones(tmp_path: Path) -> None:
    goal = "goals:\n  - {key: klima, label: {de: Klimaschutz}, short: {de: Klima}}\n"
    content = load_content(folder_with(tmp_path, goals="ersetzt: false\n" + goal))
    assert [item.key for item in content.goals][-1] == "klima"
    assert len(content.goals) == len(load_content().goals) + 1
    (tmp_path / "content" / "goals.yaml").write_text(goal, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_content(tmp_path / "content")
    assert "quelle oder herkunft muss angegeben sein" in [problem.message for problem in caught.value.problems]


def test_invented_offers_give_way_to_real_ones(tmp_path: Path) -> None:
    offer = (
        "  - {key: schreibwerkstatt, title: {de: Schreibwerkstatt}, provider: VHS, form: on_demand, hours: 2,"
        " families: [alle], reaches: [{area: inhalte, start: 1, end: 3}], place: {de: online}, language: de,"
        " accessibility: {de: Untertitel}, source: Programm 2026}\n"
    )
    programme = "sources:\n  - {key: vhs, publisher: VHS, title: Programm, hand: erste, used_for: {de: Kurse}}\n"
    folder = folder_with(tmp_path, trainings=f"quelle: vhs\noffers:\n{offer}", sources=programme)
    found = load_trainings(folder)
    assert [item.key for item in found.offers] == ["schreibwerkstatt"] and not found.example and found.note is None
    (folder / "trainings.yaml").write_text("offers:\n" + offer, encoding="utf-8")
    with pytest.raises(ContentError, match="quelle oder herkunft"):
        load_trainings(folder)


@pytest.mark.parametrize("value", ["ja", "", "[]"])
def test_replacing_is_true_or_false(tmp_path: Path, value: str) -> None:
    folder = folder_with(tmp_path, glossary=f"ersetzt: {value or chr(34) * 2}\nterms: []\n")
    with pytest.raises(ContentError) as caught:
        load_glossary(folder)
    (problem,) = caught.value.problems
    assert (problem.file, problem.column, problem.expected) == ("glossary.yaml", "ersetzt", "true oder false")


def test_a_wrong_entry_is_named_by_file_line_entry_and_value(tmp_path: Path) -> None:
    text = (
        "families:\n"
        "  - {key: hafen, label: {de: Hafen}, missed: false}\n"
        "  - key: bauhof\n"
        "    label: {de: Bauhof}\n"
        "    missed: vielleicht\n"
        "    farbe: rot\n"
    )
    with pytest.raises(ContentError) as caught:
        load_job_families(folder_with(tmp_path, job_families=text))
    found = [(item.file, item.row, item.column, item.value) for item in caught.value.problems]
    assert found == [
        ("job_families.yaml", 5, "families.1.missed", "vielleicht"),
        ("job_families.yaml", 6, "families.1.farbe", "rot"),
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("agneda.yaml", "agenda.yaml"), ("Agenda.yaml", "agenda.yaml"), ("trainings.yml", "trainings.yaml"),
        ("job-families.yaml", "job_families.yaml"), ("sentence/ours.yaml", "sources.yaml"), ("zzz.yaml", ""),
    ],
)  # fmt: skip
def test_a_file_that_nothing_reads_is_an_error_with_the_nearest_name(tmp_path: Path, name: str, meant: str) -> None:
    folder = folder_with(tmp_path)
    (folder / "notes.txt").write_text("kept for ourselves", encoding="utf-8")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("steps: []\n", encoding="utf-8")
    for read in (lambda: open_content(tmp_path), lambda: build_questionnaire(folder)):
        with pytest.raises(ContentError) as caught:
            read()
        (problem,) = caught.value.problems
        assert problem.file == f"content/{name}"
        assert problem.expected.endswith(f"vielleicht: {meant}" if meant else known_names()[-1])


def test_every_file_of_the_folder_is_looked_at_before_anything_is_computed(tmp_path: Path) -> None:
    """``check`` says it, and not the run that would have needed the file."""
    assert set(READERS) | CATALOGUE == set(known_names())
    folder = folder_with(tmp_path)
    for name in READERS:
        (folder / name).write_text("unbekannt: 1\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        open_content(tmp_path)
    told = {problem.file for problem in caught.value.problems if problem.column == "unbekannt"}
    assert told == set(READERS)
    for name in CATALOGUE:
        for path in folder.iterdir():
            path.unlink()
        (folder / name).write_text("unbekannt: 1\n", encoding="utf-8")
        with pytest.raises(ContentError) as caught:
            open_content(tmp_path)
        assert ("unbekannt", "1") in [(problem.column, problem.value) for problem in caught.value.problems]


def test_a_sentence_that_nothing_says_is_an_error_with_the_nearest_one(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "sentences").mkdir()
    text = "sentences:\n  no_offer: {de: Unser Angebot}\n  no_ofer: {de: Unser Angebot}\n"
    (folder / "sentences" / "ours.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        open_content(tmp_path)
    (problem,) = caught.value.problems
    assert problem.column == "no_ofer" and problem.expected.endswith("no_offer")
    (folder / "sentences" / "ours.yaml").write_text(text.replace("no_ofer", "no_partner"), encoding="utf-8")
    assert open_content(tmp_path).say("no_offer", "en") == "Unser Angebot"


# -- without English ----------------------------------------------------------------------------------------------


def test_german_stands_where_english_is_missing_and_says_so() -> None:
    only, both = Text(de="Bürgerhaus"), Text(de="Chatbot", en="Chatbot")
    assert (only.of("en"), only.of("nl"), both.of("en")) == ("Bürgerhaus", "Bürgerhaus", "Chatbot")
    assert isinstance(only.of("en"), GermanOnly) and not isinstance(both.of("en"), GermanOnly)
    assert not isinstance(only.of("de"), GermanOnly)
    items = TextList(de=("a", "b"))
    assert items.of("en") == ("a", "b") and all(isinstance(item, GermanOnly) for item in items.of("en"))
    for text in (only, only.model_dump()):
        assert marked(translated(text, "en")) == f"{BEGINS}Bürgerhaus\ue001"
        assert marked(translated(text, "de")) == "Bürgerhaus" and marked(translated(both, "en")) == "Chatbot"


def test_a_page_marks_german_only_where_a_mark_can_stand() -> None:
    said = marked(GermanOnly("Ziel"))
    page = f'<title>{said}</title><h1 title="{said}">{said}</h1><p>{said} and {said}</p>'
    span = '<span lang="de">Ziel</span>'
    assert german_spans(page) == f'<title>Ziel</title><h1 title="Ziel">{span}</h1><p>{span} and {span}</p>'


def texts_in(data: object) -> list[dict]:
    if isinstance(data, list):
        return [text for part in data for text in texts_in(part)]
    if isinstance(data, dict):
        return [data] if "de" in data else [text for part in data.values() for text in texts_in(part)]
    return []


def test_every_shipped_text_has_its_english() -> None:
    texts = [text for path in FOLDER.rglob("*.yaml") for text in texts_in(read_yaml(path))]
    assert len(texts) > 2000
    assert [text for text in texts if bool(text["de"]) != bool(text.get("en"))] == []
    lists = [text for text in texts if isinstance(text["de"], list)]
    assert lists and [text for text in lists if len(text["de"]) != len(text["en"])] == []


# -- the page in the documentation --------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["content.md", "de/inhalte.md"])
def test_the_examples_of_the_page_are_read(page: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "pages" / page).read_text(encoding="utf-8")
    found = dict(re.findall(r"```yaml\n# data/raw/\w+/content/(\w+)\.yaml\n(.*?)```", text, flags=re.S))
    assert set(found) == {"sources", "agenda", "glossary"}
    folder = folder_with(tmp_path, **found)
    content = open_content(tmp_path)
    step = yaml.safe_load(found["agenda"])["steps"][0]["key"]
    ours, shipped = load_agenda(folder), load_agenda()
    assert [item.key for item in ours.steps] == [*(item.key for item in shipped.steps), step]
    mine = ours.step(step)
    assert (
        mine is not None and "Hauptamtsleitungen, 2026" in mine.quelle and isinstance(mine.title.of("en"), GermanOnly)
    )
    assert len(load_glossary(folder)) == len(load_glossary()) + 1 and content.goals == load_content().goals


def test_shipped_entries_that_do_not_fit_own_pain_points_are_left_and_own_ones_are_errors(tmp_path: Path) -> None:
    pains = read_yaml(FOLDER / "pain_points.yaml")
    one = pains["pain_points"][0]
    folder = folder_with(tmp_path, pain_points=yaml.safe_dump(pains | {"ersetzt": True, "pain_points": [one]}))
    assert [item.pain_point for item in load_cooperation(folder).topics] in ([one["key"]], [])
    assert len(load_agenda(folder).steps) > 5
    (folder / "agenda.yaml").write_text(
        "steps:\n  - {key: neu, field: prozesse, when: [{measure: pain_point, items: [gibt_es_nicht]}],"
        " title: {de: a}, how: {de: a}, quelle: digital_denken}\n",
        encoding="utf-8",
    )
    with pytest.raises(ContentError) as caught:
        load_agenda(folder)
    assert "gibt_es_nicht" in [problem.value for problem in caught.value.problems]


def test_own_files_of_every_kind_are_read_beside_the_shipped_ones(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        instruments="instruments:\n  - {key: wlan, level: ja, label: {de: Freies WLAN}}\n",
        job_families="families:\n  - {key: hafen, label: {de: Hafen}, missed: false}\n",
        website="ersetzt: false\npublisher: {de: Stadt Musterhausen}\n",
    )
    assert load_instruments(folder).instruments[-1].key == "wlan"
    families = load_job_families(folder)
    assert families.family("hafen", "en") == "Hafen" and families.areas == load_job_families().areas
    site = load_site_config(folder)
    assert site.publisher.of("en") == "Stadt Musterhausen" and site.imprint == load_site_config().imprint
