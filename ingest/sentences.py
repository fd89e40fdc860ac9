"""Where the sentences of a paragraph begin and end. Pure."""

import re

_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof rev hon st sgt insp supt cllr sir messrs eg e.g ie i.e viz vs v cf ca c
    approx fig figs tab eq ref refs sec sect ch chap para paras p pp vol vols ed eds et al ibid
    esp incl excl max min dept est ext tel a.k.a u.s""".split()
)
# These end a sentence as often as not: what follows decides.
_BEFORE_NUMBER = frozenset(
    "no nos art reg regs cl s ss jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_END = re.compile(r"[.!?…]+[\"'’”)\]]*(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[ ,][⁰¹²³⁴⁵⁶⁷⁸⁹]+)*)?(?=\s+(\S+))")
_LONGEST_WORD = 40
_LAST_WORD = re.compile(r"[\w.&]+\Z")
_OPENERS = "\"'‘“([*"


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of one paragraph as offsets, without the white space between them.

    A footnote's mark belongs to the sentence before it. A full stop ends no sentence after an
    abbreviation, an initial or a paragraph's own number, nor before a small letter.
    "It rose, e.g. in May. No. 5 fell." → "It rose, e.g. in May." and "No. 5 fell."
    """
    spans: list[tuple[int, int]] = []
    start = _first_letter(text, 0)
    for end in _END.finditer(text):
        before = text[max(start, end.start() - _LONGEST_WORD) : end.start()]
        if end.start() >= start and _ends(before, end[0], end[1]):
            spans.append((start, end.end()))
            start = _first_letter(text, end.end())
    if start < len(text.rstrip()):
        spans.append((start, len(text.rstrip())))
    return spans


def is_whole(text: str) -> bool:
    """Whether a text ends where a sentence may end."""
    return bool(re.search(r"[.!?…:;][\"'’”)\]]*[⁰¹²³⁴⁵⁶⁷⁸⁹,\s]*\Z", text))


def _ends(before: str, mark: str, following: str) -> bool:
    first = following.lstrip(_OPENERS)[:1]
    if first.islower() or not first:
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    found = _LAST_WORD.search(before)
    word = found[0].lower() if found else ""
    if word in _ABBREVIATIONS and not (len(mark) > 1 and word != "al"):
        return False
    if word in _BEFORE_NUMBER and first.isdigit():
        return False
    if len(word) == 1 and word.isalpha() and before[-1].isupper():
        return False
    return before.strip() != word or not re.fullmatch(r"\d+(\.\d+)*|[a-z]", word)


def _first_letter(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
