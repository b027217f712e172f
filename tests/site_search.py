"""Runs the search of the site outside a browser, on a register of any size."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from typology.publishing.site.data import as_script
from typology.publishing.site.pages import ASSETS
from typology.publishing.site.search import register_data, register_table
from typology.register.register import Register

ASK = """
const fs = require("fs"), vm = require("vm");
const window = {};
vm.runInNewContext(fs.readFileSync(process.argv[1], "utf8"), { window });
vm.runInNewContext(fs.readFileSync(process.argv[2], "utf8"), { window, Set, Map });
window.Register.load();
const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const answers = asked.map(text => [window.Register.fold(text), window.Register.search(text).entries.map(e => e.key)]);
process.stdout.write(JSON.stringify(answers));
"""


def ask_site(register: Register, texts: Sequence[str], folder: Path) -> list[tuple[str, list[str]]]:
    """Of each text how the site folds it, and the keys of the bodies that it offers, best first."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; the search of the site runs in the tests of the browser only")
    rows = register.bodies.reset_index().assign(listed=False)
    data: dict[str, Any] = register_data(register_table(rows), register.former())
    (folder / "register.js").write_text(as_script("REGISTER", data), encoding="utf-8")
    script = ASSETS / "static" / "search.js"
    done = subprocess.run(
        [node, "-e", ASK, str(folder / "register.js"), str(script)],
        input=json.dumps(list(texts)),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(fold, keys) for fold, keys in json.loads(done.stdout)]
