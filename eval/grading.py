"""Is an answer right, and is a passage the place that holds it? Both by rule, from the case alone.

The rule is lenient in what English is (dashes, quotation marks, "%" or "per cent", thousands
separators, endings of words) and strict in what a report is: a number is only itself, a heading
path only the whole path.
"""

import re
import unicodedata
from functools import lru_cache

from eval.cases import Case
from ingest.records import Document, Passage

_FOOTNOTE_MARKS = re.compile("[⁰¹²³⁴-⁹]+")
_DASHES = re.compile(r"[-‐‑‒–—−­]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PERCENT = re.compile(r"\s*%|\bper\s+cent\b")
_NOT = re.compile(r"n't\b|(?<=\bcan)not\b")
_SHORTEST_STEM = 4


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A text as it is compared: lower case, without accents, footnote marks, dashes, thousands
    separators and doubled spaces; "%" and "per cent" read "percent", "n't" reads "not".

    ``"The Force’s  16,498 cases³ – 9 %"`` → ``"the force's 16498 cases 9 percent"``
    """
    decomposed = unicodedata.normalize("NFKD", _FOOTNOTE_MARKS.sub("", text)).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = plain.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    plain = _THOUSANDS.sub("", _DASHES.sub(" ", plain))
    return " ".join(_NOT.sub(" not", _PERCENT.sub(" percent", plain)).split())


def holds(text: str, string: str) -> bool:
    """Whether a string occurs in a text, both folded, from the beginning of a word.

    A string that ends in a word of four letters or more may go on (``consisten`` is in
    "consistency"), a shorter word or a number may not (``21`` is in neither "21.2" nor "210").
    """
    return bool(_pattern(string).search(fold(text)))


def right(case: Case, answer: str) -> bool:
    """Whether an answer's text is right: all strings of an alternative and none of the wrong."""
    return says(case, answer) and not any(holds(answer, string) for string in case.wrong)


def placed(case: Case, passage: Passage, document: Document) -> bool:
    """Whether a passage stands where the case says: in one of its sections, in its document, on
    one of its pages, as far as it names them."""
    return (
        (not case.sections or _folded(passage.section) in {_folded(s) for s in case.sections})
        and case.document in ("", document.name)
        and (not case.pages or any(passage.page <= page <= passage.page_end for page in case.pages))
    )


def evidence(case: Case, passage: Passage, document: Document) -> bool:
    """Whether a passage holds the answer: the right place, and an alternative's strings all in its
    text."""
    return placed(case, passage, document) and says(case, passage.text)


def says(case: Case, text: str) -> bool:
    """Whether a text holds all strings of an alternative; what it says beside them does not
    matter."""
    return any(all(holds(text, string) for string in strings) for strings in case.answers)


def _folded(section: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(title) for title in section)


@lru_cache(maxsize=4096)
def _pattern(string: str) -> re.Pattern[str]:
    folded = fold(string)
    last = re.split(r"\W", folded)[-1]
    goes_on = last.isalpha() and len(last) >= _SHORTEST_STEM
    end = "" if goes_on or not last else r"(?!\w|[.,]\d)"
    return re.compile(rf"(?<!\w)(?<!\d[.,]){re.escape(folded)}{end}")
