"""Read YAML as text into strict, frozen models, with every problem of a file at once.

Nothing is turned into numbers or truth values by YAML: ``no``, ``01`` and ``1.10`` stay what was written until a
model says what they are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, wraps
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_serializer
from pydantic_core import ErrorDetails

from typology.content.own_files import in_own_file, joined
from typology.content.refusals import refusal
from typology.errors import ContentError, Findings, TypologyError, file_bytes, system_message
from typology.writing import BUILT_IN, Said, added_texts, language_files, languages
from typology.writing import Language as Language

FOLDER = Path(__file__).parent
KEY = r"^[a-z][a-z0-9_]*$"
Key = Annotated[str, Field(pattern=KEY)]
#: How a text says that somebody has to fill it in: "TODO Titel", "TODO_grund", "[bitte eintragen: Name]", "[Please …]".
OPEN = "TODO"
OPEN_PLACE = re.compile(rf"\b{OPEN}(?:\b|_)|(?i:\[\s*(?:bitte|please)\b)")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Said of a file whose parts do not fit together.
UNFIT = "content.unfit"
DEEPEST = 100
"""So many levels of entries at most; libyaml ends the process at a file that is nested deeply enough."""
MOST_BYTES, MOST_ENTRIES = 20_000_000, 1_000_000
"""Of a file that people write; entries as they are once every alias stands for what it means."""


class AsText(yaml.constructor.SafeConstructor):
    """No implicit types, and a key given twice is refused."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value
            if isinstance(key, str):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, Said("content.key_twice_in_yaml", name=key), key_node.start_mark
                    )
                seen.add(key)
        result: dict[Any, Any] = super().construct_mapping(node, deep)
        return result


class TextLoader(AsText, yaml.SafeLoader):
    """The loader of any file; what it says of a wrong one is the same wherever it is read."""


