"""Answers that hold no answer: they get the lowest mark, unread by a model."""

from __future__ import annotations

import re
from itertools import pairwise

from autograder.grading.guarding.given import PHRASE, Given, plain
from autograder.grading.guarding.idle import is_all_talk, is_empty
from autograder.grading.guarding.parts import content, spans, tokens
from autograder.grading.guarding.remark import Remark
from autograder.grading.words import FUNCTION_WORDS, stem

_SAYS_SO = (
    r"(?:sorry,? )?(?:but )?(?:i|we) (?:really )?(?:do not|don'?t|did not|didn'?t|can ?not|can'?t)"
    r" (?:know|remember|understand|recall|answer)\b.{0,40}",
    r"(?:sorry,? )?i have no (?:idea|clue|answer)|no (?:idea|clue)|not sure|idk|dunno"
    r"|keine ahnung|weiß (?:ich )?nicht|ich weiß (?:es )?nicht",
    r"(?:no|empty|blank|missing) (?:submission|answer|response|attempt)|not (?:answered|attempted)",
    r"n ?/ ?a|unanswered|no comment|skip(?:ped)?|none|nothing|pass|nil|i give up",
)
_SAYS_NOTHING = (
    r"(?:see|as) above|ditto|same(?: as (?:above|before|the reference(?: answer)?))?",
    r"(?:the |my )?(?:final )?(?:answer|solution|response|reasoning|explanation)(?: is)?",
    r"(?:thought|thinking|reasoning) process|step by step|reasoning|analysis|conclusion",
    r"let(?:'?s| us) (?:solve|think|analy[sz]e|break|begin|start|see|consider)[^.]{0,60}",
    r"to (?:answer|solve|address) th(?:is|e) (?:question|problem|task),? (?:we|i|one)[^.]{0,80}",
    r"(?:sure|certainly|of course|okay|ok)[,!.]? ?(?:here (?:is|are|you go)|let me)?[^.]{0,40}",
    r"lorem ipsum.*|here is (?:the|my) (?:answer|solution)|please|thank(?:s| you)[^.]{0,20}",
    r"解|答|答案|解答|回答|かいせつ|答え|정답|respuesta|réponse|antwort|lösung|solución|risposta|resposta"
    r"|solução|soluzione|ответ|решение|الجواب|الحل|उत्तर|odpowiedź|svar|antwoord|cevap|vastaus",
)
_SAID = re.compile(rf"^\W*(?:{'|'.join(_SAYS_SO)})\W*$", re.I)
_NO_ANSWER = re.compile(rf"^\W*(?:{'|'.join(_SAYS_NOTHING)})\W*$", re.I)
_BARE = re.compile(
    r"^\W*(?:correct|yes|true|right|wrong|no|false|full marks?|pass(?:ed)?|perfect|excellent|model|"
    r"system|assistant|user|ok|done|good|\w|\d{1,3})\W*$",
    re.I,
)
_NO_WORD = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{6,}|^[^aeiouyäöü\W\d]{4,}$|(\w)\1{4,}|q[^u\W\d]|j[^aeiouyn\W\d]"
    r"|^(?!sch|str|spr|scr|spl|thr|shr|phr|chr|psy|phy|why|shy|fly|try|sty)"
    r"[bcdfghjklmnpqrstvwxz]{4}|[vwxzj]{2}|[xz][bdfgjkqr]|[bdfgkpt]x",
    re.I,
)
_KEYBOARD_ROWS = "asdfghjkl qwertyuiop zxcvbnm qwertzuiop poiuytrewq lkjhgfdsa mnbvcxz"
_NUMBER_WORDS = "one two three four five six seven eight nine ten many number"
_NUMERALS = frozenset(_NUMBER_WORDS.split())
QUESTION_WORDS = 4
VERBATIM_WORDS = 8
VERBATIM_SHARE = 0.7
LEAST_VERBATIM = 12
"""Words, all parts together: two who say less than that are simply right in the same words."""
COUNTED = 20
"""Numbers from which on an answer that holds nothing else is counting, not answering."""


def is_bare_verdict(sentence: str) -> bool:
    """A line that is nothing but "correct", "yes" or a role's name."""
    return bool(_BARE.match(sentence))


