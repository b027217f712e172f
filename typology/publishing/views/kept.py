"""Views of municipalities that sheets, agendas and pages ask for one after the other: each is made once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from typology.publishing.views.maker import ViewMaker


class KeptViews(ViewMaker):
    """A maker that keeps every view that it made; whoever gets one reads it and changes nothing in it."""

    @cached_property
    def _kept(self) -> dict[str, dict[str, Any]]:
        return {}

    def municipality(self, key: str) -> dict[str, Any]:
        """As :meth:`ViewMaker.municipality`."""
        if key not in self._kept:
            self._kept[key] = super().municipality(key)
        return self._kept[key]

    def draft(self, key: str) -> dict[str, Any]:
        """As :meth:`ViewMaker.draft`: the view, which holds these parts and is asked for anyway."""
        return self.municipality(key)
