"""What a question wants: the kind of answer, and the periods and names that it must agree with.

Plain English patterns only; nothing here knows a report.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from index.terms import FUNCTION_WORDS, SUPERSCRIPTS, stem, words


class Kind(StrEnum):
    """The kind of answer that a question asks for."""

    NUMBER = "number"
    DATE = "date"
    GRADE = "grade"
    DEFINITION = "definition"
    LIST = "list"
    COMPARISON = "comparison"
    REASON = "reason"
    DECISION = "decision"
    """Yes or no."""
    PROSE = "prose"


class Measure(StrEnum):
    """What an amount is given in, where that is seen in the words."""

    PERCENT = "percent"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``kind`` of answer; ``years`` that the question names (a business year such as 2014/15
    counts as the year in which it ends); ``counted`` the noun of a "how many", else "";
    ``measure`` in which an amount is asked for, None where any will do."""

    kind: Kind
    years: frozenset[int]
    counted: str = ""
    measure: Measure | None = None


_VERBS = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must)\b"
_CIRCUMSTANCE = re.compile(
    r"^(?:and |so |but )?(?:when|if|after|before|since|once|while|where|as|given that)\b"
    rf"(?!,| when\b| may\b| {_VERBS})[^?]*?,\s*"
    rf"(?={_VERBS}|(?:what|which|who|whose|why|how|when)\b)",
    re.IGNORECASE,
)
"""Under which circumstances something is asked, before what is."""

