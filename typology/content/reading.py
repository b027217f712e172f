"""Read YAML as text into strict, frozen models, with every problem of a file at once.

Nothing is turned into numbers or truth values by YAML: ``no``, ``01`` and ``1.10`` stay what was written until a
model says what they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from typology.errors import ContentError, Problem
from typology.writing import Language as Language

FOLDER = Path(__file__).parent
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


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


def find_file(name: str, overlay: Path | None) -> Path:
    """The file of that name in the survey's own content folder if it is there, else the one shipped."""
    if overlay is not None and (overlay / name).is_file():
        return overlay / name
    return FOLDER / name
