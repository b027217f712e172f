"""The words of the study: read the YAML files beside this module into checked, frozen models.

A survey may bring its own ``content/`` folder; a file there replaces the file of the same name here.
Every file is read as text (nothing is turned into numbers or truth values by YAML) and converted by
the models, so that ``no``, ``01`` and ``1.10`` stay what was written until a model says what they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from typology.errors import ContentError, Problem

FOLDER = Path(__file__).parent
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Language = Literal["de", "en"]


class TextLoader(yaml.SafeLoader):
    """The safe loader without implicit types, which also refuses a key given twice."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if isinstance(key, str):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"Schlüssel {key!r} steht doppelt", key_node.start_mark
                    )
                seen.add(key)
        return super().construct_mapping(node, deep)


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """One text in both languages."""

    de: str
    en: str

    def of(self, language: Language = "de") -> str:
        """The text in one language."""
        return self.de if language == "de" else self.en


class TextList(Strict):
    """Several short texts in both languages, item by item."""

    de: tuple[str, ...]
    en: tuple[str, ...]

    def of(self, language: Language = "de") -> tuple[str, ...]:
        """The texts in one language."""
        return self.de if language == "de" else self.en


class Sourced(Strict):
    """Something that says where it comes from: a source, or that we wrote it."""

    quelle: str = ""
    herkunft: Literal["", "rekonstruiert", "redaktionell"] = ""

    @model_validator(mode="after")
    def _has_source(self) -> Sourced:
        if not self.quelle and not self.herkunft:
            raise ValueError("quelle oder herkunft muss angegeben sein")
        return self


class Type(Sourced):
    """One type: its name, its signature goals, its colour, symbol and letter."""

    key: Key
    letter: Annotated[str, Field(min_length=1, max_length=1)]
    symbol: Literal["circle", "square", "triangle", "diamond", "cross", "ring", "star", "bar"]
    colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
    label: Text
    short: Text
    signature: Annotated[tuple[Key, ...], Field(min_length=1)]
    motto: Text | None = None
    portrait: Text
    learn_from: TextList


class Goal(Strict):
    """One goal of digitalisation that a survey may ask about."""

    key: Key
    label: Text
    short: Text
    fields: tuple[Key, ...] = ()


class ActionField(Strict):
    """One field of action."""

    key: Key
    label: Text
    short: Text


class SizeClass(Strict):
    """One size class: ``lower <= inhabitants < upper``, on the scale of municipalities or of Kreise."""

    key: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]$")]
    scale: Literal["gemeinde", "kreis"]
    lower: int
    upper: int | None = None
    label: Text


class WayOut(Strict):
    """The way out of a pain point that the source names."""

    key: Key
    label: Text
    text: Text


class PainPoint(Strict):
    """One pain point of small municipalities."""

    key: Key
    label: Text
    description: Text
    way_out: WayOut
    fields: tuple[Key, ...] = ()


class TypesFile(Strict):
    types: tuple[Type, ...]


class GoalsFile(Sourced):
    goals: tuple[Goal, ...]


class FieldsFile(Sourced):
    fields: tuple[ActionField, ...]


class SizeClassesFile(Sourced):
    size_classes: tuple[SizeClass, ...]


class PainPointsFile(Sourced):
    pain_points: tuple[PainPoint, ...]


class SentencesFile(Strict):
    sentences: dict[Key, Text]


Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path) -> Any:
    """Read a YAML file as text; errors name file, line and column.

    Raises
    ------
    ContentError : the file is missing, no UTF-8, or no YAML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ContentError(f"Die Datei {path.name} fehlt.") from None
    except UnicodeDecodeError as error:
        raise ContentError(f"Die Datei {path.name} ist nicht in UTF-8 geschrieben (Byte {error.start}).") from None
    loader = None
    try:
        loader = TextLoader(text)
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (Zeile {mark.line + 1}, Spalte {mark.column + 1})" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise ContentError(f"Die Datei {path.name} ist kein gültiges YAML{place}: {problem}") from None
    finally:
        if loader is not None:
            loader.dispose()


def validate(model: type[Model], data: Any, file: str, error_class: type[ContentError] | Any = ContentError) -> Model:
    """Turn plain data into a model, or report every problem at once.

    Raises
    ------
    error_class : with one :class:`Problem` per wrong place; ``column`` is the path inside the file.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [
            Problem(
                severity="fehler",
                kind="inhalt",
                message=_german(item),
                file=file,
                column=".".join(str(part) for part in item["loc"]),
                value="" if isinstance(item["input"], (dict, list)) else str(item["input"])[:80],
                expected=_expected(item, model),
            )
            for item in _own(error.errors())
        ]
        raise error_class(f"{file}: {len(problems)} Angabe(n) sind nicht zulässig.", problems) from None


