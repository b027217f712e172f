"""The words of the study: the YAML files beside this module as checked, frozen models.

A survey may bring its own ``content/`` folder; what its files add and replace, :mod:`typology.content.own_files` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from typology.content.file_names import is_device
from typology.content.fitting import fitted, naming, own_entries
from typology.content.portraits import Portrait, load_portraits
from typology.content.reading import (
    Key,
    Language,
    Strict,
    Text,
    TextList,
    find_twice,
    find_unknown,
    load,
    remembered,
)
from typology.content.sources import Cited, Sourced
from typology.content.spoken import read_sentences
from typology.content.valid_for import ValidFor
from typology.content.vocabulary import ALL, NOT_ASSIGNED
from typology.errors import ContentError, Findings
from typology.writing import Said, program_language


class Type(Sourced):
    """One type: its name, its signature goals, its colour, symbol and letter."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    letter: Annotated[str, Field(min_length=1, max_length=1)] = Field(
        description="letter that stands for the type, different for each"
    )
    symbol: Literal["circle", "square", "triangle", "diamond", "cross", "ring", "star", "bar"] = Field(
        description="symbol beside the letter, different for each type"
    )
    colour: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = Field(description="colour as #RRGGBB")
    label: Text = Field(description="printed name")
    short: Text = Field(description="short printed name")
    signature: Annotated[tuple[Key, ...], Field(min_length=1)] = Field(
        description="goals by which a class earns the name"
    )
    motto: Text | None = Field(default=None, description="quotation that describes the type")
    portrait: Text = Field(description="what the type wants and does")
    learn_from: TextList = Field(description="what others can learn from it")
    leichte_sprache: TextList | None = Field(
        default=None, description="the same in easy language, one sentence per line"
    )


class Goal(Strict):
    """One goal of digitalisation that a survey may ask about."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    label: Text = Field(description="printed name")
    short: Text = Field(description="short printed name")
    fields: tuple[Key, ...] = Field(default=(), description="fields of action that belong to the goal")


class ActionField(Strict):
    """One field of action."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    label: Text = Field(description="printed name")
    short: Text = Field(description="short printed name")


class SizeClass(Strict):
    """One size class: ``lower <= inhabitants < upper``, on the scale of municipalities or of districts."""

    key: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]$")] = Field(description="name of the class, such as GK6")
    scale: Literal["gemeinde", "kreis"] = Field(description="the scale of municipalities or that of districts")
    lower: int = Field(description="fewest inhabitants")
    upper: int | None = Field(default=None, description="inhabitants from which the next class begins")
    label: Text = Field(description="printed name")


class WayOut(Strict):
    """A way out of a pain point, for whom it was found, and how others do it."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    gilt_fuer: ValidFor = Field(default=ValidFor(), description="for whom it was found; without it for everybody")
    label: Text = Field(description="printed name")
    text: Text = Field(description="the way out in one or two sentences")
    legal_form: Text | None = Field(default=None, description="legal form that it usually takes")
    examples: Text | None = Field(default=None, description="which kinds of municipalities do it, and what")
    quelle: Cited = Field(default=Cited(""), description="keys of sources.yaml; without them those of the file")


class PainPoint(Strict):
    """One pain point of municipalities. An older file has a single ``way_out``."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    label: Text = Field(description="printed name")
    description: Text = Field(description="the pain point in a sentence")
    ways_out: Annotated[tuple[WayOut, ...], Field(min_length=1)] = Field(
        description="ways out; of those that are meant for a body the first one is printed"
    )
    replaced_by: tuple[Key, ...] = Field(
        default=(), description="pain points that surveys ask about instead; older answers keep this one"
    )
    fields: tuple[Key, ...] = Field(default=(), description="fields of action that it concerns")

    @model_validator(mode="before")
    @classmethod
    def _single_way_out(cls, data: Any) -> Any:
        if isinstance(data, dict) and "way_out" in data and "ways_out" not in data:
            return {**{name: value for name, value in data.items() if name != "way_out"}, "ways_out": [data["way_out"]]}
        return data

    @property
    def way_out(self) -> WayOut:
        """The first way out: that of the file's source."""
        return self.ways_out[0]

    def way_out_for(self, kind: str, size_class: str) -> WayOut | None:
        """The first way out meant for a body of this kind and size class, None if there is none."""
        return next((way for way in self.ways_out if way.gilt_fuer.holds(kind, size_class)), None)


class TypesFile(Strict):
    """``types.yaml``."""

    types: tuple[Type, ...] = Field(description="the types, in the order in which they are shown")


class GoalsFile(Sourced):
    """``goals.yaml``."""

    goals: tuple[Goal, ...] = Field(description="the goals that surveys may ask about")


class FieldsFile(Sourced):
    """``fields.yaml``."""

    fields: tuple[ActionField, ...] = Field(description="the fields of action")


class SizeClassesFile(Sourced):
    """``size_classes.yaml``."""

    size_classes: tuple[SizeClass, ...] = Field(description="the classes of both scales")


