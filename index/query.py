"""A question as typed → what is searched for: its core, mended and with acronyms spelled out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.question import Wanted, wanted
from index.spelling import Speller
from index.terms import stem, terms, words
from ingest.records import Acronym

_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n\s*\n")
_ASKS = frozenset(
    """
    are can could did do does had has have how is may might must should was were what when where
    which who whom whose why will would
    """.split()
)
_ASIDE = re.compile(
    r"\b(?:(?:leaving|setting|putting) aside|without (?:going into|regard to|counting)|never mind"
    r"|forget|ignor(?:e|ing))\b[^,;:?]*[,;:]",
    re.IGNORECASE,
)
"""What a long question says that it is not about."""
_LONG = 40
"""Words above which a question is looked through for the sentence that asks."""

PER = re.compile(
    r"\bper (?:one |each )?(?:\d[\d,]*|hundred|thousand|million|head|capita)\b", re.IGNORECASE
)
"""How a text says that a figure is a rate."""
RATE = stem("rate")


@dataclass(frozen=True, slots=True)
class Query:
    """What the stages of search are given.

    ``asked`` is the question as typed, ``core`` the sentence in it that asks with its typing
    errors mended, ``spelled`` the core with acronyms followed by their long forms in brackets,
    which is what the models are asked, ``terms`` the stems for lexical search, acronyms expanded
    both ways, ``acronyms`` those that it uses in either form, ``message`` all of a long question
    of which only a part asks, else "", and ``wants`` the kind of answer it asks for.
    """

    asked: str
    core: str
    spelled: str
    terms: tuple[str, ...]
    wants: Wanted
    acronyms: tuple[Acronym, ...] = ()
    message: str = ""


def query(
    question: str, *, acronyms: Iterable[Acronym] = (), speller: Speller | None = None
) -> Query:
    """Prepare a question; without a speller, words stay as they were typed."""
    whole = " ".join(question.split())
    core = core_of(question)
    message = whole if core != whole else ""
    acronyms = tuple(acronyms)
    if speller is not None:
        core = speller.mend(core, keep={acronym.short.casefold() for acronym in acronyms})
    used = tuple(acronym for acronym in acronyms if uses(core, acronym))
    forms = (form for acronym in used for form in (acronym.short, acronym.long))
    found = [*terms(" ".join((core, *forms))), *terms(message)]
    return Query(
        asked=question,
        core=core,
        spelled=marked(spelled_out(core, used)),
        terms=tuple(dict.fromkeys(found)),
        wants=wanted(core),
        acronyms=used,
        message=message,
    )


def core_of(question: str) -> str:
    """The sentence that asks, of a long message; a short one stays whole.

    ``"I moved here in May. … (forty words) … How many officers are there?"`` → ``"How many
    officers are there?"``
    """
    text = " ".join(question.split())
    if len(text.split()) <= _LONG:
        return text
    sentences = [s.strip() for s in _SENTENCE.split(question) if s.strip()]
    asking = [s for s in sentences if s.endswith("?")]
    asking = asking or [s for s in sentences if (words(s) or [""])[0] in _ASKS]
    asked = " ".join(asking[-1].split()) if asking else text
    return " ".join(_ASIDE.sub("", asked).split()) or asked


def marked(text: str) -> str:
    """The text with a question mark if it ends without a mark: who leaves it out asks the same."""
    return text if not text or text[-1] in ".?!" else f"{text}?"


def uses(text: str, acronym: Acronym) -> bool:
    """Whether a text holds an acronym or its long form, in either number."""
    if _short(acronym).search(text):
        return True
    return f" {' '.join(terms(acronym.long))} " in f" {' '.join(terms(text))} "


def spelled_out(text: str, acronyms: Iterable[Acronym]) -> str:
    """The text with each acronym followed by its long form: ``the OCG rate`` → ``the OCG
    (organised crime group) rate``."""
    for acronym in acronyms:
        found = _short(acronym).search(text)
        if found:
            text = f"{text[: found.end()]} ({acronym.long}){text[found.end() :]}"
    return text


def glossed(text: str, query: Query) -> str:
    """A text with the question's words for what it says in others: the other form of each acronym
    that the question uses, and "rate" before a "per million" where the question says rate.

    The cross-encoder knows neither by itself: measured, ``Organised crime groups per million
    population`` answers ``the OCG rate`` with a logit of -1.4, so glossed with 7.3.
    """
    for acronym in query.acronyms:
        if _short(acronym).search(text):
            text = spelled_out(text, (acronym,))
        elif found := _long(acronym).search(text):
            text = f"{text[: found.end()]} ({acronym.short}){text[found.end() :]}"
    if RATE in query.terms and RATE not in terms(text):
        text = PER.sub(r"rate \g<0>", text, count=1)
    return text


def _long(acronym: Acronym) -> re.Pattern[str]:
    """A long form in either number, its words parted by spaces or hyphens."""
    stems = [re.escape(word.rstrip("s")) for word in re.split(r"[\s-]+", acronym.long)]
    parted = r"s?[\s-]+".join(stems)
    return re.compile(rf"\b{parted}s?\b(?! \()", re.IGNORECASE)


def _short(acronym: Acronym) -> re.Pattern[str]:
    """An acronym in either number; those of two letters in capitals only."""
    flags = re.IGNORECASE if len(acronym.short) > 2 else re.NOFLAG
    return re.compile(rf"\b{re.escape(acronym.short)}(?:['’]?s)?\b(?! \()", flags)
