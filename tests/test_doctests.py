"""Every example in the package runs and prints what it says; examples of public names share one small study."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import typology

PACKAGE = Path(typology.__file__).parent
WITH_EXAMPLES = [
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.fixture(autouse=True)
def no_open_figures():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run(name, tiny):
    names = {"typology": typology, "np": np, "pd": pd, "folder": str(tiny.folder), "target": str(tiny.target)}
    names |= {"survey": tiny.survey, "study": tiny.study}
    module = import_module(name)
    found = [test for test in doctest.DocTestFinder().find(module, extraglobs=names) if test.examples]
    assert found, "examples that doctest does not see"
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    for test in found:
        runner.run(test, out=said.append)
    assert not said, "".join(said)


def test_examples_are_found_in_many_modules():
    assert len(WITH_EXAMPLES) > 30


def test_a_false_example_would_be_seen():
    said: list[str] = []
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    doctest.DocTestRunner(optionflags=OPTIONS).run(wrong, out=said.append)
    assert said
