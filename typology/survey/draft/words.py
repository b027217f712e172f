"""Words that survey tools and respondents use in exports: technical columns, missing answers, yes, no, scales."""

from __future__ import annotations

import re

# Columns that survey tools write about the interview, not about the respondent.
TECHNICAL = re.compile(
    r"id|response id|lastpage|startlanguage|seed|token|startdate|datestamp|ipaddr|refurl|interviewtime|submitdate"
    r"|group_?time\d*|question_?time\d*|.+time\d*|(?:.*_)?rts\d+|tester|lfdn|external_lfdn|dispcode|quality|duration|browser"
    r"|referer|device_type|participant_browser|participant_device|quota.*|page_history|hflip|vflip|output_mode|javascript|flash"
    r"|session_id|language|cleaned|ats|datetime|date_of_.*|date_of_last_access|date_of_first_mail|c_\d{4}|p_\d{4}|case|serial|ref"
    r"|questnnr|mode|started|lastdata|maxpage|finished|q_viewer|missing|missrel|time\d+|time_sum|time_rsi|deg_time|mailsent"
    r"|antwort[- ]id|letzte seite|start-?sprache|zufallsstartwert|zugangscode|zugangsschlüssel|datum gestartet"
    r"|datum letzte aktivität|ip-adresse|(?:weiterleitungs|verweis|referrer)-?url|gesamtzeit|(?:gruppen|fragen)zeit.*"
    r"|last page|start language|access code|date started|date last action|ip address|referrer url|total time"
    r"|startdate|enddate|recordeddate|responseid|recipient\w+|locationlatitude|locationlongitude|distributionchannel"
    r"|userlanguage|status|progress|duration \(in seconds\)|ipaddress|externalreference"
    r"|respondent id|collector id|date created|date modified|custom data \d+"
    r"|_\w+|record[_ ]id|redcap_\w+|survey (?:identifier|timestamp)|\w+_timestamp"
    r"|submissiondate|key|submitter(?:id|name)|attachments(?:present|expected)|reviewstate|deviceid|edits|formversion"
    r"|(?:meta-)?instanceid|befragten-id|collector|collector-id|startdatum|enddatum|e-mail-adresse|vorname|nachname"
    r"|benutzerdefinierte daten \d+|response status|timestamp \(mm/dd/yyyy\)|duplicate|seq\. number"
    r"|time taken to complete \(seconds\)|external reference|respondent email|country code"
    r"|gestartet am|zuletzt aktualisiert am|sprache|gerät|teilnehmer-id|eingang|eingegangen(?: am)?"
    r"|zeitstempel|timestamp|startzeit|start time|fertigstellungszeit|completion time|anonymized|year|jahr",
    flags=re.IGNORECASE,
)
# Columns that say in words whether somebody reached the end, and the words for it.
STATUS = re.compile(
    r"\w+_complete|complete\?|(?:response |bearbeitungs)?status|abgeschlossen|beendet|vollständig(?: ausgefüllt)?"
    r"|completed?|finished",
    flags=re.IGNORECASE,
)
DONE = re.compile(r"complete|completed|abgeschlossen|beendet|vollständig|ja|yes|true|wahr|2", flags=re.IGNORECASE)
COMPLETED = {
    "submitdate": "rule: not_empty",
    "datum abgeschickt": "rule: not_empty",
    "date submitted": "rule: not_empty",
    "dispcode": 'in: ["31", "32"]',
    "finished": 'in: ["1"]',
}
IDENTIFIER = re.compile(
    r"ags|ars|gemeindeschl|regionalschl|amtlich|schl(?:ü|ue)ssel|kommune|gemeinde|stadt|landkreis|body|municipal|commune|city"
    r"|country_code|cut_com",
    flags=re.IGNORECASE,
)
ATTRIBUTES = {
    "population": r"einwohner|population|^pop$",
    "area_km2": r"^area|fl(?:ä|ae)che|^km2$",
    "land_name": r"bundesland|^region$|^land$",
    "kreis_name": r"^province$|kreisname",
    "longitude": r"^lon|l(?:ä|ae)ngengrad",
    "latitude": r"^lat|breitengrad",
}
CONSENT = re.compile(
    r"einwillig|\bwillig\w* .{0,40}\bein\b"
    r"|zustimm(?!\w*\s(?:in|zu)\s(?:%|prozent))"
    r"|einverst(?:a|ä|ae)nd|\bnennung\b|ver(?:ö|oe)ffentlich|namentlich|\bd(?:ü|ue)rfen wir\b|\bdarf\b.+\bwerden\b"
    r"|genannt (?:zu )?(?:werd|wird|sein)|(?:öffentlich|nicht|wird|als \w+) genannt"
    r"|freigeben|freigabe|weitergegeben|weitergabe|kontaktiert|anonym bleiben"
    r"|consent|\bagree|permission|permit|\bmay (?:we|you)\b|publish|(?:be|being) named|named? in public"
    r"|\b(?:may|can|could)\b.{0,40}\bbe (?:\w+ly )?(?:contacted|named|listed|mentioned|passed|shared|published)",
    flags=re.IGNORECASE,
)
# Consent to taking part at all, or to the notice about it: no purpose of publication.
PARTICIPATION = re.compile(
    r"datenschutz|teilnahme|teilzunehmen|privacy|data protection|take part|participat", re.IGNORECASE
)
# A question that asks whether somebody does not want something: "yes" is a refusal there.
REFUSAL = re.compile(
    r"\bnicht\b|\bkein\w*|widersprech|widerspruch|ablehn|untersag|anonym bleiben"
    r"|\bnot\b|\bno\b|n't\b|object|refuse|decline",
    flags=re.IGNORECASE,
)
PURPOSE_WORDS = {
    "listed": re.compile(
        r"genannt|\bnennen|nennung|\bnamen?\b|namentlich|aufgef(?:ü|ue)hrt|\bnamed?\b|mention|\blist", re.IGNORECASE
    ),
    "answers": re.compile(r"antwort|profil|angaben|ergebnis|answer|response|result|profile", re.IGNORECASE),
    "partner": re.compile(r"partner|vermittel|vernetz|austausch|d-team|match|exchange", re.IGNORECASE),
    "contact": re.compile(
        r"kontakt|e-?mail|postfach|anschreiben|ansprechen|contact|mailbox|get in touch", re.IGNORECASE
    ),
}
# A column that SoSci writes beside the tick boxes of a question: how many of them were ticked.
COUNT_OF_TICKS = re.compile(
    r"ausweichoption|anzahl (?:der )?ausgew(?:ä|ae)hlt|residual option|number of selected", flags=re.IGNORECASE
)
# How many options may be chosen at most, as questions say it.
LIMIT = re.compile(
    r"\b(?:höchstens|maximal|max\.?|bis zu|nicht mehr als|up to|at most|no more than|maximum of)\s+(\w+)", re.IGNORECASE
)
NUMBERS = {str(n): n for n in range(1, 21)} | {
    "eins": 1, "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
}  # fmt: skip
GOAL = re.compile(r"\bziel|goal|priorit|objetivo", flags=re.IGNORECASE)
# The question itself, which goes before every other one that has to do with goals.
GOAL_QUESTION = re.compile(
    r"\b(?:welche[sn]?|which|what)\b.{0,80}?\b(?:ziele?n?|goals?|objectives?|priorit(?:ies|ä?e?ten))\b",
    flags=re.IGNORECASE | re.DOTALL,
)
# What people pursue is also asked for by these words, when no question says "goal".
MOTIVE = re.compile(r"\bzweck|\bgrund\b|\bgründe\b|motiv|\bwichtig|purpose|reason|important", flags=re.IGNORECASE)
# A question that takes any text.
REMARK = re.compile(
    r"bemerkung|anmerkung|kommentar|sonst noch|noch etwas (?:sagen|mitteilen|erg(?:ä|ae)nzen)|\bhinweise\b|freitext"
    r"|in eigenen worten|bitte (?:erl(?:ä|ae)utern|beschreiben|begr(?:ü|ue)nden)"
    r"|remark|comment|anything else|in your own words|please (?:explain|describe)",
    flags=re.IGNORECASE,
)
MISSING = {
    "n/a": "nicht_gefragt",
    "na": "keine_angabe",
    "nan": "keine_angabe",
    "#n/a": "keine_angabe",
    "n.a.": "keine_angabe",
    "k.a.": "keine_angabe",
    "k. a.": "keine_angabe",
    "keine angabe": "keine_angabe",
    "no answer": "keine_angabe",
    "weiß nicht": "weiss_nicht",
    "weiss nicht": "weiss_nicht",
    "don't know": "weiss_nicht",
    "don’t know": "weiss_nicht",
    "weiß ich nicht": "weiss_nicht",
    "kann ich nicht beurteilen": "weiss_nicht",
    "nicht beurteilbar": "weiss_nicht",
    "keine antwort": "keine_angabe",
    "prefer not to say": "verweigert",
    "not applicable": "nicht_gefragt",
    "ns/nc": "keine_angabe",
    "null": "keine_angabe",
    "[na] nicht beantwortet": "nicht_beantwortet",
    "{question_not_shown}": "nicht_gefragt",
    "-": "keine_angabe",
    ".": "keine_angabe",
}
# In small letters; see agrees.
YES = frozenset(
    (
        "y", "j", "ja", "yes", "sí", "si", "true", "wahr", "1", "x", "✓", "✔", "☑", "☒", "quoted", "selected",
        "checked", "+", "ausgewählt", "gewählt", "angekreuzt", "markiert", "trifft zu", "zutreffend", "applies", "on",
    )
)  # fmt: skip
NO = frozenset(
    (
        "n", "nein", "no", "false", "falsch", "0", "☐", "not quoted", "not selected", "unselected", "unchecked",
        "not checked", "nicht ausgewählt", "nicht gewählt", "nicht angekreuzt", "nicht markiert", "trifft nicht zu",
        "nicht zutreffend", "does not apply", "off",
    )
)  # fmt: skip


