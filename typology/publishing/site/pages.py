"""Templates of the site and the words, numbers and links they print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.filters import make_attrgetter
from jinja2.runtime import Context
from markupsafe import Markup, escape

from typology import writing
from typology.content.catalogue import Content
from typology.content.names import name_in
from typology.content.reading import GermanOnly, Language, Text, is_open
from typology.content.site import SiteConfig
from typology.publishing.site.search import shown_name
from typology.publishing.site.shapes import drawn_shape

ASSETS = Path(__file__).parents[1] / "assets" / "site"
MAIN: Language = "de"  # its pages stand at the root of the site
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)

PART = 400  # pages of municipalities that one process writes at a time

BEGINS, ENDS = "\ue000", "\ue001"
"""Around a text that there is only in German, until the page is whole."""
BLOCKS = (
    "article|body|dd|details|div|dl|dt|fieldset|footer|form|h[1-6]|head|header|html|li|link|main|meta|nav|noscript|ol|p|"
    "script|section|summary|table|tbody|td|th|thead|title|tr|ul"
)
BETWEEN = re.compile(rf"(</?(?:{BLOCKS})(?: [^<>]*)?>)\s+(?=<)")
"""Blanks after a tag that begins or ends a block, before another tag: they are not shown."""
UNMARKED = re.compile(r"<title>.*?</title>|<[^<>]*>", flags=re.S)


TURNING = {"R", "AL", "AN", "RLE", "RLO", "LRE", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"}
"""Unicode classes of signs that turn the direction in which the text around them is read."""


class CompiledOnce(BytecodeCache):
    """Templates as they were compiled for another language or another site of this process."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.compiled.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledOnce()