class PainPointsFile(Sourced):
    """``pain_points.yaml``."""

    pain_points: tuple[PainPoint, ...] = Field(description="the pain points")


OF_LEANINGS, OF_NONE = "as_leaning_", "as_none_"
"""Before the key of a sentence: what it says where answers speak for degrees, and where they show no leanings."""


@dataclass(frozen=True)
class Content:
    """All words of the study; look things up by key."""

    types: tuple[Type, ...]
    goals: tuple[Goal, ...]
    fields: tuple[ActionField, ...]
    size_classes: tuple[SizeClass, ...]
    pain_points: tuple[PainPoint, ...]
    sentences: dict[str, Text]
    goals_source: Cited
    goals_origin: str
    fields_source: Cited
    fields_origin: str
    size_classes_source: Cited
    pain_points_source: Cited
    portraits: tuple[Portrait, ...] = ()
    folder: Path | None = None
    leanings: Mapping[str, tuple[str, ...]] | None = None
    """Where answers speak for degrees: leaning without a name of the catalogue → the goals that name it."""

    def of_leanings(self, named_by: Mapping[str, tuple[str, ...]], *, found: bool = True) -> Content:
        """The words for a study whose answers speak for degrees: every sentence that speaks of types, of leanings.

        Parameters
        ----------
        named_by : leaning → the goals that name it where the catalogue does not.
        found : whether there are leanings; a habit of answering is none.

        Examples
        --------
        >>> words = load_content()
        >>> words.say("site_type", "de"), words.of_leanings({}).say("site_type", "de")
        ('Typ', 'Schwerpunkt')
        """
        sentences = dict(self.sentences)
        for prefix in (OF_LEANINGS,) if found else (OF_LEANINGS, OF_NONE):
            sentences |= {
                key.removeprefix(prefix): text for key, text in self.sentences.items() if key.startswith(prefix)
            }
        return replace(self, sentences=sentences, leanings=dict(named_by))

    @property
    def asked_pain_points(self) -> tuple[PainPoint, ...]:
        """The pain points that a survey asks about: without those in whose place all others of the catalogue stand.

        >>> [point.key for point in load_content().asked_pain_points][:3]
        ['geld', 'personal', 'fachwissen']
        """
        known = {point.key for point in self.pain_points}
        return tuple(
            point for point in self.pain_points if not point.replaced_by or not set(point.replaced_by) <= known
        )

    def type(self, key: str) -> Type | None:
        """The type of that key, or None for an unnamed class."""
        return next((item for item in self.types if item.key == key), None)

    def portrait(self, key: str) -> Portrait | None:
        """The page on the type of that key, or None if nobody has written one."""
        return next((item for item in self.portraits if item.key == key), None)

    def label(self, kind: str, key: str, language: Language | None = None, *, short: bool = False) -> str:
        """The printed name of a ``goal``, ``field``, ``type``, ``size_class`` or ``pain_point``.

        Without a language it speaks that of the program. A key that the catalogue does not hold is printed as it is
        written.
        """
        language = language or program_language()
        if kind == "type" and self.leanings is not None and not key.startswith("gruppe_"):
            return self._leaning(key, language, short)
        groups: dict[str, tuple[Any, ...]] = {
            "goal": self.goals,
            "field": self.fields,
            "type": self.types,
            "size_class": self.size_classes,
            "pain_point": self.pain_points,
        }
        for item in groups[kind]:
            if item.key == key:
                text: Text = item.short if short and hasattr(item, "short") else item.label
                return text.of(language)
        if kind == "type" and key.startswith("gruppe_"):
            letter = key.removeprefix("gruppe_").upper()
            return self.say("unnamed_group", language, letter=letter)
        return key.replace("_", " ")

    def _leaning(self, key: str, language: Language, short: bool) -> str:
        """The printed name of a leaning: that of the type of the catalogue, or its strongest goals."""
        known = self.type(key)
        goals = (self.leanings or {}).get(key, ())
        name = (
            known.short.of(language)
            if known
            else " / ".join(self.label("goal", goal, language, short=True) for goal in goals)
        )
        name = name or key.replace("_", " ")
        return name if short else self.say("leaning_label", language, name=name)

    def say(self, key: str, language: Language | None = None, **values: object) -> str:
        """One sentence from the catalogue with its placeholders filled; without a language in that of the program.

        Raises
        ------
        ContentError : the sentence or one of its placeholders is missing.
        """
        if key not in self.sentences:
            raise ContentError(Said("content.no_such_sentence", name=key))
        text = self.sentences[key].of(language or program_language())
        try:
            return text.format(**values)
        except (KeyError, IndexError) as error:
            raise ContentError(Said("content.sentence_needs", name=key, placeholder=str(error))) from None


