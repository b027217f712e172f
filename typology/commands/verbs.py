"""The command line: one verb, one job. Libraries are loaded by the verb that needs them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from typology.commands.frame import write_what_fits

# Verb → module that holds it as ``command``-decorated function of the same name; order of a user's work.
VERBS = {
    "run": "study",
    "check": "survey",
    "codebook": "survey",
    "fit": "study",
    "assign": "study",
    "show": "show",
    "peers": "show",
    "teams": "show",
    "compare": "compare",
    "orientation": "compare",
    "agenda": "action",
    "cooperation": "action",
    "competences": "action",
    "trainings": "action",
    "sheet": "publish",
    "site": "publish",
    "export": "publish",
    "serve": "publish",
    "notebooks": "publish",
    "verify": "study",
    "forget": "study",
    "simulate": "survey",
}
SUMMARY = {
    "run": "Ganze Studie: von der Befragung zu Typen, Steckbriefen und Site.",
    "check": "Befragung prüfen: alle Befunde auf einmal.",
    "codebook": "Codebuch-Entwurf aus einer Exportdatei.",
    "fit": "Nur schätzen: Typologie-Datei aus einer Befragung.",
    "assign": "Antworten einer vorhandenen Typologie zuordnen.",
    "show": "Eine Kommune nachschlagen.",
    "peers": "Lernpartner einer Kommune.",
    "teams": "D-Teams der Studie.",
    "compare": "Zwei Wellen vergleichen: wer den Typ wechselt, und warum.",
    "orientation": "Orientierung ohne Modell nach den Kennzielen der Typen.",
    "agenda": "Digitale Agenda einer Kommune als Entwurf.",
    "cooperation": "Kooperationsgruppen je Schmerzpunkt.",
    "competences": "Digitale Kompetenzen: Vorlage und Prüfung.",
    "trainings": "Weiterbildungen und gemeinsame Kurse.",
    "sheet": "Steckbriefe als PDF.",
    "site": "Site neu bauen.",
    "export": "Arbeitsmappe (XLSX) und Tabellen.",
    "serve": "Site auf diesem Rechner zeigen.",
    "notebooks": "Notebooks ausführen und als Seiten ablegen.",
    "verify": "Gütezahlen aus den Tabellen nachrechnen.",
    "forget": "Eine Kommune aus Antworten und Ergebnissen entfernen.",
    "simulate": "Übungsbefragung mit erfundenen Kommunen erzeugen.",
}


class Verbs(click.Group):
    """Commands that are imported when they are called; the list of them needs no import."""

    def main(self, *args: Any, **options: Any) -> Any:
        write_what_fits()
        return super().main(*args, **options)

    def list_commands(self, context: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        command: click.Command = getattr(import_module(f"typology.commands.{VERBS[name]}"), name)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Befehle"):
            formatter.write_dl([(name, SUMMARY[name]) for name in VERBS])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="typology", prog_name="typology")
def main() -> None:
    """Vier Typen der digitalen Kommune: von der Befragung zu Typen, Steckbriefen und Lernpartnern.

    \b
    Beispiel:
      typology run demo
      typology show demo "Name oder Schlüssel"
    """


if __name__ == "__main__":
    main()
