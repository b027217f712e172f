"""What MkDocs does with pages under ``de/``: their language is German, for readers and for screen readers."""

from __future__ import annotations

from typing import Any


def on_page_context(context: Any, *, page: Any, config: Any, nav: Any) -> Any:
    """The theme's own words and the ``lang`` of the page follow the folder that the page lies in."""
    config.theme["language"] = "de" if page.file.src_uri.startswith("de/") else "en"
    return context
