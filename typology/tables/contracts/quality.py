"""How good the study is: number of classes, other methods, stability, reliability, short form, single figures."""

from __future__ import annotations

from typology.tables.contracts.answers import KEY
from typology.tables.contracts.columns import NO_UNIT, Words, number, share, text, whole
from typology.tables.contracts.contract import TableContract, by_name
from typology.tables.contracts.types import HIGH, LOW, TYPE

ARI = Words("bereinigter Rand-Index, höchstens 1", "adjusted Rand index, at most 1")
JACCARD = Words("Jaccard-Index von 0 bis 1", "Jaccard index from 0 to 1")
# Where they would tell a count that is hidden, the public edition has their differences from one class instead.
CRITERIA = {
    "log_likelihood": Words("Log-Likelihood", "Log-likelihood"),
    "aic": Words("AIC", "AIC"),
    "bic": Words("BIC", "BIC"),
    "adjusted_bic": Words("Angepasstes BIC", "Adjusted BIC"),
    "icl": Words("ICL", "ICL"),
}
METHODS_KNOWN = {
    "latent_class": Words("Latente Klassen", "Latent classes"),
    "kmeans": Words("k-Means", "k-means"),
    "ward": Words("Ward", "Ward"),
    "mca_ward": Words("Korrespondenzanalyse mit Ward", "Correspondence analysis with Ward"),
    "kmedoids": Words("k-Medoids", "k-medoids"),
    "gaussian": Words("Gauß-Mischung", "Gaussian mixture"),
}
MODELS_OF_ANSWERS = {
    "classes": Words("Typen", "Types"),
    "traits": Words("Stufenlose Neigungen", "Continuous leanings"),
    "signatures": Words("Neigungen zu den bekannten Typen", "Leanings to the known types"),
    "style": Words("Gewohnheit beim Antworten", "Habit of answering"),
    "pairs": Words("Paare fast gleicher Ziele", "Pairs of nearly equal goals"),
    "ordered": Words("Klassen entlang einer Neigung", "Classes along one leaning"),
    "dependent": Words(
        "Typen, in denen Paare von Zielen zusammenhängen (erweitertes BIC)",
        "Types within which pairs of goals hang together (extended BIC)",
    ),
}

SELECTION = TableContract(
    "selection", Words("Wie viele Typen: Kennzahlen je Klassenzahl", "How many types: criteria by number of classes"),
    (
        whole("k", "Zahl der Klassen", "Number of classes", low=1),
        number("log_likelihood", *CRITERIA["log_likelihood"], held_back=True),
        whole("n_parameters", "Freie Parameter", "Free parameters"),
        *(number(name, *CRITERIA[name], held_back=True) for name in ("aic", "bic", "adjusted_bic", "icl")),
        *(
            number(f"{name}_minus_first", f"{title.de}: Abstand zu einer Klasse",
                   f"{title.en}: difference from one class", optional=True)
            for name, title in CRITERIA.items()
        ),
        number("relative_entropy", "Relative Entropie (1: trennscharf)", "Relative entropy (1: sharp)", gaps=True,
               high=1),
        share("smallest_class", "Anteil der kleinsten Klasse", "Share of the smallest class"),
        whole("replicated", "Starts, die den besten Wert fanden", "Starts that found the best value"),
        whole("n_starts", "Zufällige Starts", "Random starts"),
        number("blrt_ratio", "Likelihood-Verhältnis gegen eine Klasse weniger",
               "Likelihood ratio against one class less", gaps=True),
        number("blrt_p", "p-Wert des Bootstrap-Tests", "p-value of the bootstrap test", gaps=True, low=0, high=1),
        whole("blrt_replicates", "Bootstrap-Ziehungen", "Bootstrap replicates", gaps=True),
        whole("blrt_exceedances", "Ziehungen mit größerem Verhältnis", "Replicates with a larger ratio", gaps=True),
        number("stability", "Übereinstimmung wiederholter Stichproben", "Agreement of resampled groupings", ARI,
               gaps=True, low=-1, high=1),
    ),
    key=("k",), public=True, sheet=Words("Zahl der Typen", "Number of types"),
)  # fmt: skip

