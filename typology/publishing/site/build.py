"""The static site: search, pages, self-check and data files, built from views that passed the consent gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from typology.content.catalogue import Content
from typology.content.site import SiteConfig, load_easy_language, load_exonyms, load_glossary
from typology.errors import PublishingError
from typology.publishing.site.data import (
    SEARCH_SENTENCES,
    as_json,
    as_script,
    check_data,
    column_words,
    compact,
    compared,
    listed_data,
    texts,
    twin,
    type_styles,
    view_script,
)
from typology.publishing.site.map import CountryMap, draw_map
from typology.publishing.site.pages import ASSETS, Page, Pages, alphabetical, turning_names
from typology.publishing.site.places import places_data
from typology.publishing.site.search import (
    Former,
    land_code,
    postcode_data,
    register_data,
    register_table,
    shown_name,
)
from typology.publishing.site.shared import PARTS, SharedParts
from typology.register.official_keys import is_real, kreis_of
from typology.writing import Said, Spoken, languages

OPEN_ROWS = 30
"""Up to this many municipalities with partners in all, the lists of the Länder are not folded."""
# Pages that need nothing but the common data: path and template.
PLAIN_PAGES = ("self-check", "not-published", "glossary", "easy-language", "accessibility", "imprint", "privacy")


def build_site(
    folder: Path,
    *,
    municipality_views: Iterable[Mapping[str, Any]],
    type_views: Iterable[Mapping[str, Any]],
    overview: Mapping[str, Any],
    register_rows: pd.DataFrame,
    typology: Mapping[str, Any] | None,
    config: SiteConfig,
    content: Content,
    tables: Mapping[str, pd.DataFrame] | None = None,
    workshop: Mapping[str, Any] | None = None,
    former: Iterable[Former] = (),
    postcodes: Mapping[str, str] = MappingProxyType({}),
    register_source: Spoken | None = None,
) -> None:
    """Write the whole site into ``folder``; the same input gives the same bytes.

    Parameters
    ----------
    municipality_views, type_views : public views; only what they hold is printed.
    overview : ``survey`` (key, title, date, source, sample, n, model) and, if there, ``types`` (shares with
        ``low``/``high``), ``quality`` (label, value, note), ``method`` and ``notes`` (texts), ``team_bound``.
    register_rows : every body of the register: key, name, kind_label, kreis_name, land_name, listed;
        kind, size_class, population, area_km2, longitude, latitude and partner are used when they are there.
    typology : the frozen typology as plain data, or None: then only the orientation is offered.
    tables : public tables by file stem; the page on method and data names them and their files.
    workshop : public view of the pain points of small municipalities; without it there is no such page.
    former : old keys and names that the search shall know, as :meth:`Register.former` gives them.
    postcodes : key → postcode of the administration's seat; without any the first page says that none is searched.
    register_source : where the register comes from and of which day it is; said where its figures stand.

    Raises
    ------
    PublishingError : a listed row has no view or a view is not listed, or the register cannot be published.
    """
    municipalities = sorted(municipality_views, key=lambda view: view["key"])
    types = list(type_views)
    register = register_table(register_rows)
    _check_listed(municipalities, register)
    survey = overview["survey"]
    synthetic = bool(overview.get("synthetic") or (typology or {}).get("synthetisch"))

    n_open = config.n_unfilled
    with_partners = [view for view in municipalities if view.get("similar") or view.get("complementary")]
    has_teams = any(view.get("team") for view in municipalities)

    country = draw_map(register) if municipalities else None
    common: dict[str, Any] = {
        "survey": survey,
        "synthetic": synthetic,
        "n_open": n_open,
        "types": types,
        "typology": typology,
        "overview": overview,
        "has_partners": bool(with_partners),
        "has_teams": has_teams,
        "has_workshop": workshop is not None,
        "country": country,
        "listed_count": len(municipalities),
        "register_count": len(register),
        "has_postcodes": bool(postcodes),
        "symbols": _symbols(types, municipalities, content),
        "turning": turning_names(_every_name(municipalities, register)),
        "register_source": {code: register_source.of(code) for code in languages()} if register_source else {},
    }
    folder.mkdir(parents=True, exist_ok=True)
    _write_assets(folder, municipalities, types, register, former, typology, content)
    if postcodes:
        script = as_script("POSTCODES", postcode_data(register, postcodes))
        (folder / "assets" / "postcodes.js").write_text(script, encoding="utf-8", newline="\n")
    pages = Pages(folder, content, config, common)
    lands = _lands(register)
    pages.write("index.html", "index.html")
    pages.write("listed.html", "listed.html", groups=_by_land(municipalities))
    for view in types:
        pages.write(f"typ/{view['key']}.html", "type.html", view=view, sheet=_sheet(folder, "typ", view["key"]))
    pages.write_many(
        [
            Page(
                f"gemeinde/{view['key']}.html",
                "municipality.html",
                {"view": view, "sheet": _sheet(folder, "gemeinde", view["key"])},
            )
            for view in municipalities
        ]
    )
    pages.write("register.html", "register.html", lands=lands)
    for land in lands:
        pages.write(f"register-{land['code']}.html", "register_land.html", land=land)
    if country is not None:
        ground = {"map.svg": country.svg(), "ground.js": as_script("GROUND", country.attributes)}
        for name, text in ground.items():
            (folder / "assets" / name).write_text(text, encoding="utf-8", newline="\n")
        pages.write("map.html", "map.html", marks=_marks(municipalities, country), kinds=_kinds(types, municipalities))
    pages.write("compare.html", "compare.html")
    pages.write(
        "partners.html",
        "partners.html",
        with_partners=with_partners,
        groups=_by_land(with_partners),
        open_rows=OPEN_ROWS,
    )
    pages.write("teams.html", "teams.html", teams=_teams(municipalities), municipalities=municipalities)
    overview_sheet = _sheet(folder, "", str(overview.get("key", "")))
    package = "datapackage.json" if (folder / "datapackage.json").is_file() else ""
    files = _files_of_tables(folder, tables or {})
    sources = [
        ("goals", content.goals_source), ("fields", content.fields_source), ("sizes", content.size_classes_source),
    ]  # fmt: skip
    pages.write("method.html", "method.html", tables=files, package=package, sheet=overview_sheet, sources=sources)
    if workshop is not None:
        pages.write("pain-points.html", "pain_points.html", workshop=workshop)
    plain: dict[str, dict[str, Any]] = {
        "glossary": {"terms": load_glossary(content.folder, leanings=content.leanings is not None)},
        "easy-language": {"easy": load_easy_language(content.folder, leanings=content.leanings is not None)},
        "self-check": {"example": next((view["key"] for view in municipalities if not is_real(view["key"])), "")},
    }
    for name in PLAIN_PAGES:
        pages.write(f"{name}.html", f"{name.replace('-', '_')}.html", **plain.get(name, {}))
    pages.write_sitemap()


def _every_name(municipalities: list[Mapping[str, Any]], register: pd.DataFrame) -> set[str]:
    """The names of all bodies as pages print them: whole, short, and as lists name them."""
    names = {str(name) for column in ("name", "kreis_name") for name in register[column]}
    listed = {str(view.get(name) or "") for view in municipalities for name in ("name", "name_listed")}
    return names | listed | {shown_name(name) for name in names} | {name.rpartition(", ")[0] for name in names}


def _check_listed(municipalities: list[Mapping[str, Any]], register: pd.DataFrame) -> None:
    """Pages exist for exactly those register rows that are listed."""
    shown = [view["key"] for view in municipalities]
    listed = set(register.loc[register["listed"], "key"])
    if len(shown) != len(set(shown)):
        raise PublishingError(Said("publishing.two_pages"))
    extra, missing = sorted(set(shown) - listed), sorted(listed - set(shown))
    if extra:
        raise PublishingError(Said("publishing.page_not_released", names=", ".join(extra[:5])))
    if missing:
        raise PublishingError(Said("publishing.page_missing", names=", ".join(missing[:5])))
    private = [view["key"] for view in municipalities if view.get("audience") != "public"]
    if private:
        raise PublishingError(Said("publishing.views_not_public", names=", ".join(private[:5])))


def _write_assets(
    folder: Path,
    municipalities: list[Mapping[str, Any]],
    types: list[Mapping[str, Any]],
    register: pd.DataFrame,
    former: Iterable[Former],
    typology: Mapping[str, Any] | None,
    content: Content,
) -> None:
    assets = folder / "assets"
    assets.mkdir(exist_ok=True)
    for source in sorted((ASSETS / "static").iterdir()):
        (assets / source.name).write_text(compact(source.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    saved = {
        code: {kind: content.say(key, code) for kind, key in (("csv", "site_table_csv"), ("svg", "site_figure_svg"))}
        for code in languages()
    }
    files = {
        "tables.js": as_script("SAVED", saved) + (assets / "tables.js").read_text(encoding="utf-8"),
        "types.css": type_styles([*types, *((typology or {}).get("types") or [])]) + column_words(content),
        "register.js": as_script("REGISTER", register_data(register, former, load_exonyms(content.folder))),
        "places.js": as_script("PLACES", places_data(register)),
        "check.js": as_script("CHECK", check_data(types, typology, content, municipalities)),
        "listed.js": as_script("LISTED", listed_data(municipalities, register)),
        "typology.js": as_script("TYPOLOGY", typology),
    }
    files |= {f"texts-{language}.js": as_script("TEXTS", texts(content, language)) for language in languages()}
    for language in languages():
        files[f"texts-search-{language}.js"] = as_script("TEXTS", texts(content, language, SEARCH_SENTENCES))
    for name, text in files.items():
        (assets / name).write_text(text, encoding="utf-8", newline="\n")
    _write_views(folder, municipalities)


def _write_views(folder: Path, municipalities: list[Mapping[str, Any]]) -> None:
    """Each municipality as data: its whole view, and what the comparison shows of it; what many share stands once."""
    (folder / "gemeinde").mkdir(exist_ok=True)
    views, shown = (
        SharedParts([twin(view) for view in municipalities]),
        SharedParts([compared(view) for view in municipalities]),
    )
    files = {"assets/parts.json": as_json(views.parts) + "\n", "assets/parts.js": as_script("PARTS", shown.parts)}
    for view, data, part in zip(municipalities, views.views, shown.views, strict=True):
        name = f"gemeinde/{view['key']}"
        files[f"{name}.json"] = as_json({**data, PARTS: "../assets/parts.json"}) + "\n"
        files[f"{name}.js"] = view_script(view["key"], part)
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8", newline="\n")


def _lands(register: pd.DataFrame) -> list[dict[str, Any]]:
    """The register as Länder with Kreise with bodies, in the order of the keys."""
    found: dict[str, dict[str, list[dict[Any, Any]]]] = {}
    bodies = register.to_dict("records")
    for body in sorted(bodies, key=lambda body: (len(body["key"]), alphabetical(body["name"]), body["key"])):
        code = land_code(body["key"])
        kreis = kreis_of(body["key"]) if code != "00" else body["kreis_name"]
        found.setdefault(code, {}).setdefault(kreis, []).append(body)
    lands = []
    for code, kreise in sorted(found.items()):
        own = [body for rows in kreise.values() for body in rows]
        lands.append(
            {
                "code": code,
                "name": _most_frequent(body["land_name"] for body in own),
                "kreise": [
                    {
                        "key": kreis,
                        "name": _most_frequent(body["kreis_name"] for body in rows if body["kreis_name"])
                        or rows[0]["name"],
                        "bodies": rows,
                    }
                    for kreis, rows in sorted(kreise.items())
                ],
                "n": len(own),
                "n_listed": sum(body["listed"] for body in own),
            }
        )
    return lands


def _most_frequent(names: Iterable[str]) -> str:
    """What is stated most often, of several the first in order; "" for no names."""
    often = Counter(names)
    return min(often, key=lambda name: (-often[name], name), default="")


def _by_land(municipalities: list[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for view in sorted(municipalities, key=lambda view: (alphabetical(view["name"]), view["key"])):
        groups.setdefault(view["land_name"], []).append(view)
    return sorted(groups.items(), key=lambda group: alphabetical(group[0]))


def _marks(municipalities: list[Mapping[str, Any]], country: CountryMap) -> list[dict[str, Any]]:
    """Every listed municipality with its type and its place on the map."""
    return [
        {"view": view, "kind": (view.get("type") or {}).get("key", "none"), "at": country.at(view["key"])}
        for view in municipalities
    ]


def _kinds(types: list[Mapping[str, Any]], municipalities: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The marks of all types that a listed municipality may have, in neutral order."""
    found = {view["key"]: view for view in types}
    for view in municipalities:
        if view.get("type"):
            found.setdefault(view["type"]["key"], view["type"])
    return list(found.values())


