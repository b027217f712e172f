"""Notebooks run in the process of the tests instead of a kernel each, whose start takes longer than most notebooks."""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import os
from collections.abc import Mapping
from typing import Any
from unittest import mock

import matplotlib.pyplot as plt
import pytest

from typology.writing import set_language


class Here:
    """What :class:`nbclient.NotebookClient` does with a notebook: every code cell gets its outputs."""

    def __init__(self, notebook: Any, *, timeout: float, resources: Any) -> None:
        self.notebook, self.folder = notebook, resources["metadata"]["path"]

    def execute(self, env: Mapping[str, str]) -> None:
        shown: list[Any] = []
        names = {"display": shown.append}
        try:
            with mock.patch.dict(os.environ, env, clear=True), contextlib.chdir(self.folder):
                for cell in self.notebook.cells:
                    if cell.cell_type == "code":
                        shown.clear()
                        cell.outputs = outputs_of(cell.source, names, shown)
        finally:
            plt.close("all")
            set_language(None)  # a notebook chooses its own


def outputs_of(source: str, names: dict[str, Any], shown: list[Any]) -> list[Any]:
    """What a cell prints, displays, has as its last value, and draws."""
    from nbformat.v4 import new_output

    tree, said = ast.parse(source), io.StringIO()
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(said):
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    outputs = [new_output("stream", name="stdout", text=said.getvalue())] if said.getvalue() else []
    for value in shown:
        if value is not None:
            html = getattr(value, "_repr_html_", lambda: None)()
            data = {"text/plain": repr(value)} | ({"text/html": html} if html else {})
            outputs.append(new_output("display_data", data=data))
    for number in plt.get_fignums():
        picture = io.BytesIO()
        plt.figure(number).savefig(picture, format="png", dpi=30)
        outputs.append(new_output("display_data", data={"image/png": base64.b64encode(picture.getvalue()).decode()}))
    plt.close("all")
    return outputs


@pytest.fixture
def no_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks of this test run here; others run in kernels, as they are."""
    monkeypatch.setattr("nbclient.NotebookClient", Here)
