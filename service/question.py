"""What a question wants: the kind of answer, and the periods and names that it must agree with.

Plain English patterns only; nothing here knows a report.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """``kind`` of answer; ``years`` that the question names (a business year such as 2014/15
    counts as the year in which it ends); ``subject`` of a definition, else ""."""

    kind: Kind
    years: frozenset[int]
    subject: str = ""


_PLURAL = r"(?:\w+ ){0,4}?\w+s\b"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (Kind.REASON, r"^(?:so |and |but )?(?:why\b|how come\b)|\bwhy (?:is|are|was|were|did|does|do|has|have|can|could|might|should|would|don|isn|aren|wasn)|\b(?:what|which) (?:is|was|were|are) the (?:main )?(?:reason|cause|explanation)|\bfor what reason|\bwhat (?:explains|caused|led to)|\breasons? (?:for|behind|why|given)"),
        (Kind.DEFINITION, r"\bstands? for\b|\bshort for\b|\bmeant by\b|\bdefin(?:e|ed|ition)\b|\bmeaning of\b|\bwhat (?:does|do|did) .{1,60}\bmean\b|\bwhat(?:'s|’s|s| is| are) (?:an? )?['\"‘“]?[A-Z][A-Za-z]*[A-Z]\w*['\"’”]?\??$|\bwhat(?:'s|’s| is) an? [\w -]{1,40}\??$|\bin full\b|\babbreviation|\bacronym|\bspell(?:ed|t)? out"),
        (Kind.COMPARISON, r"\bcompar(?:e|es|ed|ing|ison)\b|\bversus\b|\bvs\b|\bdifference between\b|\b(?:higher|lower|more|less|better|worse|bigger|smaller|greater|fewer|above|below) .{0,40}\b(?:than|average)\b|\b(?:above|below) (?:the )?(?:\w+ )?average\b|\bor (?:lower|higher|worse|better|fewer|more|less|below|above)\b|\bagainst the (?:national|average)|\bside by side\b|\bboth\b.{0,40}\band\b"),
        (Kind.DATE, r"^(?:and |so )?(?:since )?when\b|\b(?:what|which) (?:date|day|month|year|period|time of)\b|\bhow long ago\b|\bsince when\b|\bby when\b"),
        (Kind.NUMBER, r"\bhow (?:many|much|often|long|big|large|old|far|high|low|few)\b|\b(?:what|which) (?:\w+ ){0,3}?(?:percent(?:age)?|proportion|share|number|fraction|rate|amount|figure|total|ratio|level|cost|count|size|value)\b|\b(?:rate|percentage|proportion|number|share|figure|total|percent|cost) (?:of|for|in)\b|%|\bper (?:cent|head|1,?000|million|thousand)\b|\bby how (?:many|much)\b|\brate\b"),
        (Kind.GRADE, r"\b(?:grade[ds]?|grading|rated|rating|judg(?:e)?ment|mark|verdict|score[ds]?)\b|\bhow (?:was|were|is|did) .{0,60}\b(?:judged|assessed|do|done|rated)\b"),
        (Kind.DECISION, r"^(?:so |and |but )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b"),
        (Kind.LIST, rf"\b(?:list|name|enumerate)\b (?:all|the|every|each|some|two|three|four|five|six)\b|\b(?:what|which) (?:are|were) (?:all )?(?:the |its |their )?{_PLURAL}|\b(?:what|which) (?:(?:two|three|four|five|six|seven|eight|other|kinds? of|types? of|sorts? of|\w+) ){{0,2}}?\w+s (?:are|were|do|does|did|has|have|had|can|could|must|should|make|fall|belong|count|need)\b|\bwho are\b"),
    )
)  # fmt: skip

_BUSINESS_YEAR = re.compile(r"\b((?:19|20)\d\d)\s?[/–-]\s?(\d\d|(?:19|20)\d\d)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUBJECT = re.compile(
    r"(?:what (?:does|do|did) (?:the (?:term|word|abbreviation|acronym|letters) )?(?P<a>.+?) "
    r"(?:mean|stand|refer))|(?:(?:what(?:'s|’s|s| is| are)|define|explain|meaning of|definition of"
    r"|meant by) (?:an? |the )?(?:term |word )?(?P<b>.+?)(?: in full| short for| stand for)?)[?.]*$",
    re.IGNORECASE,
)


def wanted(question: str) -> Wanted:
    """What the question wants; where several patterns fit, the first of the list counts."""
    text = " ".join(question.split())
    kind = next((kind for kind, pattern in _PATTERNS if pattern.search(text)), Kind.PROSE)
    return Wanted(
        kind=kind,
        years=years(text),
        subject=_subject(text) if kind is Kind.DEFINITION else "",
    )


def years(text: str) -> frozenset[int]:
    """The years that a text names: ``2014/15`` → 2015, ``30 June 2015`` → 2015."""
    found: set[int] = set()

    def ends(match: re.Match[str]) -> str:
        first, last = match.groups()
        end = int(last) if len(last) == 4 else int(first[:2] + last)
        found.add(end)
        return " "

    rest = _BUSINESS_YEAR.sub(ends, text)
    return frozenset(found | {int(year) for year in _YEAR.findall(rest)})


def _subject(text: str) -> str:
    match = _SUBJECT.search(text)
    if match is None:
        return ""
    return (match["a"] or match["b"] or "").strip(" '\"‘’“”?")
