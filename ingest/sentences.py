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
_LETTERED = frozenset(
    """grade band category class type level group option plan part section annex appendix schedule
    zone phase block""".split()
)
# Words that begin a sentence and no name.
_BEGINNING = frozenset(
    """the a an this that these those it its in on at by for from to of with and but or if as when
    while where after before since during however although because there they we he she our their
    all some most many no not each both one two three""".split()
)


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
    if len(word) == 1 and before[-1].isupper():
        return not _is_initial(before[:-1], following)
    if word in _ABBREVIATIONS and not (len(mark) > 1 and word != "al"):
        return False
    if word in _BEFORE_NUMBER and first.isdigit():
        return False
    return before.strip() != word or not re.fullmatch(r"\d+(\.\d+)*|[a-z]", word)


def _is_initial(before: str, following: str) -> bool:
    """Whether a capital letter with a full stop is of a name, by the word before it and that which
    follows: "by J. Smith", but "from B to D. The next" and "of grade B. Fires fell"."""
    words = before.split()
    if not words:
        return True
    name = following.strip(_OPENERS + ".,;:!?…\"'’”)]*").lower()
    return words[-1].lower() not in _LETTERED and name not in _BEGINNING and not name[:1].isdigit()


def _first_letter(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