_ASKED: tuple[tuple[Kind, str], ...] = (
    (
        Kind.REASON,
        r"""^(?:so\ |and\ |but\ )?(?:why\b|how\ come\b)
        | \bwhy\ (?:is|are|was|were|did|does|do|has|have|can|could|might|should|would|don|isn)
        | \b(?:what|which)\ (?:is|was|were|are)\ the\ (?:main\ )?(?:reason|cause|explanation)
        | [.!?;]\ (?:but\ |and\ )?why\b | \bfor\ what\ reason
        | \bwhat\ (?:explains|caused|led\ to|might\ make|makes|made)\b
        | \breasons?\ (?:for|behind|why)""",
    ),
    (
        Kind.DEFINITION,
        r"""\bstands?\ for\b | \bshort\ for\b | \bmeant\ by\b | \bdefin(?:e|ed|ition)\b
        | \bmeaning(?:\ of\b|\??$) | \bwhat\ (?:does|do|did)\ .{1,60}\bmean\b | ^explain\b
        | \bwhat(?:'s|’s|s|\ is|\ are)\ (?:an?\ )?['"‘“]?[A-Z][A-Za-z]*[A-Z]\w*['"’”]?\??$
        | \bwhat(?:'s|’s|\ is)\ an?\ [\w -]{1,40}\??$ | \bwhat\ counts\ as\b
        | \bin\ full\b | \babbreviation | \bacronym | \bspell(?:ed|t)?\ out
        | \bwhat\ (?:are|is)\ [\w -]{1,30}\ for\?$ | \bsaid\ to\ be\b""",
    ),
    (
        Kind.COMPARISON,
        r"""\bcompar(?:e|es|ed|ing|ison)\b | \bversus\b | \bvs\b
        | \bdiffer(?:s|ed|ences?\ between)?\b
        | \b(?:\w+er|more|less|worse)\b.{0,90}\bthan\b
        | \b(?:more|most|less|worse|(?:fast|slow|quick|high|low|larg|bigg|small|great|few|long|short
            |bett|strong|weak|old|young|rich|poor)er)\b.{0,80}\bor\b
        | \bor\b.{0,60}\b(?:do|does|did|fared?|perform(?:ed)?)\ (?:better|worse|best|more|less)\b
        | \b(?:up|ris(?:en?|ing)|rose|grown?|grew|increas\w+|improv\w+|better)\ or\ (?:down|fall\w*
            |fell|shr[aiu]nk|decreas\w+|worse\w*|declin\w+|deteriorat\w+)\b
        | \bas\ (?:well|many|much|good|bad|high|low|often|big|fast)\b.{2,80}\bas\b(?!\ possible)
        | \b(?:above|below|against|beside)\ (?:the\ |that\ )?(?:\w+\ )?(?:average|national|of|all)\b
        | \bor\ (?:lower|higher|worse|better|fewer|more|less|below|above)\b | \bside\ by\ side\b
        | \b(?:stack|measure)(?:s|d|ed)?\ up\b
        | \bhow\ far\ (?:behind|ahead|above|below)\b | \bby\ more\ in\b
        | \b(?:against|beside|alongside|next\ to)\ (?:all|other|that|those|the\ (?:rest|other))\b
        | \bhere\ and\ (?:nationally|elsewhere|(?:in|across)\b)""",
    ),
    (Kind.DATE, rf"^(?:and\ |so\ )?(?:since\ )?when(?:,|\ {_VERBS})"),
    (
        Kind.NUMBER,
        r"""\bhow\ (?:many|much|big|large|old|high|low|few)\b | \bby\ how\ m\w+\b | %
        | \bhow\ many\ | \bper\ (?:cent|head|\d[\d,]*|million|thousand)\b""",
    ),
    (
        Kind.DATE,
        r"""^(?:and\ |so\ )?(?:since\ )?when\b | \bhow\ (?:long|often|regularly)\b
        | \b(?:since|by|from)\ when\b
        | \b(?:what|which)\ (?:date|day|month|year|period|time\ of)\b""",
    ),
    (
        Kind.DECISION,
        r"""^(?:so\ |and\ |but\ )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would
            |should|may|might|must)\b""",
    ),
    (
        Kind.NUMBER,
        rf"""\b(?:what|which|what's|what’s)\ (?:{_VERBS}\ )?
            (?:(?!{_VERBS})[\w'’]+\ ){{0,4}}?(?:percent(?:age)?|proportion
            |share(?!\ an?\b)|number|fraction|rate|amount|figure|total|ratio|level|cost|count|size
            |value|budget|price|fee|salary)\b
        | \b(?:rate|percentage|proportion|number|percent|cost)\ (?:of|for|in)\b
        | \brates?\ *\??$""",
    ),
    (
        Kind.GRADE,
        r"""\b(?:grade[ds]?|grading|rated|rating|judg(?:e)?ment|mark|verdict|score[ds]?)\b
        | \brate\ (?:the|its|their|it|this|how)\b
        | \bhow\ (?:was|were|is|did)\ .{0,60}\b(?:judged|assessed|do|done)\b
        | \bhow\ (?:good|effective)\ (?:is|are|was|were)\b""",
    ),
    (
        Kind.LIST,
        r"""^list\b
        | \b(?:list|name|enumerate)\ (?:all|the|every|each|some|two|three|four|five|six)\b
        | \b(?:what|which)\ (?:are|were)\ (?:all\ )?(?:the\ |its\ |their\ )?(?:\w+\ ){0,4}?\w+s\b
        | \b(?:what|which)\ (?:\w+\ ){0,3}?\w+s\ (?:are|were|do|does|did|has|have|had|can|could
            |must|should|make|fall|belong|count|need)\b
        | \bwho\ are\b | \ball\ (?:of\ them|the\ \w+s)\b""",
    ),
)
_PATTERNS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE | re.VERBOSE)) for kind, pattern in _ASKED
)
_COUNTED = re.compile(
    r"\bhow many (?:of (?:the |its |their )?)?(?P<noun>(?:[\w’'-]+ ){0,5}?[\w’'-]+?)"
    r"(?= (?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|per|in"
    r"|on|at|for|of|from|by|to|with|there|work\w*|live\w*|went|got|get|came|made|took)\b"
    r"|[?,.]|$)",
    re.IGNORECASE,
)
_MEASURES = (
    (
        Measure.PERCENT,
        re.compile(r"\bper ?cent|\bpercentage|\bproportion|\bshare of|%", re.IGNORECASE),
        re.compile(r"%|per ?cent", re.IGNORECASE),
    ),
    (
        Measure.MONEY,
        re.compile(
            r"^(?!.*\b(?:how (?:many|much of)|rates?|gap|margin|ris(?:e|en|ing)|rose|increas\w+"
            r"|gr[eo]w|growth|fall(?:en)?|fell)\b).*(?:£|\b(?:pounds|money|budget|costs?|price|fees?|salary"
            r"|spen[dt]|spending)\b|\bhow much\b.*\b(?:paid|pay|charged?)\b)",
            re.IGNORECASE,
        ),
        re.compile(
            r"[£€$]|\b(?:pounds|pence|free|nothing)\b|\d ?p\b|\bno (?:\w+ )?(?:charge|fee|cost)",
            re.IGNORECASE,
        ),
    ),
)
"""How each measure is asked for, and how it is given."""