class FastLoader(AsText, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Ten times as fast: libyaml, where it is there. It ends the process at a file that is nested deeply enough."""


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GermanOnly(str):
    """A German text that stands where one of another language is missing; pages mark it as German."""


class Text(Strict):
    """One text in German, in English, and in each language that a file adds. Without English it is German."""

    de: str = Field(description="German text")
    en: str = Field(default="", description="English text; without it the German one is printed, marked as German")
    more: dict[str, str] = Field(default_factory=dict, repr=False, description="further languages, by code")

    def of(self, language: Language = "de") -> str:
        """The text in one language; an added one that lacks it has the English, and English that is missing German."""
        if language == "de":
            return self.de
        return self.more.get(language) or self.en or GermanOnly(self.de)

    @model_serializer
    def all(self) -> dict[Language, str]:
        """The text by language."""
        return {"de": self.de, "en": self.of("en"), **self.more}


class TextList(Strict):
    """Several short texts in every language, item by item. Without English they are German."""

    de: tuple[str, ...] = Field(description="German texts")
    en: tuple[str, ...] = Field(default=(), description="English texts; without them the German ones are printed")
    more: dict[str, tuple[str, ...]] = Field(default_factory=dict, repr=False, description="further languages, by code")

    def of(self, language: Language = "de") -> tuple[str, ...]:
        """The texts in one language; without them in English or German."""
        if language == "de":
            return self.de
        return self.more.get(language) or self.en or tuple(map(GermanOnly, self.de))

    @model_serializer
    def all(self) -> dict[Language, tuple[str, ...]]:
        """The texts by language."""
        return {"de": self.de, "en": self.of("en"), **self.more}


Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made", covariant=True)


def is_open(text: object) -> bool:
    """Whether a text is marked as still to be filled in.

    >>> is_open("TODO title"), is_open("[bitte eintragen: Name]"), is_open("todos"), is_open("[1] Bitte wählen")
    (True, True, False, False)
    """
    return isinstance(text, str) and bool(OPEN_PLACE.search(text))


def read_text(path: Path) -> str:
    """The text of a file that people write: UTF-8, or UTF-16 with its mark, as Notepad and PowerShell's ``>`` save it.

    Raises
    ------
    ContentError : the file is missing, or written in another encoding.
    """
    try:
        data = file_bytes(path, MOST_BYTES)
        return (
            data.decode("utf-16" if data.startswith(UTF16) else "utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        )
    except FileNotFoundError:
        raise ContentError(Said("content.no_file", name=path.name)) from None
    except UnicodeDecodeError as error:
        raise ContentError(Said("content.no_utf8", name=path.name, byte=error.start)) from None
    except OSError as error:
        if isinstance(error, PermissionError):
            raise  # by its kind the command knows a file that is open elsewhere
        raise ContentError(Said("content.cannot_open", name=path.name, why=system_message(error))) from None


def read_yaml(path: Path) -> Any:
    """Read a YAML file as text; errors name file, line and column.

    Raises
    ------
    ContentError : the file is missing, no UTF-8, or no YAML.
    """
    try:
        return _loaded(path, lambda loader: loader.get_single_data())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        if mark is None:
            raise ContentError(Said("content.no_yaml", name=path.name, problem=problem)) from None
        place = {"row": mark.line + 1, "column": mark.column + 1}
        raise ContentError(Said("content.no_yaml_at", name=path.name, problem=problem, **place)) from None


def _loaded(path: Path, get: Callable[[Any], Any]) -> Any:
    """What ``get`` takes from a loader of the file: the fast one where it can, else the other, which says more."""
    text = read_text(path)
    if not path.parent.is_relative_to(FOLDER):
        _refuse_giants(text, path.name)
    fast = FastLoader(text)
    try:
        return get(fast)
    except yaml.YAMLError:
        pass  # refused once more, by the other loader
    finally:
        fast.dispose()
    usual = TextLoader(text)
    try:
        return get(usual)
    finally:
        usual.dispose()


def _refuse_giants(text: str, name: str) -> None:
    """Refuse a file that is nested too deeply, or that a few aliases make endless; no loader has built it yet.

    Raises
    ------
    ContentError : it is one of these.
    """
    open_: list[tuple[str | None, int]] = []  # of each list or mapping that is not at its end: anchor, entries so far
    sizes: dict[str, int] = {}
    total = 0
    try:
        for event in yaml.parse(text, Loader=FastLoader):
            size = 0
            if isinstance(event, yaml.CollectionStartEvent):
                open_.append((event.anchor, 0))
                if len(open_) > DEEPEST:
                    raise ContentError(Said("content.too_deep", name=name, row=event.start_mark.line + 1, most=DEEPEST))
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                anchor, size = open_.pop()
                size += 1
            elif isinstance(event, yaml.ScalarEvent):
                anchor, size = event.anchor, 1
            elif isinstance(event, yaml.AliasEvent):
                anchor, size = None, sizes.get(event.anchor, 1)
            else:
                continue
            if anchor:
                sizes[anchor] = size
            if open_:
                open_[-1] = (open_[-1][0], open_[-1][1] + size)
            total = max(total, size)
            if total > MOST_ENTRIES:
                raise ContentError(Said("content.endless_aliases", name=name, most=MOST_ENTRIES))
    except yaml.YAMLError:
        return  # the loader says what is wrong


def read_lines(path: Path) -> dict[str, int]:
    """The line of every value of a YAML file that :func:`read_yaml` has read, by its path: ``goals.columns.nearby``."""
    root = _loaded(path, lambda loader: loader.get_single_node())
    lines: dict[str, int] = {}
    seen: set[int] = set()

    def walk(node: yaml.Node, place: str) -> None:
        lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in seen:  # an alias stands where its anchor does
            return
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for name, part in node.value:
                walk(part, f"{place}.{name.value}".strip("."))
        elif isinstance(node, yaml.SequenceNode):
            for number, part in enumerate(node.value):
                walk(part, f"{place}.{number}")

    if root is not None:
        walk(root, "")
    return lines


def validate(
    model: type[Model],
    data: Any,
    file: str,
    error_class: type[TypologyError] = ContentError,
    kind: str = "inhalt",
    context: Mapping[str, Any] | None = None,
) -> Model:
    """Turn plain data into a model, or report every problem at once; ``context`` is what its fields look up.

    Raises
    ------
    error_class : with one finding of ``kind`` per wrong place; ``column`` is the path inside the file.
    """
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        found = Findings(file)
        for item in _own(error.errors()):
            place, message, expected = refusal(item, model)
            value = "" if isinstance(item["input"], (dict, list, type(None))) else str(item["input"])[:80]
            found.error(kind, message, column=place, value=value, expected=expected)
        raise error_class(Said("content.entries_not_allowed", file=file, n=len(found)), found) from None


def _own(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without lists that are too short only because their entries are wrong."""
    inner = {item["loc"][:depth] for item in errors for depth in range(len(item["loc"]))}
    return [item for item in errors if item["type"] != "too_short" or item["loc"] not in inner]


def load(model: type[Model], name: str, overlay: Path | None) -> Model:
    """Read the file of that name into its model: the shipped one, and what the survey's own adds or replaces.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    path = find_file(name, overlay)
    context = {"overlay": overlay}
    if path.parent == FOLDER:
        return validate(model, with_languages(read_yaml(path), name), name, context=context)
    data, moved = joined(read_yaml(path), read_yaml(FOLDER / name), name)
    try:
        return validate(model, with_languages(data, name), name, context=context)
    except ContentError as error:
        found = Findings(name, in_own_file(error.problems, moved, read_lines(path)))
        raise ContentError(Said("content.entries_not_allowed", file=name, n=len(found)), found) from None


def with_languages(data: Any, name: str) -> Any:
    """What stands in a file of content, each text also in the languages that files add.

    A text is found by its place: the name of the file, then the keys that lead to it, as in
    ``types.bedaechtige.label`` or ``sentences.no_offer``.
    """
    added = {code: texts for code in languages() if code not in BUILT_IN and (texts := added_texts(code))}

    def with_added(place: str, text: dict[str, Any]) -> dict[str, Any]:
        return text | {"more": {code: texts[place] for code, texts in added.items() if place in texts}}

    return _each_text(data, _root(name), with_added) if added else data


def places(data: Any, name: str) -> dict[str, dict[Language, Any]]:
    """All texts of a file of content by their place; see :func:`with_languages`."""
    found: dict[str, dict[Language, Any]] = {}
    _each_text(data, _root(name), lambda place, text: found.setdefault(place, text))
    return found


def _root(name: str) -> str:
    return Path(name).parts[0].removesuffix(".yaml")


def _each_text(data: Any, place: str, change: Callable[[str, dict[str, Any]], Any]) -> Any:
    """The same data, each text in German and English replaced by what ``change`` makes of it and its place."""
    if isinstance(data, list):
        steps = [item.get("key", str(n)) if isinstance(item, dict) else str(n) for n, item in enumerate(data)]
        return [_each_text(item, f"{place}.{step}", change) for step, item in zip(steps, data, strict=True)]
    if not isinstance(data, dict):
        return data
    if "de" in data and data.keys() <= set(BUILT_IN):
        return change(place, data)
    return {key: _each_text(item, place if key == place else f"{place}.{key}", change) for key, item in data.items()}


def find_twice(keys: Sequence[str], found: Findings, column: str = "") -> None:
    """An error for every key that stands twice in the list ``column``, or as the column itself."""
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        found.error("inhalt", Said("content.key_twice"), column=column or key, value=key if column else "")


def find_unknown(
    keys: Iterable[str], known: Sequence[str], found: Findings, column: str, message: str = "content.unknown_key"
) -> None:
    """An error, the message of that key, for every key that is not among the known ones."""
    for key in keys:
        if key not in known:
            found.error("inhalt", Said(message), column=column, value=key, expected=", ".join(known))


def find_file(name: str, overlay: Path | None) -> Path:
    """The file of that name in the survey's own content folder if it is there, else the one shipped."""
    if overlay is not None and (overlay / name).is_file():
        return overlay / name
    return FOLDER / name


class Remembered(Protocol[Made]):
    """A reader of the survey's own content folder, or of the shipped content."""

    def __call__(self, overlay: Path | None = None) -> Made: ...


def remembered(read: Callable[[Path | None], Made]) -> Remembered[Made]:
    """Read once per folder, and again when a file of the survey's own has changed: a notebook may run all day."""

    @lru_cache(maxsize=8)
    def kept(overlay: Path | None, state: tuple[tuple[str, int, int], ...]) -> Made:
        return read(overlay)

    @wraps(read)
    def look(overlay: Path | None = None) -> Made:
        files = [] if overlay is None else sorted(overlay.rglob("*.yaml"))
        added = tuple((str(path), 0, 0) for path in language_files())
        return kept(overlay, (*added, *((str(path), *_stamp(path)) for path in files)))

    return look


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size