# Its numbers are functions of all answers: only what follows from them, the verdict in words, is published.
DEGREES = TableContract(
    "degrees", Words("Typen oder Abstufungen: die Modelle und ihr Vergleich", "Types or degrees: models compared"),
    (
        text("model", "Modell", "Model"),
        text("kind", "Art des Modells", "Kind of model", values=MODELS_OF_ANSWERS),
        whole("n_traits", "Zahl der Neigungen (0: keine)", "Number of leanings (0: none)", NO_UNIT, low=0),
        whole("n_classes", "Zahl der Klassen (0: keine)", "Number of classes (0: none)", NO_UNIT, low=0),
        whole("n_parameters", "Freie Parameter", "Free parameters"),
        number("log_likelihood", *CRITERIA["log_likelihood"]),
        number("bic", *CRITERIA["bic"]),
        number("cross_validated", "Log-Likelihood der Kreuzvalidierung", "Cross-validated log-likelihood", gaps=True),
        number("cross_validated_error", "Standardfehler ihres Abstands zu den Klassen",
               "Standard error of its difference from the classes", gaps=True),
        number("lead", "Vorsprung der besten Klassen", "Lead of the best classes",
               Words("Log-Likelihood, halber Abstand der angepassten BIC",
                     "log-likelihood, half the difference of the adjusted BICs"),
               gaps=True),
        number("z", "Vorsprung gegen den erwarteten, wenn dieses Modell stimmt",
               "Lead against the one expected where this model is true",
               Words("Standardabweichungen", "standard deviations"), gaps=True),
        whole("replicates", "Nachgestellte Befragungen dafür", "Replicates for that"),
        text("pairs", "Paare von Zielen, die auch innerhalb der Typen zusammenhängen dürfen",
             "Pairs of goals that may hang together within the types, too", gaps=True),
    ),
    key=("model",), sheet=Words("Typen oder Abstufungen", "Types or degrees"),
)  # fmt: skip

# Its counts of equal answers are functions of all answers: it stays inside.
RESIDUALS = TableContract(
    "residuals", Words("Was die Gruppen an je zwei Zielen nicht erklären", "What groups do not explain of two goals"),
    (
        text("first", "Ziel", "Goal"),
        text("second", "Anderes Ziel", "Other goal"),
        whole("n", "Kommunen, die beide beantworteten", "Municipalities that answered both"),
        whole("alike", "davon beide gleich", "of these both alike"),
        number("expected_alike", "nach dem Modell beide gleich", "both alike by the model", low=0),
        number("residual", "Bivariates Residuum", "Bivariate residual",
               Words("X² je Freiheitsgrad", "X² per degree of freedom"), low=0),
        number("pair_p", "p-Wert, für alle Paare berichtigt", "p-value, corrected for all pairs", gaps=True, low=0,
               high=1),
        number("all_p", "p-Wert aller Paare zusammen", "p-value of all pairs together", gaps=True, low=0, high=1),
        whole("replicates", "Nachgestellte Befragungen dafür", "Replicates for that"),
        whole("types_without", "Klassen nach dem BIC ohne das andere Ziel", "Classes by the BIC without the other goal",
              gaps=True),
    ),
    key=("first", "second"),
)  # fmt: skip

METHODS = TableContract(
    "methods", Words("Übereinstimmung mit anderen Verfahren", "Agreement with other methods"),
    (
        text("method", "Verfahren", "Method", values=METHODS_KNOWN),
        number("stability", "Übereinstimmung des Verfahrens mit sich selbst", "Agreement of the method with itself",
               ARI, gaps=True, low=-1, high=1),
        share("smallest", "Anteil der kleinsten Gruppe", "Share of the smallest group", inside=True),
        *(
            number(name, f"Übereinstimmung: {title.de}", f"Agreement: {title.en}", ARI, gaps=True, low=-1,
                   high=1, optional=name == "gaussian")
            for name, title in METHODS_KNOWN.items()
        ),
    ),
    key=("method",), public=True, sheet=Words("Verfahren", "Methods"),
)  # fmt: skip