def _own(errors: list[Any]) -> list[Any]:
    """Without lists that are too short only because their entries are wrong."""
    inner = {item["loc"][:depth] for item in errors for depth in range(len(item["loc"]))}
    return [item for item in errors if item["type"] != "too_short" or item["loc"] not in inner]


def _german(item: Any) -> str:
    kind = item["type"]
    words = {
        "extra_forbidden": "unbekannte Angabe",
        "missing": "Angabe fehlt",
        "literal_error": "Wert ist nicht vorgesehen",
        "string_pattern_mismatch": "Schreibweise passt nicht",
        "int_parsing": "keine ganze Zahl",
        "float_parsing": "keine Zahl",
        "bool_parsing": "weder ja noch nein",
        "string_too_short": "Text ist leer",
        "too_short": "zu wenige Einträge",
        "greater_than": "Zahl ist zu klein",
        "greater_than_equal": "Zahl ist zu klein",
        "less_than_equal": "Zahl ist zu groß",
        "value_error": str(item.get("ctx", {}).get("error", item["msg"])),
    }
    return words.get(kind, item["msg"])


def _expected(item: Any, model: type[BaseModel]) -> str:
    context = item.get("ctx", {})
    if item["type"] == "literal_error":
        return str(context.get("expected", "")).replace(" or ", " oder ")
    for name, word in (("gt", "über"), ("ge", "mindestens"), ("le", "höchstens")):
        if name in context:
            return f"{word} {context[name]:g}"
    if item["type"] == "string_pattern_mismatch":
        return f"Muster {context.get('pattern', '')}"
    return ""


@dataclass(frozen=True)
class Content:
    """All words of the study; look things up by key."""

    types: tuple[Type, ...]
    goals: tuple[Goal, ...]
    fields: tuple[ActionField, ...]
    size_classes: tuple[SizeClass, ...]
    pain_points: tuple[PainPoint, ...]
    sentences: dict[str, Text]
    goals_source: str
    goals_origin: str
    fields_source: str
    fields_origin: str
    size_classes_source: str
    pain_points_source: str
    folder: Path | None = None

    def type(self, key: str) -> Type | None:
        """The type of that key, or None for an unnamed class."""
        return next((item for item in self.types if item.key == key), None)

    def label(self, kind: str, key: str, language: Language = "de", *, short: bool = False) -> str:
        """The printed name of a ``goal``, ``field``, ``type``, ``size_class`` or ``pain_point``.

        A key that the catalogue does not hold is printed as it is written.
        """
        groups: dict[str, tuple[Any, ...]] = {
            "goal": self.goals, "field": self.fields, "type": self.types,
            "size_class": self.size_classes, "pain_point": self.pain_points,
        }
        for item in groups[kind]:
            if item.key == key:
                text: Text = item.short if short and hasattr(item, "short") else item.label
                return text.of(language)
        if kind == "type" and key.startswith("gruppe_"):
            letter = key.removeprefix("gruppe_").upper()
            return f"Gruppe {letter}" if language == "de" else f"Group {letter}"
        return key.replace("_", " ")

    def say(self, key: str, language: Language = "de", **values: object) -> str:
        """One sentence from the catalogue with its placeholders filled.

        Raises
        ------
        ContentError : the sentence or one of its placeholders is missing.
        """
        if key not in self.sentences:
            raise ContentError(f"Der Satz {key!r} fehlt in content/sentences.")
        text = self.sentences[key].of(language)
        try:
            return text.format(**values)
        except (KeyError, IndexError) as error:
            raise ContentError(f"Der Satz {key!r} braucht den Platzhalter {error}.") from None


