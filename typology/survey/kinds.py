"""The words for the kinds and severities of findings, as a report prints them."""

from __future__ import annotations

from typology.errors import Severity

SEVERITIES = {
    Severity.ERROR: "survey.severity_error",
    Severity.WARNING: "survey.severity_warning",
    Severity.NOTE: "survey.severity_note",
}
#: Kind of finding → the word for it; one that is not here is printed as it is.
KINDS = {
    "anfuehrungszeichen": "survey.kind_quotes",
    "datei": "survey.kind_file",
    "einwilligung": "survey.kind_consent",
    "inhalt": "survey.kind_content",
    "koerperschaft": "survey.kind_body",
    "leerer_block": "survey.kind_empty_block",
    "mehrfach": "survey.kind_several_answers",
    "name": "survey.kind_name",
    "offen": "survey.kind_open",
    "offen_website": "survey.kind_open_of_site",
    "over_limit": "survey.kind_over_limit",
    "personenbezug": "survey.kind_personal",
    "postfach": "survey.kind_mailbox",
    "rang": "survey.kind_rank",
    "register": "survey.kind_register",
    "register_ausgelassen": "survey.kind_register",
    "reihenfolge": "survey.kind_order",
    "schluessel": "survey.kind_key",
    "schluessel_ars": "survey.kind_key_mended",
    "schluessel_float": "survey.kind_key_mended",
    "schluessel_kreisfrei": "survey.kind_key_mended",
    "schluessel_kreis": "survey.kind_key_mended",
    "schluessel_label": "survey.kind_key_mended",
    "schluessel_leading_zero": "survey.kind_key_mended",
    "schluessel_schreibweise": "survey.kind_key_mended",
    "schluessel_successor": "survey.kind_key_mended",
    "spalte": "survey.kind_column",
    "tabellenblatt": "survey.kind_sheet",
    "testzeile": "survey.kind_test_row",
    "ticks_everything": "survey.kind_ticks_everything",
    "ueberschrift": "survey.kind_heading",
    "verborgen": "survey.kind_hidden",
    "verschoben": "survey.kind_shifted",
    "wert": "survey.kind_value",
    "zahl": "survey.kind_number",
    "zeichensatz": "survey.kind_encoding",
    "zeilen": "survey.kind_rows",
    "zeilenlaenge": "survey.kind_row_length",
    "ziel": "survey.kind_goal",
}