STABILITY_TYPES = TableContract(
    "stability_types", Words("Stabilität je Typ", "Stability by type"),
    (
        TYPE,
        number("jaccard", "Mittlerer Jaccard-Index der Ziehungen", "Mean Jaccard index of the replicates", JACCARD,
               low=0, high=1),
        number("low", "Jaccard-Index: 2,5-Prozent-Punkt", "Jaccard index: 2.5 per cent point", JACCARD, low=0, high=1),
        number("high", "Jaccard-Index: 97,5-Prozent-Punkt", "Jaccard index: 97.5 per cent point", JACCARD, low=0,
               high=1),
        share("recovered", "Anteil der Ziehungen, die den Typ wiederfinden", "Share of replicates that find the type"),
        share("share", "Anteil an den Kommunen der Schätzung", "Share of the municipalities estimated", inside=True),
    ),
    key=("type",), public=True, sheet=Words("Stabilität", "Stability"),
)  # fmt: skip
STABILITY_MUNICIPALITIES = TableContract(
    "stability_municipalities", Words("Stabilität je Kommune", "Stability by municipality"),
    (KEY, share("agreement", "Anteil der Ziehungen mit gleichem Typ", "Share of replicates with the same type",
                gaps=True)),
    key=("key",),
)  # fmt: skip

CALIBRATION = TableContract(
    "calibration", Words("Verlässlichkeit der Wahrscheinlichkeiten je Typ", "Reliability of the probabilities by type"),
    (
        TYPE,
        share("low", "Genannte Wahrscheinlichkeit von", "Stated probability from"),
        share("high", "Genannte Wahrscheinlichkeit bis", "Stated probability to"),
        whole("n", "Simulierte Zuordnungen", "Simulated assignments"),
        share("stated", "Mittlere genannte Wahrscheinlichkeit", "Mean stated probability", gaps=True),
        share("right", "Anteil richtiger Zuordnungen", "Share of right assignments", gaps=True),
    ),
    key=("type", "low"), public=True,
)  # fmt: skip
SHORT_FORM = TableContract(
    "short_form",
    Words("Kurzform: Übereinstimmung mit der langen Form je Typ", "Short form: agreement with the long form by type"),
    (
        whole("size", "Ziele der Kurzform", "Goals of the short form", low=1),
        TYPE,
        whole("n", "Kommunen mit diesem Typ nach der langen Form", "Municipalities of this type by the long form",
              held_back=True),
        share("agreement", "Anteil mit gleichem Typ", "Share with the same type", gaps=True),
        share("low", *LOW, gaps=True),
        share("high", *HIGH, gaps=True),
    ),
    key=("size", "type"), public=True,
)  # fmt: skip

QUALITY = TableContract(
    "quality", Words("Gütekennzahlen", "Figures of quality"),
    (
        text("name", "Kennung", "Name"),
        text("label", "Kennzahl", "Figure (German)"),
        text("label_en", "Kennzahl (englisch)", "Figure"),
        number("value", "Wert", "Value"),
        whole("digits", "Gedruckte Nachkommastellen", "Decimals printed", NO_UNIT),
        text("table", "Berechnet aus der Tabelle", "Computed from the table"),
    ),
    key=("name",), public=True, sheet=Words("Güte", "Quality"), always=True,
)  # fmt: skip

QUALITY_TABLES = by_name(
    SELECTION, DEGREES, RESIDUALS, METHODS, STABILITY_TYPES, STABILITY_MUNICIPALITIES, CALIBRATION, SHORT_FORM, QUALITY
)
