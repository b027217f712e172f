"""The answer scales of questionnaires in German and English, each from low to high."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from typology.survey.columns import plain

# One scale a line, its steps from low to high parted by "<", other words for a step by "=". A questionnaire uses some
# of the steps, so each line holds more of them than anyone asks. Words as in ``folded``; "~" stands for "neutral",
# "weder noch" and the like.
LADDERS = """
stimme überhaupt nicht zu = stimme gar nicht zu = stimme ganz und gar nicht zu = lehne voll ab = lehne stark ab \
< stimme nicht zu = lehne ab < stimme eher nicht zu = stimme weniger zu = stimme kaum zu = lehne eher ab \
< ~ = stimme teilweise zu = stimme teils zu = stimme zum teil zu < stimme eher zu = stimme etwas zu \
< stimme zu = stimme überwiegend zu = stimme größtenteils zu \
< stimme voll zu = stimme voll und ganz zu = stimme völlig zu = stimme vollkommen zu = stimme vollständig zu \
= stimme sehr zu = stimme stark zu = stimme absolut zu = stimme genau zu
trifft überhaupt nicht zu = trifft gar nicht zu = trifft ganz und gar nicht zu < trifft nicht zu \
< trifft eher nicht zu = trifft weniger zu = trifft wenig zu = trifft kaum zu \
< ~ = trifft teilweise zu = trifft teils zu = trifft zum teil zu \
< trifft eher zu = trifft etwas zu < trifft zu = trifft überwiegend zu = trifft weitgehend zu \
= trifft größtenteils zu \
< trifft voll zu = trifft voll und ganz zu = trifft völlig zu = trifft vollkommen zu = trifft vollständig zu \
= trifft sehr zu = trifft genau zu = trifft absolut zu
überhaupt nicht zutreffend = gar nicht zutreffend < nicht zutreffend < eher nicht zutreffend < ~ < eher zutreffend \
< zutreffend < voll zutreffend = völlig zutreffend = sehr zutreffend
volle ablehnung = starke ablehnung = völlige ablehnung < ablehnung < eher ablehnung < ~ < eher zustimmung \
< zustimmung \
< volle zustimmung = starke zustimmung = völlige zustimmung
sehr schlecht < schlecht < eher schlecht = mäßig < ~ = mittel = mittelmäßig = durchschnittlich = befriedigend \
= zufriedenstellend = weder gut noch schlecht < eher gut < gut < sehr gut < ausgezeichnet = hervorragend
sehr ungenügend = ungenügend < mangelhaft < ausreichend < befriedigend < gut < sehr gut
sehr ungenügend < ungenügend = nicht genügend < genügend < befriedigend < gut < sehr gut
keine = kein = gar kein = gar keine = überhaupt kein = überhaupt keine < sehr niedrig = sehr gering = sehr klein \
< niedrig = gering = klein = wenig < eher niedrig = eher gering \
< ~ = mittel = mittelmäßig = durchschnittlich < eher hoch = eher groß < hoch = groß < sehr hoch = sehr groß
keine kenntnisse < geringe kenntnisse = wenig kenntnisse < grundkenntnisse < gute kenntnisse \
< sehr gute kenntnisse < expertenwissen = expertenkenntnisse
keine = keiner = niemand < wenige = einzelne < einige = manche < etwa die hälfte < viele < die meisten \
= fast alle < alle
sehr schwach < schwach < eher schwach < ~ = mittel = mäßig < eher stark < stark < sehr stark
nie = niemals < fast nie = sehr selten < selten < gelegentlich = manchmal = ab und zu = hin und wieder = teilweise \
< häufig = oft < sehr häufig = sehr oft = meistens = meist < fast immer < immer = ständig
nie = niemals = noch nie < seltener < seltener als einmal im jahr < jährlich = einmal im jahr = einmal pro jahr \
< halbjährlich < mehrmals im jahr = mehrmals pro jahr < vierteljährlich \
< weniger als einmal im monat = seltener als einmal im monat = seltener als monatlich \
< monatlich = einmal im monat = einmal pro monat = mindestens einmal im monat \
< mehrmals im monat = mehrmals pro monat < wöchentlich = einmal in der woche = einmal pro woche \
< mehrmals in der woche = mehrmals pro woche = mehrmals wöchentlich < täglich = fast täglich < mehrmals täglich
nie = noch nie < einmal < zweimal < mehrmals = mehrfach < regelmäßig
völlig unwichtig = überhaupt nicht wichtig = gar nicht wichtig = sehr unwichtig < unwichtig = nicht wichtig \
< eher unwichtig = weniger wichtig = wenig wichtig = kaum wichtig = eher nicht wichtig = nicht so wichtig \
< ~ = mittel = mäßig wichtig = teilweise wichtig < eher wichtig = ziemlich wichtig = etwas wichtig < wichtig \
< sehr wichtig < äußerst wichtig = extrem wichtig = besonders wichtig = außerordentlich wichtig
sehr unzufrieden = überhaupt nicht zufrieden = gar nicht zufrieden = völlig unzufrieden \
< unzufrieden = nicht zufrieden \
< eher unzufrieden = weniger zufrieden = wenig zufrieden < ~ = weder zufrieden noch unzufrieden = teilweise zufrieden \
< eher zufrieden = ziemlich zufrieden < zufrieden < sehr zufrieden = völlig zufrieden < äußerst zufrieden
sehr unwahrscheinlich < unwahrscheinlich < eher unwahrscheinlich < ~ < eher wahrscheinlich < wahrscheinlich \
< sehr wahrscheinlich
auf keinen fall = nein gar nicht = nein überhaupt nicht = nein auf keinen fall < nein < eher nein = eher nicht \
< ~ = vielleicht = zum teil < eher ja = ja teilweise < ja \
< auf jeden fall = ja voll und ganz = ja unbedingt = ja auf jeden fall
gar nicht = überhaupt nicht = nicht < kaum = sehr wenig < wenig = gering = eher nicht = weniger \
< etwas = ein wenig < ~ = mäßig = teilweise = mittel = mittelmäßig = zum teil < eher = überwiegend \
< ziemlich = weitgehend = stark = viel = größtenteils \
< sehr = sehr stark = sehr viel = voll = völlig = vollständig = voll und ganz = genau = ganz < äußerst
gar nicht = überhaupt nicht < in sehr geringem maße = in sehr geringem umfang \
< in geringem maße = in geringem umfang = in kleinem umfang < in mittlerem maße = in mittlerem umfang = teilweise \
< in hohem maße = in großem maße = in hohem umfang = in großem umfang \
< in sehr hohem maße = in sehr hohem umfang = in vollem umfang = vollständig
viel schlechter = deutlich schlechter < schlechter < etwas schlechter = eher schlechter \
< gleich = gleich gut = genauso gut = gleich geblieben = unverändert = ~ < etwas besser = eher besser < besser \
< viel besser = deutlich besser
stark abgenommen = stark gesunken < abgenommen = gesunken < etwas abgenommen = eher abgenommen \
< gleich geblieben = unverändert < etwas zugenommen = eher zugenommen < zugenommen = gestiegen \
< stark zugenommen = stark gestiegen
nicht vorhanden < im aufbau = in planung < teilweise vorhanden < weitgehend vorhanden \
< vorhanden < vollständig vorhanden
nicht begonnen = noch nicht begonnen = nicht geplant < geplant = in planung \
< begonnen = in arbeit = in umsetzung = in bearbeitung < teilweise umgesetzt < weitgehend umgesetzt \
< umgesetzt = abgeschlossen < vollständig umgesetzt
anfänger < fortgeschrittene anfänger < fortgeschrittene = fortgeschritten < experten = experte = expertin
strongly disagree = completely disagree = totally disagree < disagree = mostly disagree < somewhat disagree \
= slightly disagree \
= tend to disagree = rather disagree < ~ = neither agree nor disagree = neither disagree nor agree \
< somewhat agree = slightly agree = tend to agree = rather agree < agree = mostly agree \
< strongly agree = completely agree = totally agree
does not apply at all < does not apply < rather does not apply = does rather not apply < ~ = partly applies \
< rather applies = applies somewhat < applies < fully applies = applies fully = applies completely
very poor = very bad = terrible = awful < poor = bad \
< fair = average = ok = mediocre = ~ = acceptable = neither good nor bad < good < very good \
< excellent = outstanding
none = no = not a < very low = very small < low = small < rather low < ~ = medium = moderate = average \
< rather high < high = large < very high = very large = essential
none < few = a few = very few < some < about half < many < most = almost all < all
much worse < worse < somewhat worse = slightly worse < about the same = the same = unchanged = no change \
< somewhat better = slightly better < better < much better
beginner = novice < advanced beginner < intermediate < advanced < expert
not planned = not started < planned < started = in progress = under way < mostly implemented \
< implemented = completed = complete = done < fully implemented
never < almost never = hardly ever = very rarely < rarely = seldom < occasionally = sometimes < often = frequently \
< very often = usually = very frequently = most of the time < almost always < always
never < less often < less than once a year < yearly = annually = once a year < several times a year < quarterly \
< less than once a month = less than monthly < monthly = once a month < several times a month \
< weekly = once a week < several times a week < daily < several times a day
not at all important = very unimportant = not important at all = completely unimportant < unimportant = not important \
< rather unimportant = slightly important = somewhat important = less important = of little importance \
< ~ = moderately important < rather important = fairly important = quite important < important < very important \
< extremely important = essential
very dissatisfied = not at all satisfied = not satisfied at all = very unsatisfied < dissatisfied = unsatisfied \
= not satisfied \
< somewhat dissatisfied = rather dissatisfied = slightly dissatisfied < ~ = neither satisfied nor dissatisfied \
< somewhat satisfied = rather satisfied = slightly satisfied < satisfied = moderately satisfied < very satisfied \
< extremely satisfied
very unlikely < unlikely < somewhat unlikely = rather unlikely < ~ < somewhat likely = rather likely \
< likely < very likely
definitely not < no < rather no = probably not < ~ = maybe = perhaps < rather yes = probably < yes < definitely
not at all < slightly = a little = hardly = to a small extent = to a little extent \
< somewhat = moderately = to some extent = to a moderate extent = ~ = partly \
< quite = quite a bit = mostly = largely = fairly < very = very much = to a great extent = to a large extent \
< extremely = completely = fully = to a very great extent = to a very large extent
"""
NEUTRAL = (
    "neutral", "weder noch", "teils teils", "unentschieden", "unentschlossen", "teils", "teilweise",
    "mittelmäßig wichtig", "trifft teils zu teils nicht zu", "stimme teils zu teils nicht zu",
    "weder zustimmung noch ablehnung",
    "neither nor", "neither", "undecided", "unsure", "partly",
)  # fmt: skip
# Scales whose steps are counted, so that a step that nobody chose keeps its place.
WHOLE = (
    "trifft nicht zu < trifft eher nicht zu < trifft eher zu < trifft zu",
    "trifft überhaupt nicht zu < trifft eher nicht zu < trifft eher zu < trifft voll und ganz zu",
    "trifft nicht zu < trifft eher nicht zu < ~ < trifft eher zu < trifft zu",
    "trifft überhaupt nicht zu < trifft eher nicht zu < ~ < trifft eher zu < trifft voll und ganz zu",
    "stimme nicht zu < stimme eher nicht zu < stimme eher zu < stimme zu",
    "stimme nicht zu < stimme eher nicht zu < ~ < stimme eher zu < stimme zu",
    "stimme überhaupt nicht zu < stimme eher nicht zu < ~ < stimme eher zu < stimme voll und ganz zu",
    "stimme überhaupt nicht zu < stimme nicht zu < ~ < stimme zu < stimme voll und ganz zu",
    "sehr schlecht < schlecht < mittel = mittelmäßig = befriedigend = ~ < gut < sehr gut",
    "mangelhaft < ausreichend < befriedigend < gut < sehr gut",
    "ungenügend < mangelhaft < ausreichend < befriedigend < gut < sehr gut",
    "sehr niedrig < niedrig < mittel = ~ < hoch < sehr hoch",
    "sehr gering < gering < mittel = ~ < hoch < sehr hoch",
    "nie < selten < manchmal = gelegentlich < oft = häufig < immer = sehr häufig = sehr oft",
    "unwichtig < eher unwichtig < eher wichtig < wichtig",
    "gar nicht wichtig < weniger wichtig < wichtig < sehr wichtig",
    "sehr unwichtig < unwichtig < ~ < wichtig < sehr wichtig",
    "unwichtig < eher unwichtig < ~ < eher wichtig < sehr wichtig",
    "sehr unzufrieden < unzufrieden < ~ < zufrieden < sehr zufrieden",
    "sehr unzufrieden < eher unzufrieden < eher zufrieden < sehr zufrieden",
    "gar nicht < wenig < teilweise < eher < sehr",
    "strongly disagree < disagree < ~ = neither agree nor disagree < agree < strongly agree",
    "very poor < poor < fair = average = ~ < good < very good",
    "poor < fair < good < very good < excellent",
    "very low < low < medium = moderate = ~ < high < very high",
    "never < rarely < sometimes < often < always",
    "not at all important < slightly important < moderately important < very important < extremely important",
    "very dissatisfied < dissatisfied < ~ < satisfied < very satisfied",
)
LEAST, MOST = 3, 11  # steps of a scale
GERMAN_DEGREES = (
    "sehr ",
    "gar ",
    "nicht ",
    "wenig ",
    "eher ",
    "überhaupt ",
    "völlig ",
    "kaum ",
    "mäßig ",
    "teilweise ",
    "stimmt ",
)
# What is left of an inflected adjective → the adjective, as folded.
ADJECTIVES = {
    "hoh": "hoch", "niedrig": "niedrig", "gering": "gering", "mittler": "mittel", "gross": "gross", "klein": "klein",
    "kein": "kein", "stark": "stark", "schwach": "schwach", "gut": "gut", "schlecht": "schlecht",
    "mässig": "mässig", "voll": "voll", "wenig": "wenig",
}  # fmt: skip
NUMBERED = re.compile(
    r"\(?(?P<front>\d{1,2})\)?[\s.:=)–—-]*(?P<text>\D*)|(?P<words>\D*?)[\s:=(–—-]*(?P<back>\d{1,2})\)?"
)


@dataclass(frozen=True)
class Scale:
    """The step of each answer, 1 for the lowest, and how many steps there are."""

    codes: Mapping[str, str]
    n_steps: int


def folded(text: str) -> str:
    """An answer without its number, capitals, and signs: what scales are compared by.

    >>> folded("1 - Teils/teils"), folded("Sehr gut (5)"), folded("7")
    ('teils teils', 'sehr gut', '')
    """
    text = plain(text).casefold()
    match = NUMBERED.fullmatch(text)
    if match:
        text = match["text"] if match["front"] else match["words"]
    return " ".join(re.findall(r"\w+", text.replace("ß", "ss")))


def _steps(line: str) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, step in enumerate(line.split("<"), start=1):
        for word in step.split("="):
            for text in NEUTRAL if word.strip() == "~" else (word,):
                places.setdefault(folded(text), place)
    return places


KNOWN_LADDERS = tuple(_steps(line) for line in LADDERS.strip().splitlines())
KNOWN_WHOLE = tuple(sorted((_steps(line) for line in WHOLE), key=lambda places: max(places.values())))


def known_scale(values: Sequence[str]) -> Scale | None:
    """The scale that all these answers belong to; None where there is none or two answers mean the same step.

    >>> known_scale(["hoch", "sehr niedrig", "mittel"]).codes
    {'hoch': '4', 'sehr niedrig': '1', 'mittel': '3'}
    >>> known_scale(["rot", "gelb", "grün"]) is None
    True
    """
    if not LEAST <= len(values) <= MOST:
        return None
    texts = {value: folded(value) for value in values}
    for places in KNOWN_WHOLE:
        steps = _places(texts, places)
        if steps:
            return Scale({value: str(step) for value, step in steps.items()}, max(places.values()))
    for places in KNOWN_LADDERS:
        steps = _places(texts, places) or _places(_without_stem(texts), places)
        if steps:
            order = sorted(steps.values())
            return Scale({value: str(1 + order.index(step)) for value, step in steps.items()}, len(order))
    return None


def _places(texts: Mapping[str, str], places: Mapping[str, int]) -> dict[str, int]:
    """Answer → place, {} where one is not there or two are at one place."""
    steps = {value: places[text] for value, text in texts.items() if text in places}
    return steps if len(set(steps.values())) == len(texts) else {}


def _without_stem(texts: Mapping[str, str]) -> dict[str, str]:
    """Answers without the word that they share at the end or the beginning, and without its endings.

    "sehr hilfreich" → "sehr", "hilfreich" → "ziemlich", "geringer Bedarf" → "gering", "stimmt gar nicht" → "gar nicht".
    """
    middle = {value: text for value, text in texts.items() if text in NEUTRAL}
    words = {value: text.split() for value, text in texts.items() if value not in middle}
    if not words or not all(words.values()):
        return dict(texts)
    ends, starts = {parts[-1] for parts in words.values()}, {parts[0] for parts in words.values()}
    opposed = {word for word in ends if word.startswith("un") and word[2:] in ends}  # "ungeeignet" beside "geeignet"
    if len(ends - opposed) == 1 and all(len(parts) == 1 for parts in words.values() if parts[-1] in opposed):
        rest = {value: ["gar", "nicht"] if parts[-1] in opposed else parts[:-1] for value, parts in words.items()}
    elif len(starts) == 1:
        rest = {value: parts[1:] for value, parts in words.items()}
    else:
        return dict(texts)
    german = any(text.startswith(GERMAN_DEGREES) for text in texts.values())
    bare = "ziemlich" if german else "quite"
    return middle | {value: " ".join(map(_uninflected, parts)) or bare for value, parts in rest.items()}


def _uninflected(word: str) -> str:
    """The adjective of a level as scales name it: "hoher", "hohe" → "hoch"."""
    stem = re.sub(r"(?:e|er|es|en|em)$", "", word)
    return ADJECTIVES.get(stem, word)


def descends(first: str, last: str) -> bool:
    """Whether the first answer stands higher than the last on some known scale.

    >>> descends("sehr wichtig", "unwichtig"), descends("nie", "immer")
    (True, False)
    """
    texts = {"first": folded(first), "last": folded(last)}
    for ends in (texts, _without_stem(texts)):
        ladders = [found for places in KNOWN_LADDERS if (found := _places(ends, places))]
        if ladders:
            return all(places["first"] > places["last"] for places in ladders)
    return False


def number_of(value: str) -> int | None:
    """The number before or behind an answer, None where it has none or several.

    >>> number_of("1 - sehr schlecht"), number_of("sehr gut (5)"), number_of("2-3 Personen")
    (1, 5, None)
    """
    match = NUMBERED.fullmatch(plain(value)) if not value.startswith("-") else None
    return int(match["front"] or match["back"]) if match else None
