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
    r"|zeitstempel|timestamp|startzeit|start time|fertigstellungszeit|completion time|anonymized|year|jahr",
    flags=re.IGNORECASE,
)
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
    r"|zustimm|einverstanden|ver(?:ö|oe)ffentlich|namentlich|\bd(?:ü|ue)rfen wir\b|\bdarf\b.+\bwerden\b"
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
    "contact": re.compile(r"kontakt|e-?mail|anschreiben|ansprechen|contact|get in touch", re.IGNORECASE),
}
# A column that SoSci writes beside the tick boxes of a question: how many of them were ticked.
COUNT_OF_TICKS = re.compile(
    r"ausweichoption|anzahl (?:der )?ausgew(?:ä|ae)hlt|residual option|number of selected", flags=re.IGNORECASE
)
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
        "checked", "ausgewählt", "gewählt", "angekreuzt", "markiert", "trifft zu", "zutreffend", "applies", "on",
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
RANK = re.compile(r"\[(?:rank |rang )?(\d+)\]\s*$", flags=re.IGNORECASE)