def environment(content: Content, config: SiteConfig, language: Language) -> Environment:
    """The templates with filters and words of one language; everything is escaped."""
    lang = language
    plain = cache(lambda key: content.say(key, lang))

    def say(key: str, **values: object) -> str:
        return content.say(key, lang, **values) if values else plain(key)

    env = Environment(
        loader=FileSystemLoader(ASSETS / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=COMPILED,
    )
    filters: dict[str, Callable[..., Any]] = {
        "tr": lambda text: marked(translated(text, lang)),
        "percent": lambda share: writing.percent(share, lang),
        "chance": lambda probability: writing.chance(probability, lang),
        "number": lambda value, digits=0: writing.number(value, lang, digits),
        "day": lambda text: writing.day(text, lang, words=lang == "en"),
        "filled": lambda text: filled(text, say("site_not_stated")),
        "german_part": lambda sentence, text: german_part(sentence, text, lang),
        "n_range": lambda rows, name: n_range(rows, name, lang),
        "sentences": first_sentences,
        "shown": shown_name,
        "apart": apart,
        "called": lambda item: called(item, lang),
        "part": part_of_width,
        "in_order": lambda rows, attribute: in_order(env, rows, attribute, lang),
    }
    env.filters.update({name: _when_rendered(make) for name, make in filters.items()})
    env.globals.update(
        lang=lang,
        name_of=lambda code: content.say("own_language", code),
        say=say,
        config=config,
        policy=POLICY,
        label=lambda kind, key: marked(content.label(kind, key, lang)),
        find_type=content.type,
        first_partners=first_partners,
        shape=lambda symbol: Markup(drawn_shape(symbol)),
        has_sentence=lambda key: key in content.sentences,
    )
    return env


def _when_rendered(make: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that is not settled for a constant when a template is compiled, for another language has it, too."""

    @pass_context
    def filtered(_: Context, value: Any, *given: Any) -> Any:
        return make(value, *given) if given else make(value)

    return filtered


def translated(text: Any, language: str) -> str:
    """A ``{de, en}`` text in one language, or else in English or German; plain text stays, nothing becomes ''."""
    if isinstance(text, dict):
        text = text.get(language) or text.get("en") or text.get("de") or ""
    elif text is None:
        return ""
    elif isinstance(text, Text):
        return text.of(language)
    return text if type(text) is str or isinstance(text, GermanOnly) else str(text)


def marked(text: str) -> str:
    """The text between two signs that no text holds, if there is none in the language of the page."""
    return f"{BEGINS}{text}{ENDS}" if isinstance(text, GermanOnly) else text


def german_spans(page: str) -> str:
    """The page with each text between the signs marked as German; in titles and attributes no mark can stand.

    >>> german_spans(f'<p title="{BEGINS}Ziel{ENDS}">{BEGINS}Ziel{ENDS}</p>')
    '<p title="Ziel"><span lang="de">Ziel</span></p>'
    """
    if BEGINS not in page:
        return page
    plain = UNMARKED.sub(lambda found: found[0].replace(BEGINS, "").replace(ENDS, ""), page)
    return plain.replace(BEGINS, '<span lang="de">').replace(ENDS, "</span>")


def turning_names(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that would turn the sentence around them, the longest first.

    >>> turning_names(["Hof", "\u202eKrof", "עיר"])
    ('\u202eKrof', 'עיר')
    """
    turning = {name for name in names if any(unicodedata.bidirectional(sign) in TURNING for sign in name)}
    return tuple(sorted(turning, key=lambda name: (-len(name), name)))


def isolated(page: str, names: Sequence[str]) -> str:
    """The page with each of these names in ``<bdi>`` wherever it stands in a text; titles and attributes can have none.

    >>> isolated('<p title="עיר">עיר wirkt mit.</p><bdi>עיר</bdi>', ["עיר"])
    '<p title="עיר"><bdi>עיר</bdi> wirkt mit.</p><bdi>עיר</bdi>'
    """
    if not names:
        return page
    either = "|".join(re.escape(str(escape(name))) for name in names)
    kept = r"<title>.*?</title>|<bdi>.*?</bdi>|<option.*?</option>|<[^<>]*>"
    return re.sub(f"({kept})|({either})", lambda found: found[1] or f"<bdi>{found[2]}</bdi>", page, flags=re.S)


def n_range(rows: list[Mapping[str, Any]], name: str, language: Language) -> str:
    """The numbers of answers behind a column: one number, or the smallest and the largest."""
    counts = sorted({int(row[name]) for row in rows if row.get(name) is not None})
    if not counts:
        return writing.DASH
    return writing.span(*(writing.number(count, language) for count in (counts[0], counts[-1])))


def alphabetical(text: str) -> str:
    """What a text is sorted by: ä like a, ß like ss, capitals like small letters.

    >>> sorted(["Zell", "Übersee", "Ulm", "au"], key=alphabetical)
    ['au', 'Übersee', 'Ulm', 'Zell']
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def in_order(env: Environment, rows: Iterable[Any], attribute: str, language: Language) -> list[Any]:
    """The rows in the alphabetical order of an attribute."""
    get = make_attrgetter(env, attribute)
    return sorted(rows, key=lambda row: alphabetical(translated(get(row), language)))


def german_part(sentence: str, text: Any, language: str) -> Markup:
    """The escaped sentence; a text in it that there is only in German is marked as German on English pages.

    So is the German title before a remark in brackets: ``"KGSt, Größenklassen (our wording)"``.
    """
    english, german = translated(text, "en"), translated(text, "de")
    safe = escape(sentence)
    if english != german:
        title = german.rpartition(" (")[0]
        german = title if english.startswith(f"{title} (") else ""
    if language == "de" or not german:
        return safe
    return safe.replace(escape(german), Markup('<span lang="de">{}</span>').format(german))


def first_sentences(text: str, n: int) -> str:
    """The first ``n`` sentences of a text.

    >>> first_sentences("Sie bauen auf Angebote, z. B. der Länder. Das spart Mittel. So geht es.", 2)
    'Sie bauen auf Angebote, z. B. der Länder. Das spart Mittel.'
    """
    return " ".join(re.split(r"(?<=\w{3}[.!?])\s+(?=[A-ZÄÖÜ„“])", " ".join(text.split()))[:n])


def first_partners(view: Mapping[str, Any], most: int = 3) -> list[Mapping[str, Any]]:
    """The first of both lists of partners in turn, nobody twice."""
    pairs = zip_longest(view.get("similar") or [], view.get("complementary") or [])
    found = {row["key"]: row for pair in pairs for row in pair if row is not None}
    return list(found.values())[:most]


def called(item: Mapping[str, Any], language: Language) -> str:
    """What a list calls a municipality: in its view, or in the card of a partner.

    >>> called({"name": "Au", "name_listed": "Au (Kreis)", "names_listed": {"en": "Au (district)"}}, "en")
    'Au (district)'
    """
    if not item.get("name_listed"):
        return name_in(item, language)
    return name_in({"name": item["name_listed"], "names": item.get("names_listed", {})}, language)


def part_of_width(share: float) -> str:
    """A share as a place in a drawing of any width, in tenths of a percent.

    >>> part_of_width(0.55), part_of_width(2 / 3)
    ('55%', '66.7%')
    """
    return str(round(100 * share, 1)).removesuffix(".0") + "%"


def apart(name: str) -> Markup:
    """The escaped name, marked as a text of its own direction if it has one: it turns nothing that stands beside it.

    >>> apart("Bad Ems"), apart("\u05d0")
    (Markup('Bad Ems'), Markup('<bdi>א</bdi>'))
    """
    turns = any(unicodedata.bidirectional(letter) in TURNING for letter in name)
    return Markup("<bdi>{}</bdi>").format(name) if turns else escape(name)


def filled(text: str, missing: str) -> Markup:
    """The escaped text, or ``missing`` where a place in it is still to be filled in: half a sentence says nothing."""
    return Markup("<mark>{}</mark>").format(missing) if is_open(str(text)) else escape(text)


@dataclass(frozen=True)
class Page:
    """One page: its path, its template, and what only this page shows."""

    path: str
    template: str
    data: Mapping[str, Any]


class Pages:
    """Writes pages in every language there is; a page is one template, one path and its data."""

    def __init__(self, folder: Path, content: Content, config: SiteConfig, common: Mapping[str, Any]) -> None:
        self.folder, self.content, self.config = folder, content, config
        self.common = common
        self.environments = {language: environment(content, config, language) for language in writing.languages()}
        self.address = config.address.rstrip("/")
        self.written: list[str] = []

    def _addresses(self, path: str, language: Language) -> dict[str, Any]:
        """Whole addresses of the page and of its other languages, for search engines, which know no others; without an
        address of the site there are none.
        """
        if not self.address:
            return {"canonical": "", "alternates": {}}
        every = {code: self._address(path, code) for code in self.environments}
        return {"canonical": every[language], "alternates": every}

    def _address(self, path: str, language: Language) -> str:
        return f"{self.address}/{path}" if language == MAIN else f"{self.address}/{language}/{path}"

    def write_sitemap(self) -> None:
        """All pages for search engines, as sitemaps.org has it; without an address of the site there is none."""
        if not self.address:
            return
        lines = [f"<url><loc>{escape(f'{self.address}/{path}')}</loc></url>" for path in sorted(self.written)]
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        text = "\n".join([head, *lines, "</urlset>", ""])
        (self.folder / "sitemap.xml").write_text(text, encoding="utf-8", newline="\n")

    def write_many(self, pages: Sequence[Page]) -> None:
        """Write pages; where an outer ``joblib.parallel_config`` has workers and there are many, each takes some."""
        from joblib import Parallel, delayed

        parts = [pages[start : start + PART] for start in range(0, len(pages), PART)]
        if len(parts) < 2:
            for page in pages:
                self.write(page.path, page.template, **page.data)
            return
        write = delayed(_write_part)
        about = (self.folder, self.content, self.config, self.common)
        for written in Parallel(max_nbytes=None)(write(*about, part) for part in parts):
            self.written += written

    def write(self, path: str, template: str, **data: Any) -> None:
        """Render one page in every language: ``path`` in German, ``en/path`` in English, and so on."""
        for language, env in self.environments.items():
            depth = path.count("/")
            home = "../" * depth
            root = home if language == MAIN else home + "../"
            target = self.folder / path if language == MAIN else self.folder / language / path
            others = {
                other: f"{root}{path}" if other == MAIN else f"{root}{other}/{path}"
                for other in self.environments if other != language
            }  # fmt: skip
            page = env.get_template(template).render(
                root=root, home=home, path=path, others=others,
                pages_at="" if path.startswith("gemeinde/") else f"{home}gemeinde/",
                **self._addresses(path, language), **self.common, **data,
            )  # fmt: skip
            target.parent.mkdir(parents=True, exist_ok=True)
            page = isolated(german_spans(page), self.common.get("turning", ()))
            target.write_text(BETWEEN.sub(r"\1", page) + "\n", encoding="utf-8", newline="\n")
            self.written.append(target.relative_to(self.folder).as_posix())


def _write_part(
    folder: Path, content: Content, config: SiteConfig, common: Mapping[str, Any], part: Sequence[Page]
) -> list[str]:
    """Write some pages in a process of its own; the paths that it wrote."""
    pages = Pages(folder, content, config, common)
    for page in part:
        pages.write(page.path, page.template, **page.data)
    return pages.written
