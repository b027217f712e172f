"""Notebooks as pages: run every notebook, then write it as one HTML page without any external request."""

from __future__ import annotations

import html
import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typology.content.reading import Language
from typology.errors import StudyError
from typology.writing import Said, program_language

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = Path(__file__).parent
#: Where the notebooks of a language lie in the project, and their pages in the folder of a study.
PLACES: dict[Language, Path] = {"de": Path("notebooks"), "en": Path("notebooks", "en")}
PACKAGES = ("jupytext", "nbclient", "nbconvert", "ipykernel")


def notebook_language(language: Language | None = None) -> Language:
    """The language asked for, else that of the program; English, as everywhere, where nobody wrote notebooks in it."""
    wanted = language or program_language()
    return wanted if wanted in PLACES else "en"


def publish_notebooks(
    folder: Path, target: Path, *, survey: str, data: Path, language: Language | None = None
) -> list[Path]:
    """Run every ``.py`` notebook of ``folder`` and write ``target/<name>.html``.

    ``language``: in which they are written, as their pages state; without one that of :func:`notebook_language`.

    The notebooks find the survey in ``TYPOLOGY_SURVEY`` (the name of a folder in ``raw/`` of the data folder, or an
    absolute path) and the data folder, whose ``processed/`` holds the study, in ``TYPOLOGY_DATA``. One that cannot go
    on, as the study lacks what it is about, ends with ``raise SystemExit(sentence)``, and its page with the sentence.

    Raises
    ------
    StudyError : there is no notebook, a package that runs them is missing, or one of them fails; the message names
        the packages, or the notebook and its error.
    """
    sources = sorted(folder.glob("[0-9]*.py"))
    if not sources:
        raise StudyError(Said("study.no_notebooks", folder=folder.name))
    lacking = [package for package in PACKAGES if find_spec(package) is None]
    if lacking:
        raise StudyError(Said("study.notebooks_need", packages=" ".join(lacking)))
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for source in sources:
        path = target / f"{source.stem}.html"
        page = notebook_page(source, survey=survey, data=data, language=language)
        path.write_text(page, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def run_notebook(source: Path, *, survey: str, data: Path) -> NotebookNode:
    """The executed notebook, up to the cell that ended it with a sentence, if one did.

    Raises
    ------
    StudyError : a cell fails.
    """
    import jupytext
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook: NotebookNode = jupytext.read(source)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    settings = os.environ | {"TYPOLOGY_SURVEY": survey, "TYPOLOGY_DATA": str(data.resolve())}
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(source.parent)}})
    try:
        client.execute(env=settings)
    except CellExecutionError as error:
        if error.ename == "SystemExit":
            return _ended(notebook, error.evalue)
        message = Said("study.notebook_breaks_off", name=source.name, kind=error.ename, error=error.evalue)
        raise StudyError(message) from None
    return notebook


def _ended(notebook: NotebookNode, sentence: str) -> NotebookNode:
    """The cells up to the one that asked for the end, which says ``sentence`` instead of the error that it is."""
    from nbformat.v4 import new_output

    last = next(
        place
        for place, cell in enumerate(notebook.cells)
        if any(output["output_type"] == "error" for output in cell.get("outputs", []))
    )
    shown = [
        output
        for output in notebook.cells[last]["outputs"]
        if output["output_type"] != "error" and output.get("name") != "stderr"
    ]
    output: Any = new_output  # it is not typed
    notebook.cells[last]["outputs"] = [*shown, output("stream", name="stdout", text=f"{sentence}\n")]
    notebook.cells = notebook.cells[: last + 1]
    return notebook


def notebook_page(source: Path, *, survey: str, data: Path, language: Language | None = None) -> str:
    """One executed notebook as a page of its own, in the language of its prose."""
    import base64
    import hashlib

    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter

    notebook = run_notebook(source, survey=survey, data=data)
    exporter: Any = HTMLExporter  # its constructor is not typed
    body, _ = exporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True).from_notebook_node(
        notebook
    )
    body = re.sub(r"<(script|style)\b.*?</\1>|<link\b[^>]*>|<a class=\"anchor-link\".*?</a>", "", body, flags=re.S)
    body = _described_images(body, notebook)
    style = (FOLDER / "notebook.css").read_text(encoding="utf-8")
    style += HtmlFormatter(style="default").get_style_defs(".highlight")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), source.stem)
    title = first.lstrip("# ").splitlines()[0]
    templates = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    page = templates.get_template("notebook.html")
    return page.render(language=notebook_language(language), title=title, hash=digest, style=style, body=body)


def _described_images(body: str, notebook: NotebookNode) -> str:
    """Give every picture the text that its cell declares as ``alt`` in its metadata."""
    texts = [
        str(cell.metadata.get("alt", ""))
        for cell in notebook.cells if cell.cell_type == "code"
        for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ]  # fmt: skip
    remaining = iter(texts)

    def describe(match: re.Match[str]) -> str:
        tag = re.sub(r'\salt="[^"]*"', "", match.group(0))
        return tag.replace("<img", f'<img alt="{html.escape(next(remaining, ""), quote=True)}"', 1)

    return re.sub(r"<img\b[^>]*>", describe, body)
