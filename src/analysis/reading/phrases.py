"""The phrases of printed wording, English and Spanish. To teach the reader a word, add it here."""

# What a qualifier says of the number beside it; "exact" where nothing is said.
QUALIFIERS: dict[str, str] = {
    **dict.fromkeys(
        ["about", "around", "some", "roughly", "approximately", "approx.", "an estimated", "estimated", "circa", "~",
         "unos", "unas", "cerca de", "alrededor de", "aproximadamente", "aprox."],
        "about",
    ),
    **dict.fromkeys(
        ["more than", "over", "well over", "just over", "slightly more than", "exceeding", "upwards of", "above", ">",
         "más de", "mas de", "poco más de", "por encima de"],
        "more_than",
    ),
    **dict.fromkeys(["at least", "no less than", "≥", "al menos", "por lo menos"], "at_least"),
    **dict.fromkeys(
        ["nearly", "almost", "close to", "just under", "casi", "poco menos de"], "nearly"
    ),
    **dict.fromkeys(["less than", "fewer than", "under", "below", "<", "menos de", "por debajo de"], "less_than"),
    **dict.fromkeys(["up to", "at most", "as many as", "as much as", "≤", "hasta", "como máximo"], "at_most"),
    **dict.fromkeys(
        ["another", "exactly", "a total of", "an additional", "only", "just",
         "otras", "otros", "un total de", "solo"],
        "exact",
    ),
}  # fmt: skip
LOWER_LIMIT = ("more_than", "at_least")
UPPER_LIMIT = ("nearly", "less_than", "at_most")

# A change in percent: the sign of the words before it or after it.
CHANGES_BEFORE: dict[str, int] = {
    **dict.fromkeys(
        ["up", "up by", "rose", "rose by", "rise of", "grew", "grew by", "increased", "increased by", "increase of",
         "jumped", "jumped by", "a growth of", "subió", "subió un", "creció", "creció un", "aumentó", "aumentó un",
         "aumento de", "aumento del", "incremento de", "incremento del", "+"],
        1,
    ),
    **dict.fromkeys(
        ["down", "down by", "fell", "fell by", "fall of", "declined", "declined by", "decline of", "decreased",
         "decreased by", "decrease of", "dropped", "dropped by", "drop of", "bajó", "bajó un", "cayó", "cayó un",
         "disminuyó", "disminuyó un", "reducción de", "reducción del", "caída de", "caída del", "-", "\u2212"],
        -1,
    ),
}  # fmt: skip
CHANGES_AFTER: dict[str, int] = {
    **dict.fromkeys(["more", "higher", "up", "increase", "más"], 1),
    **dict.fromkeys(["less", "fewer", "lower", "down", "decrease", "menos"], -1),
}

RATIOS: dict[str, float] = {
    **dict.fromkeys(["doubled", "double", "doubling", "twofold", "twice", "se duplicó", "el doble"], 2),
    **dict.fromkeys(["tripled", "triple", "trebled", "tripling", "threefold", "se triplicó", "el triple"], 3),
    **dict.fromkeys(["quadrupled", "fourfold", "se cuadruplicó"], 4),
    **dict.fromkeys(["quintupled", "fivefold", "se quintuplicó"], 5),
    **dict.fromkeys(["halved", "se redujo a la mitad"], 0.5),
}

ORDINALS: dict[str, int] = {
    word: rank
    for rank, words in enumerate(
        ["first primer primero primera", "second segundo segunda", "third tercer tercero tercera",
         "fourth cuarto cuarta", "fifth quinto quinta"],
        start=1,
    )
    for word in words.split()
}  # fmt: skip
SUPERLATIVES = ["largest", "biggest", "highest", "leading", "top", "mayor", "más alto", "más alta"]
RECORDS = [
    "record levels", "record level", "record highs", "record high", "a record", "record", "all-time high",
    "the highest on record", "highest on record", "highest ever", "number one", "récord", "máximo histórico",
]  # fmt: skip

DURATIONS: dict[str, int] = {
    "half a century": 50, "half-century": 50, "a century": 100, "medio siglo": 50, "un siglo": 100,
    "a decade": 10, "una década": 10, "a year": 1, "un año": 1,
}  # fmt: skip
SPANS: dict[str, int] = {
    "years": 1, "decades": 10, "centuries": 100, "años": 1, "décadas": 10, "siglos": 100,
}  # fmt: skip

# A plural without a number says "at least two of them".
CROWDS: dict[str, int] = {
    "tens of thousands": 10_000, "hundreds of thousands": 100_000, "hundreds": 100, "thousands": 1_000,
    "millions": 1_000_000, "billions": 1_000_000_000, "cientos de miles": 100_000, "decenas de miles": 10_000,
    "miles": 1_000,
}  # fmt: skip

SPANISH_SIGNS = [
    "más", "mas de", "unos", "unas", "cerca de", "alrededor", "aproximadamente", "casi", "menos", "al menos", "hasta",
    "entre", "tonelada", "toneladas", "hectáreas", "hectareas", "kilos", "kilogramos", "mil", "millones", "millón", "por ciento",
    "aumento", "aumentó", "creció", "subió", "bajó", "cayó", "disminuyó", "incremento", "reducción", "muertes",
    "muertos", "veces", "otras", "otros", "libras",
]  # fmt: skip
