"""Which number of the public tables a printed one is: by page, table, row and column, in sentences by their words.

A printed number without a meaning is a stray one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from printed_numbers import NUMBER, Between, Cell, Page, clean, numbers
from printed_sentences import SENTENCES, numeric, patterns
from printed_tables import Figure, Meaning, Published, Reading

from typology.content.catalogue import Content
from typology.content.instruments import load_instruments
from typology.publishing.views.values import names_elsewhere, names_in_lists

ALL, NONE = "alle", "nicht_zuzuordnen"
BANDS = ("unter_25000", "ab_25000", "kreise")


class Meanings:
    """Reads pages, sheets and data files of a study in the words of its content.

    Parameters
    ----------
    published : the public tables.
    texts : further fixed texts with numbers: titles, names, dates.
    """

    def __init__(self, published: Published, content: Content, texts: Iterable[str] = ()) -> None:
        self.published, self.content = published, content
        tables = published.tables
        self.types = [str(key) for key in tables.types["type"] if key not in (ALL, NONE)]
        self.kind = tables.assignments["type"].to_dict()
        rows = tables.municipalities.to_dict("index")
        named = names_in_lists(rows)
        called = [*named.items(), *((key, said["en"]) for key, said in names_elsewhere(named, rows, content).items())]
        self.bodies = {clean(name): key for key, name in sorted(called, key=lambda item: -len(item[1]))}
        self.reading = Reading()
        self.labels = {lang: self._labels(lang) for lang in ("de", "en")}
        self.fixed = sorted({clean(text) for text in texts if re.search(r"\d", text)}, key=len, reverse=True)
        self.whole = set(self.fixed)
        self.patterns = {lang: list(patterns(content, lang)) for lang in ("de", "en")}

    def _labels(self, lang: Any) -> dict[str, dict[str, str]]:
        content, tables = self.content, self.published.tables

        def named(kind: str, keys: Iterable[str]) -> dict[str, str]:
            both = [(key, content.label(kind, key, lang, short=short)) for key in keys for short in (False, True)]
            return {clean(label): key for key, label in both}

        quality = tables.quality["label" if lang == "de" else "label_en"]
        found = {
            "goal": named("goal", [goal.key for goal in content.goals]),
            "field": named("field", tables.stand.columns),
            "type": named("type", self.types)
            | {content.say("action_all", lang): ALL, content.say("action_no_type", lang): NONE},
            "size": {clean(content.label("size_class", key, lang)): key for key in ("GK6", "GK7")},
            "pain": named("pain_point", tables.pain_points.columns),
            "band": {content.say(f"view_band_{band}", lang): band for band in BANDS},
            "instrument": {
                clean(item.label.of(lang)): item.key for item in load_instruments(content.folder).instruments
            },
            "quality": {clean(label): name for label, name in zip(quality, tables.quality["name"], strict=True)},
        }
        methods = tables.methods.get("method", [])
        found["method"] = {content.say(f"method_{kind}{key}", lang): key for key in methods for kind in ("", "short_")}
        return found

    # -- noting --------------------------------------------------------------------------------------------------

    def note(self, where: str, shown: list[Between | None], meanings: list[Meaning], text: str) -> None:
        if len(shown) != len(meanings):
            self.reading.strays.append((where, text))
            return
        self.reading.figures += [Figure(what, value, where) for what, value in zip(meanings, shown, strict=True)]

    def loose(self, where: str, value: float, half: float, meaning: Meaning) -> None:
        """Note a plain number that was rounded to within ``half``."""
        self.note(where, [Between(value - half, value + half)], [meaning], str(value))

    def stray(self, where: str, text: str) -> None:
        self.reading.strays.append((where, text))

    def key_of(self, kind: str, label: str, lang: str) -> str | None:
        """The key of a printed name; the letter of a type may stand before it."""
        known = self.labels[lang][kind]
        return known.get(label) or known.get(re.sub(r"^[A-Z] ", "", label))

    # -- pages ---------------------------------------------------------------------------------------------------

    def page(self, page: Page, kind: str = "", key: str = "", meant: Any = None) -> None:
        """Note everything on one page.

        Parameters
        ----------
        kind : type, municipality, or another page without a ``key``.
        meant : what the cells of its tables mean, as :meth:`meaning`; by default those of the site.
        """
        self.now, self.key = page, key
        for cell in page.cells:
            self._cell(cell, kind, meant or self.meaning)
        for group, term, text in page.facts:
            self._fact(group, term, text, kind)
        for text in page.sentences:
            self.sentence(text, page.language, page.where)

    def _cell(self, cell: Cell, kind: str, meant: Any) -> None:
        lang, where = self.now.language, f"{self.now.where} | {cell.table} | {cell.row} | {cell.column}"
        if cell.place[1] == 0 or cell.column == "":
            self.sentence(cell.text, lang, where)
            self._marks(cell, kind, where)
            return
        meanings = meant(cell, kind, lang)
        if meanings is None:
            self.sentence(cell.text, lang, where)
            return
        parts: list[Between | None] = list(numbers(cell.text, lang))
        if len(parts) < len(meanings):  # gaps stand as a dash, alone or beside a number
            pieces = re.split(r" \| ", cell.text)
            parts = (
                [(numbers(piece, lang) or [None])[0] for piece in pieces]
                if len(pieces) == len(meanings) else parts or [None] * len(meanings)
            )  # fmt: skip
        self.note(where, parts, meanings, cell.text)

    def _marks(self, cell: Cell, kind: str, where: str) -> None:
        """Drawn figures: their place on the scale, read back to within a tenth of a percent."""
        if not cell.marks:
            return
        lang, table = self.now.language, cell.table
        bar = "fill" in cell.marks or "interval" in cell.marks
        rating = table == "fields"

        def read(value: float) -> Between:
            low, high = ((value + sign * 0.0501) / 100 for sign in (-1, 1))
            return Between(1 + 4 * low, 1 + 4 * high) if rating else Between(low, high)

        names = {"all": "site_all", "own": "site_own", "type": "type"}
        for mark, values in cell.marks.items():
            if bar:
                heading = {
                    "fill": {"shares": "site_share", "": "site_probability"}.get(table, "view_pain_aktuell"),
                    "interval": "site_interval",
                }[mark]
                if table not in ("shares", *self.published.tables.pain_points.columns) and mark == "fill":
                    heading = "site_probability"
            else:
                heading = names[mark]
            column = self._own_type(kind, lang) if heading == "type" else self.content.say(heading, lang)
            meanings = self.meaning(Cell(table, cell.row, column, ""), kind, lang)
            self.note(where, [read(value) for value in values[: len(meanings or [])]], meanings or [], str(cell.marks))

    def _own_type(self, kind: str, lang: Any) -> str:
        key = self.key if kind == "type" else self.kind.get(self.key, "")
        return self.content.label("type", key, lang, short=True) if key else self.content.say("site_type", lang)

    def meaning(self, cell: Cell, kind: str, lang: Any) -> list[Meaning] | None:
        """What the numbers of a cell of a site page are, in their order; None for cells without figures."""
        say, table, own = self.content.say, cell.table, self.key if kind == "type" else self.kind.get(self.key, "")
        measures = {
            "goals": ("goal", "goal"),
            "fields": ("stand", "field"),
            "instruments": ("instrument", "instrument"),
        }
        if table in measures:
            measure, named = measures[table]
            item = self.key_of(named, cell.row, lang)
            if cell.column == say("site_own", lang) and measure == "stand":
                return [("stand", self.key, item)]
            if cell.column == say("site_own_size", lang):
                return [("own size", self.key, measure, item, "estimate")]
            group = ALL if cell.column in (say("site_all", lang), say("sheet_all", lang)) else None
            group = group or self.key_of("type", cell.column, lang)
            if cell.column == say("site_interval", lang):
                return [self.profile(measure, own, item, part) for part in ("low", "high")]
            if group is None and cell.column == say("site_type", lang):
                return [("nothing",)]
            return None if group is None or item is None else [self.profile(measure, group, item, "estimate")]
        if table == "sizes":
            return [("type_sizes", self.key, self.key_of("band", cell.row, lang), "n")]
        if table == "shares":
            row = self.key_of("type", cell.row, lang)
            names = {say("site_share", lang): ["share"], say("site_interval", lang): ["low", "high"]}
            return [("types", row, part) for part in names[cell.column]]
        if table == "quality" and cell.column == say("site_value", lang):
            return [("quality", self.key_of("quality", cell.row, lang), "value")]
        if table == "methods":
            column = "stability" if cell.column == say("site_methods_stability", lang) else None
            row = self.key_of("method", cell.row, lang)
            return [("method", row, column or self.key_of("method", cell.column, lang))]
        if table == "sure" and cell.column == say("site_probability", lang):
            return [("assignments", self.key, f"p_{self.key_of('type', cell.row, lang)}")]
        if table in self.published.tables.pain_points.columns and kind == "workshop":
            return self._pain(cell, lang)
        if table == "places" and cell.column == say("site_population", lang):
            return [("municipalities", self._body(cell.row), "population")]
        if table.startswith(say("site_partners_lists", lang)):
            name = {say("site_similar", lang): "similar", say("site_complementary", lang): "complementary"}[cell.column]
            rows, key = self.published.tables.get(name), self._body(cell.row)
            partners = rows.loc[(rows["key"] == key) & rows["distance_km"].notna(), "partner"]
            return [(name, key, partner, "distance_km") for partner in partners] or None
        return None

    def _body(self, row: str) -> str:
        """The municipality whose name a row begins with; its type may stand behind it."""
        return next(key for name, key in self.bodies.items() if row.startswith(name))

    def _pain(self, cell: Cell, lang: Any) -> list[Meaning]:
        say = self.content.say
        size = self.key_of("size", cell.row, lang)
        group = size or self.key_of("type", cell.row, lang)
        grouping = "groessenklasse" if size else ALL if group == ALL else "typ"
        state = {say("view_pain_geloest", lang): "geloest"}.get(cell.column, "aktuell")
        parts = {say("site_interval", lang): ["low", "high"], "n": ["n"]}.get(cell.column, ["estimate"])
        return [("pain", grouping, group, cell.table, state, part) for part in parts]

    def profile(self, measure: str, kind: str, item: str | None, part: str) -> Meaning:
        if not kind:
            return ("nothing",)
        return ("instrument", kind, item, part) if measure == "instrument" else ("profile", measure, kind, item, part)

    def _fact(self, group: str, term: str, text: str, kind: str) -> None:
        lang, where, say = self.now.language, f"{self.now.where} | {term}", self.content.say
        facts: dict[str, Meaning] = {say("site_share", lang): ("types", self.key, "share"), "n": ("n",)}
        if kind == "municipality" and group == "facts":
            facts = {
                say("site_population", lang): ("municipalities", self.key, "population"),
                say("site_area", lang): ("municipalities", self.key, "area_km2"),
            }
        elif kind == "type" and group == "facts":
            facts["n"] = ("types", self.key, "n")
        if term in facts:
            # a unit such as km² is no figure
            self.note(where, list(numbers(re.split(r"\skm", text)[0], lang)) or [None], [facts[term]], text)
        else:
            self.sentence(text, lang, where)

    # -- sentences -----------------------------------------------------------------------------------------------

    def sentence(self, text: str, lang: str, where: str) -> None:
        """Note the figures of a sentence; what is neither a figure nor a fixed text is stray."""
        rest = clean(text)
        if not re.search(r"\d", rest) or rest in self.whole:
            return
        for name, pattern, words in self.patterns[lang]:
            found = pattern.search(rest)
            while found:
                self._say(name, found, words, lang, where)
                kept = " ".join(found.group(word) for word in words if not numeric(name, word))
                rest = f"{rest[: found.start()]} {kept} {rest[found.end() :]}"
                found = pattern.search(rest)
        for fixed in self.fixed:
            rest = rest.replace(fixed, " ")
        if NUMBER[lang].search(rest) and not self._counted(clean(text), lang, where):
            self.stray(where, text)

    def _counted(self, text: str, lang: str, where: str) -> bool:
        """The heading of a list in the register or among the listed: a name and how many stand below it."""
        found = re.fullmatch(r"(.+) (\d[\d.,]*)", text)
        of = {"listed.html": "land_name"}.get(self.now.where, "kreis_name")
        if not found or not re.match(r"listed|register-", self.now.where):
            return False
        bodies = self.published.bodies
        if of == "land_name":
            bodies = bodies[bodies.index.isin(self.published.tables.municipalities.index)]
        mine = bodies[(bodies[of] == found[1]) | ((of == "kreis_name") & (bodies["name"] == found[1]))]
        self.note(where, list(numbers(found[2], lang)), [("one of", (float(len(mine)),))], text)
        return True

    def _say(self, name: str, found: re.Match[str], words: list[str], lang: str, where: str) -> None:
        groups = {word: found.group(word) for word in words}
        for word in words:
            if not numeric(name, word):
                continue
            meaning = SENTENCES[name][word](self, groups, lang)
            text = groups[word]
            if meaning[0] == "range":
                shown = list(numbers(text, lang)) or [None, None]
                shown = shown * 2 if len(shown) == 1 else shown
                ends = [("extreme", *meaning[1:], end) for end in ("low", "high")] if meaning[2] else [("nothing",)] * 2
                self.note(where, shown, ends, found.group())
            else:
                self.note(where, list(numbers(text, lang)) or [None], [meaning], found.group())