def first_closed(text: str, given: Given) -> Remark | None:
    """The first gate that the answer doesn't pass: it gets the lowest mark. None: it is graded.

    A student who says that there is no answer is believed: nobody has to look at it.
    """
    if not any(character.isalnum() for character in text):
        return Remark("empty", "There is no answer here.")
    if given.says(text):
        return _copied(text, given)
    said = [text[s:e] for s, e in spans(text) if not is_empty(text[s:e])]
    if _SAID.match(text) or (said and all(map(_SAID.match, said))):
        return Remark("no_answer", "This says that there is no answer.", shown=False)
    if _says_nothing(text, given):
        return Remark("no_answer", "This says nothing about the question.")
    if _gibberish(text, given):
        return Remark("gibberish", "These are not words.")
    return _copied(text, given)


def _says_nothing(text: str, given: Given) -> bool:
    return bool(
        _NO_ANSWER.match(text)
        or (_BARE.match(text) and not _bare_is_right(text, given))
        or _only_small_words(text, given)
        or _only_counts(text, given)
        or is_all_talk(text, given)
    )


def _bare_is_right(text: str, given: Given) -> bool:
    """One word can be the right answer: where the reference says it, or there is none."""
    known = set(given.points)
    short = 0 < len(known) <= 3 or not known
    return short or set(tokens(text)) <= known or set(tokens(text)) <= set(tokens(given.question))


def _only_small_words(text: str, given: Given) -> bool:
    """Many words, and none of them means anything: "because of the and then it is"."""
    words = tokens(text)
    fresh = set(words) - set(given.points)
    return len(words) > 8 and set(words) <= FUNCTION_WORDS and len(fresh) > 5


def _only_counts(text: str, given: Given) -> bool:
    """Numbers where none are wanted, or far more of them than are."""
    words = tokens(text)
    if not all(word.isdigit() for word in words):
        return False
    if len(words) >= COUNTED and len(set(words) & given.words) < 0.2 * len(set(words)):
        return True
    wanted = any(word.isdigit() or word in _NUMERALS for word in given.words)
    return bool(given.points) and not wanted


def _gibberish(text: str, given: Given) -> bool:
    """Most words can't be words of any language in Latin script, and none was given."""
    words = [word for word in tokens(text) if word.isascii() and not word.isdigit()]
    known = sum(word in given.known for word in content(text))
    if not words or known > 0.2 * len(words):
        return False
    odd = sum(bool(_NO_WORD.search(word)) or _from_keyboard(word) for word in words)
    return odd > 0.5 * len(words)


def _from_keyboard(word: str) -> bool:
    """Neighbouring keys, once or twice: "asdf", "asdfasdf"."""
    half = word[: len(word) // 2]
    again = len(half) > 2 and half * 2 == word[: 2 * len(half)] and half in _KEYBOARD_ROWS
    return again or (len(word) > 2 and any(word in row for row in _KEYBOARD_ROWS.split()))


def _copied(text: str, given: Given) -> Remark | None:
    if plain(text) in given.plain[1]:
        return None
    said = set(content(text))
    new = said - given.asked
    if len(new) > len(_AGREEMENT & new):
        return None
    whole = len(said & given.asked) >= 0.8 * len(given.asked) >= 0.8 * QUESTION_WORDS
    again = len(given.plain[0].split()) >= QUESTION_WORDS and given.plain[0] in plain(text)
    if again or (whole and _copies_phrases(text, given)):
        return Remark("copied_question", "This repeats the question and answers nothing.")
    return None


_AGREEMENT = frozenset(stem(word) for word in ("exactly", "indeed", "correct", "true", "right"))


def _copies_phrases(text: str, given: Given) -> bool:
    """Whether half of the question's word pairs come again, so that it is copied, not answered."""
    pairs = set(pairwise(tokens(given.question)))
    again = pairs & set(pairwise(tokens(text)))
    return len(again) >= 0.5 * len(pairs)


def copies(text: str, given: Given) -> list[Remark]:
    """Parts that stand word for word in the textbook or in the mark scheme, if they are much."""
    found = []
    for start, end in spans(text):
        words = plain(text[start:end])
        own = words.strip() == given.plain[1].strip() and words.count(" ") > PHRASE + 1
        if words.count(" ") <= VERBATIM_WORDS and not own:
            continue
        source = "textbook" if words in given.plain[2] else ""
        source = source or ("reference answer" if words in given.plain[1] else "")
        if source:
            reason = f"This part stands word for word in the {source}."
            found.append(Remark("verbatim", reason, (start, end), earns=True))
    copied = sum(each.span[1] - each.span[0] for each in found if each.span)
    said = sum(len(tokens(text[slice(*each.span)])) for each in found if each.span)
    much = said >= LEAST_VERBATIM and copied >= VERBATIM_SHARE * len(text.strip())
    return found if much else []
