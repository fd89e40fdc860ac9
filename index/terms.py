"""Text → terms for lexical search: words and numbers, folded and stemmed."""

import re
import unicodedata
from functools import lru_cache

import Stemmer

_TERM = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*\d*|\w+")
_POSSESSIVE = re.compile(r"'s?$")
_PLURAL_ACRONYM = re.compile(r"[b-df-hj-np-tv-xz]{2,}(?<!s)s")
SUPERSCRIPTS = re.compile("[⁰¹²³⁴-⁹]+")
"""Footnote marks; no word ends before one, since a superscript counts as a digit."""


def words(text: str) -> list[str]:
    """The words and numbers of a text in order, lower case, without accents, possessive endings,
    thousands separators and footnote marks: ``The force’s 16,498 cases³`` → ``the force 16498
    cases``. A decimal stays whole, and so does a contraction (``don't``)."""
    straight = SUPERSCRIPTS.sub("", text).replace("’", "'")
    plain = unicodedata.normalize("NFKD", straight).casefold()
    if not plain.isascii():
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return [_POSSESSIVE.sub("", _number(term)) for term in _TERM.findall(plain)]


def terms(text: str) -> list[str]:
    """The stems (Porter 2) of the words of a text that are not function words."""
    return list(_terms(text))


@lru_cache(maxsize=16384)
def _terms(text: str) -> tuple[str, ...]:
    # The same sentences are looked at again for every question.
    return tuple(stem(word) for word in words(text) if word not in FUNCTION_WORDS)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The Porter 2 stem of one lower-case word; numbers stay as they are."""
    # Porter leaves the plural of a word without vowels, which is how many acronyms are made.
    if _PLURAL_ACRONYM.fullmatch(word):
        return word[:-1]
    return str(Stemmer.Stemmer("english").stemWord(word))


def _number(term: str) -> str:
    return term.replace(",", "") if term[0].isdigit() else term


FUNCTION_WORDS = frozenset(
    """
    a about after all also am an and any are as at be been being but by can could did do does doing
    done for from get gets give given got had has have having he her here hers him his how i if in
    into is it its itself just let lets many me more most much my no nor not now of off on one only
    onto or other our ours out over own please s same say says she should so some such t tell than
    that the their theirs them then there these they this those through to too under up upon us
    very was we were what whatever when where which while who whom whose why will with would you
    your yours aren't can't couldn't didn't doesn't don't hadn't hasn't haven't i'd i'll i'm i've
    isn't mightn't mustn't shouldn't they'd they'll they're they've wasn't we'd we'll we're we've
    weren't what're who'd who'll who've won't wouldn't you'd you'll you're you've
    """.split()
)
"""Words that carry grammar rather than topic."""

MONTHS = frozenset(
    """
    january february march april may june july august september october november december
    """.split()
)
"""Names that say when, not who or where."""