def _symbols(types: list[Mapping[str, Any]], municipalities: list[Mapping[str, Any]], content: Content) -> list[str]:
    """The shapes of all types that a page may show; the ring stands for no type."""
    partners = (row for view in municipalities for name in ("similar", "complementary") for row in view.get(name) or [])
    marks = [*types, *(row["type"] for row in (*municipalities, *partners) if row.get("type"))]
    return ["ring", *dict.fromkeys([*(item.symbol for item in content.types), *(mark["symbol"] for mark in marks)])]


def _teams(municipalities: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every team that a public view names, once."""
    teams = {view["team"]["name"]: view["team"] for view in municipalities if view.get("team")}
    return [teams[name] for name in sorted(teams)]


def _sheet(folder: Path, kind: str, key: str) -> str:
    """The path of the sheet inside the public folder if it was made before the site, else ''; no kind: the overview."""
    path = f"sheets/{kind}/{key}.pdf" if kind else f"sheets/{key}.pdf"
    return path if (folder / path).is_file() else ""


def _files_of_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Name and number of rows of every public table, and its file where it lies beside the site."""
    files = {name: f"tables/{name}.csv" for name in tables}
    return [
        {"name": name, "n": len(table), "file": files[name] if (folder / files[name]).is_file() else ""}
        for name, table in tables.items()
    ]