_BUSINESS_YEAR = re.compile(r"\b((?:19|20)\d\d)\s?[/–-]\s?(\d\d|(?:19|20)\d\d)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def wanted(question: str) -> Wanted:
    """What the question wants; where several patterns fit, the first of the list counts."""
    text = " ".join(question.split())
    asked = _CIRCUMSTANCE.sub("", text)
    kind = next((kind for kind, pattern in _PATTERNS if pattern.search(asked)), Kind.PROSE)
    return Wanted(
        kind=kind,
        years=years(text),
        counted=counted["noun"] if (counted := _COUNTED.search(text)) else "",
        measure=next((measure for measure, asks, _ in _MEASURES if asks.search(text)), None),
    )


def measured(text: str) -> frozenset[Measure]:
    """The measures that a text gives amounts in."""
    return frozenset(measure for measure, _, gives in _MEASURES if gives.search(text))


def years(text: str) -> frozenset[int]:
    """The years that a text names: ``2014/15`` → 2015, ``30 June 2015`` → 2015."""
    found: set[int] = set()

    def ends(match: re.Match[str]) -> str:
        first, last = match.groups()
        end = int(last) if len(last) == 4 else int(first[:2] + last)
        found.add(end)
        return " "

    rest = _BUSINESS_YEAR.sub(ends, text)
    return frozenset(found | {int(year) for year in _YEAR.findall(SUPERSCRIPTS.sub(" ", rest))})


def counts(text: str, stems: frozenset[str]) -> bool:
    """Whether a text gives a number of things called by these stems: a figure or numeral at most
    six words before one of them with no other word of grammar between than "of the", or four
    after with none between but a linking one."""
    tokens = words(amounts(_VAGUE.sub(" ", text)))
    numbers = [
        i for i, token in enumerate(tokens) if _NUMBER.fullmatch(token) or token[0].isdigit()
    ]
    named = [i for i, token in enumerate(tokens) if stem(token) in stems]
    return any(
        (0 < n - i <= 4 and not _PARTING - _LINKING & set(tokens[i + 1 : n]))
        or (0 < i - n <= 6 and not _PARTING & set(tokens[n + 1 : i]))
        for n in numbers
        for i in named
    )


_PARTING = FUNCTION_WORDS - set("of the these those its their our and all other more".split())
_LINKING = frozenset(
    "is are was were has had have been being at to by from about over under only now".split()
)


def amounts(text: str) -> str:
    """A text without the digits that say when, where or of how many, but not how much."""
    return _NO_AMOUNT.sub(" ", SUPERSCRIPTS.sub(" ", text))


@lru_cache(maxsize=16384)
def holds(text: str) -> frozenset[Kind]:
    """The kinds of thing that a text has in it: an amount, a date, a grade, a reason and so on."""
    plain = amounts(text)
    found = {kind for kind, pattern in _HELD if pattern.search(text)}
    return frozenset(found | ({Kind.NUMBER} if _NUMBER.search(plain) else set()))


_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six"
    r"|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|dozen|half|third"
    r"|quarter|majority|(?<!\bthe )most|none|no|all)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:majority|most|all|no)\b", re.IGNORECASE)
"""Amounts that don't count."""
_NO_AMOUNT = re.compile(
    r"\b(?:19|20)\d\d(?:[/–-]\d\d)?\b|\b(?:figure|table|chart|annex) \d+"
    r"|\b\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)|\b12 months|\b(?:per|every|each) (?:one )?(?:[\d,]+|thousand|million)",
    re.IGNORECASE,
)
"""Digits that say when, where or of how many, but not how much."""
_WHEN = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:19|20)\d\d|yearly|annual(?:ly)?|monthly|fortnightly|weekly|daily|quarterly"
    r"|(?:month|year|week|day|hour|minute)s?|every|regular(?:ly)?|rarely|seldom|often|once|twice)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|due to|as a result|so that|in order to|since|therefore|owing to|reasons?|means"
    r"|given (?:the|that)|to ensure|for this|as (?:it|this|the|they|its|there)|which makes)\b",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"\b(?:outstanding|good|requir(?:es|ing|e) improvement|inadequate|excellent|satisfactory|poor"
    r"|adequate|fair)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:than|compared|similar|lower|higher|fewer|while|whereas|against|in line|same|both|most"
    r"|lowest|highest|between)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"\b(?:is|are|was|were) (?:an?|the|when|where)\b|:|\bmeans?\b|\bi\.e\.|\(")
_HELD = (
    (Kind.DATE, _WHEN),
    (Kind.REASON, _REASON),
    (Kind.GRADE, _GRADE),
    (Kind.COMPARISON, _COMPARES),
    (Kind.DEFINITION, _DEFINES),
)