def find_file(name: str, overlay: Path | None) -> Path:
    """The file of that name in the survey's own content folder if it is there, else the one shipped."""
    if overlay is not None and (overlay / name).is_file():
        return overlay / name
    return FOLDER / name


@lru_cache(maxsize=8)
def load_content(overlay: Path | None = None) -> Content:
    """Read all catalogue files, those in ``overlay`` replacing the shipped ones.

    Raises
    ------
    ContentError : a file is wrong, or a key is used that no catalogue holds.
    """
    types = validate(TypesFile, read_yaml(find_file("types.yaml", overlay)), "types.yaml")
    goals = validate(GoalsFile, read_yaml(find_file("goals.yaml", overlay)), "goals.yaml")
    fields = validate(FieldsFile, read_yaml(find_file("fields.yaml", overlay)), "fields.yaml")
    sizes = validate(SizeClassesFile, read_yaml(find_file("size_classes.yaml", overlay)), "size_classes.yaml")
    pains = validate(PainPointsFile, read_yaml(find_file("pain_points.yaml", overlay)), "pain_points.yaml")
    content = Content(
        types=types.types, goals=goals.goals, fields=fields.fields, size_classes=sizes.size_classes,
        pain_points=pains.pain_points, sentences=_read_sentences(overlay),
        goals_source=goals.quelle, goals_origin=goals.herkunft,
        fields_source=fields.quelle, fields_origin=fields.herkunft,
        size_classes_source=sizes.quelle, pain_points_source=pains.quelle, folder=overlay,
    )
    _check_references(content)
    return content


def _read_sentences(overlay: Path | None) -> dict[str, Text]:
    """All files of ``content/sentences``; the survey's own files may replace single sentences."""
    sentences: dict[str, Text] = {}
    for path in sorted((FOLDER / "sentences").glob("*.yaml")):
        part = validate(SentencesFile, read_yaml(path), f"sentences/{path.name}").sentences
        twice = sentences.keys() & part.keys()
        if twice:
            raise ContentError(f"sentences/{path.name}: doppelt vergeben: {', '.join(sorted(twice))}")
        sentences |= part
    if overlay is not None and (overlay / "sentences").is_dir():
        for path in sorted((overlay / "sentences").glob("*.yaml")):
            sentences |= validate(SentencesFile, read_yaml(path), f"sentences/{path.name}").sentences
    problems = []
    for key, text in sentences.items():
        german, english = (set(re.findall(r"{(\w+)", part)) for part in (text.de, text.en))
        if german != english:
            problems.append(
                Problem("fehler", "inhalt", "Platzhalter unterscheiden sich zwischen de und en",
                        file="sentences", column=key, value=", ".join(sorted(german ^ english)))
            )
    if problems:
        raise ContentError("Sätze in content/sentences sind fehlerhaft.", problems)
    return sentences


def _check_references(content: Content) -> None:
    """Every key that a catalogue names must stand in the catalogue it points to."""
    goals = {goal.key for goal in content.goals}
    fields = {field.key for field in content.fields}
    problems = []
    for item in content.types:
        problems += [
            Problem("fehler", "inhalt", "Ziel steht nicht in goals.yaml", file="types.yaml",
                    column=f"{item.key}.signature", value=goal, expected=", ".join(sorted(goals)))
            for goal in item.signature if goal not in goals
        ]
    for file, group in (("goals.yaml", content.goals), ("pain_points.yaml", content.pain_points)):
        for entry in group:
            problems += [
                Problem("fehler", "inhalt", "Feld steht nicht in fields.yaml", file=file,
                        column=f"{entry.key}.fields", value=field, expected=", ".join(sorted(fields)))
                for field in entry.fields if field not in fields
            ]
    for name, items in (("types", content.types), ("goals", content.goals), ("fields", content.fields),
                        ("pain_points", content.pain_points), ("size_classes", content.size_classes)):
        keys = [entry.key for entry in items]
        problems += [
            Problem("fehler", "inhalt", "Schlüssel steht doppelt", file=f"{name}.yaml", column=key)
            for key in sorted({key for key in keys if keys.count(key) > 1})
        ]
    if problems:
        raise ContentError("Die Inhaltsdateien passen nicht zusammen.", problems)