def agrees(text: str) -> bool | None:
    """Whether a cell says yes or no, None where it says neither.

    >>> agrees("WAHR"), agrees("Unchecked"), agrees("vielleicht")
    (True, False, None)
    """
    word = " ".join(text.split()).casefold()
    return True if word in YES else False if word in NO else None


WORDS = (("nicht", "kaum", "mäßig", "", "sehr"),)  # before a word that all answers share, from low to high
# Words at the two ends of a scale; a text with one of LOW is low whatever else it says ("trifft gar nicht sehr zu").
LOW = re.compile(
    r"\b(?:nicht|kein\w*|kaum|nie|niemals|gar|wenig|selten|never|not|no|rarely|disagree|schlecht|unwichtig|unzufrieden)\b",
    flags=re.IGNORECASE,
)
HIGH = re.compile(
    r"\b(?:sehr|immer|oft|voll|völlig|stark|hoch|always|very|often|agree|gut|wichtig|zufrieden|jeden fall)\b",
    flags=re.IGNORECASE,
)
# What SurveyMonkey writes below a question that has no options of its own.
TOOL_WORDS = frozenset({"response", "open-ended response", "antwort", "offene antwort"})
RANK = re.compile(
    r"(?:\[(?:rank |rang )?(\d+)\]"
    r"|\b(?:ziel|goal|priorit(?:ät|y)|rang|rank|platz|place|wahl|choice|nennung)\s*(?:nr\.?\s*)?(\d+))\s*$",
    flags=re.IGNORECASE,
)
# Numbered answers of which nobody says that the first is the most important.
UNRANKED = re.compile(r"\b(?:ziel|goal|wahl|choice|nennung)\s*(?:nr\.?\s*)?\d+\s*$", flags=re.IGNORECASE)