def load_content(overlay: str | Path | None = None) -> Content:
    """Read all catalogue files, together with those in ``overlay``.

    Parameters
    ----------
    overlay : a folder with some of the files ``types.yaml``, ``goals.yaml``, ``fields.yaml`` … and ``sentences/``.

    Raises
    ------
    ContentError : there is no such folder, a file is wrong, or a key is used that no catalogue holds.

    Examples
    --------
    >>> words = typology.load_content()
    >>> [kind.short.en for kind in words.types]
    ['Thoughtful', 'Optimizers', 'Service-oriented', 'Community Managers']
    >>> words.label("goal", "effizienz")
    'Effizienz der Verwaltung'
    """
    folder = None if overlay is None else Path(overlay)
    if folder is not None and not folder.is_dir():
        raise ContentError(Said("content.no_folder", folder=str(overlay)))
    return _load(folder)


@remembered
def _load(overlay: Path | None) -> Content:
    types = load(TypesFile, "types.yaml", overlay)
    goals = load(GoalsFile, "goals.yaml", overlay)
    fields = load(FieldsFile, "fields.yaml", overlay)
    sizes = load(SizeClassesFile, "size_classes.yaml", overlay)
    pains = load(PainPointsFile, "pain_points.yaml", overlay)
    content = Content(
        types=types.types,
        goals=_of_known_fields(goals.goals, "goals.yaml", overlay, fields.fields),
        fields=fields.fields,
        size_classes=sizes.size_classes,
        pain_points=_of_known_fields(pains.pain_points, "pain_points.yaml", overlay, fields.fields),
        sentences=read_sentences(overlay),
        goals_source=goals.quelle,
        goals_origin=goals.herkunft,
        fields_source=fields.quelle,
        fields_origin=fields.herkunft,
        size_classes_source=sizes.quelle,
        pain_points_source=pains.quelle,
        portraits=load_portraits(overlay, {item.key: item.signature for item in types.types}),
        folder=overlay,
    )
    _check_references(content)
    return content


Entry = TypeVar("Entry", Goal, PainPoint)


def _of_known_fields(
    entries: tuple[Entry, ...], name: str, overlay: Path | None, fields: tuple[ActionField, ...]
) -> tuple[Entry, ...]:
    known = {field.key for field in fields}
    return fitted(entries, name, overlay, lambda entry: naming(entry, fields=known))


def _check_references(content: Content) -> None:
    """Every key that a catalogue names must stand in the catalogue it points to."""
    found = Findings()
    goals = sorted(goal.key for goal in content.goals)
    fields = sorted(field.key for field in content.fields)
    for item in content.types:
        where = found.at("types.yaml"), f"{item.key}.signature"
        find_unknown(item.signature, goals, *where, "content.goal_not_in_file")
    for file, group in (("goals.yaml", content.goals), ("pain_points.yaml", content.pain_points)):
        for entry in group:
            find_unknown(entry.fields, fields, found.at(file), f"{entry.key}.fields", "content.field_not_in_file")
    sizes = [size.key for size in content.size_classes]
    own = own_entries("pain_points.yaml", content.folder)
    for pain in content.pain_points:
        # a shipped way out for classes that a survey does not have is meant for none of its municipalities
        for way in pain.ways_out if content.folder is None or pain.key in own else ():
            spot = f"{pain.key}.{way.key}.gilt_fuer.size_classes"
            find_unknown(way.gilt_fuer.size_classes, sizes, found.at("pain_points.yaml"), spot)
    for item in content.types:
        if item.key in (ALL, NOT_ASSIGNED) or item.key.startswith("gruppe_"):
            found.at("types.yaml").error(
                "inhalt", Said("content.key_is_reserved"), column="key", value=item.key,
                expected=Said("content.not_reserved", all=ALL, not_assigned=NOT_ASSIGNED),
            )  # fmt: skip
        if is_device(item.key):
            found.at("types.yaml").error(
                "inhalt", Said("content.key_is_device"), column="key", value=item.key,
                expected=Said("content.another_key"),
            )  # fmt: skip
    for name, items in (
        ("types", content.types),
        ("goals", content.goals),
        ("fields", content.fields),
        ("pain_points", content.pain_points),
        ("size_classes", content.size_classes),
    ):
        find_twice([entry.key for entry in items], found.at(f"{name}.yaml"))
    # letter and symbol tell types apart on every page, also for those who do not see colours
    for sign in ("letter", "symbol"):
        used = [str(getattr(item, sign)).upper() for item in content.types]
        for place, item in enumerate(content.types):
            if used[place] in used[:place]:
                found.at("types.yaml").error(
                    "inhalt", Said("content.same_sign"), column=f"{item.key}.{sign}",
                    value=str(getattr(item, sign)),
                )  # fmt: skip
    found.raise_if_failed(ContentError, "content.files_do_not_fit")


def for_one(key: str, items: Sized) -> str:
    """The key of a sentence that lists items; of a single one its own, as it says ``is`` and not ``are``: ``…_one``."""
    return f"{key}_one" if len(items) == 1 else key
