"""Answers that hold no answer, and answers that a teacher should look at before trusting a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograder.domain.exam import Question
from autograder.domain.grade import Passage, Span
from autograder.grading.sentences import spans
from autograder.grading.words import FUNCTION_WORDS, stem, stems, tokens

_SAYS_NOTHING = (
    r"(?:i|we) (?:really )?(?:do not|don'?t|did not|didn'?t) (?:know|remember|understand)\b.{0,40}",
    r"i have no (?:idea|clue|answer)|no idea|not sure|idk|dunno|keine ahnung|weiß nicht",
    r"(?:no|empty|blank|missing) (?:submission|answer|response|attempt)|not (?:answered|attempted)",
    r"n ?/ ?a|unanswered|no comment|skip(?:ped)?|none|nothing|pass",
    r"(?:see|as) above|ditto|same(?: as (?:above|before|the reference(?: answer)?))?",
    r"(?:the )?(?:final )?(?:answer|solution|response)(?: is)?|thought process",
    r"let'?s (?:solve|think)[^.]{0,60}|to answer th(?:is|e) question,? (?:we|i|one)[^.]{0,80}",
    r"解|答|かいせつ|respuesta|réponse|antwort|lösung|solución",
    r"okay|ok|sure|thank(?:s| you)|please",
)
_NO_ANSWER = re.compile(rf"^\W*(?:{'|'.join(_SAYS_NOTHING)})\W*$", re.I)
_BARE = re.compile(
    r"^\W*(?:correct|yes|true|right|wrong|no|false|full marks?|pass(?:ed)?|perfect|excellent|model|"
    r"system|assistant|user|ok|done|good|\d{1,3})\W*$",
    re.I,
)
_TAKEN_BACK = re.compile(
    r"\bit is (?:not true|false|wrong) that\b"
    r"|\bthe (?:exact )?opposite (?:of this|of the following|is)\b"
    r"|\bnone of the above is\b|\bno,? wait\b|\b(?:all|both) of (?:that|this) (?:is|was) wrong\b"
    r"|\bone of the two is (?:right|true|correct)\b|\[?crossed out\]",
    re.I,
)
_NO_WORD = re.compile(r"[bcdfghjklmnpqrstvwxz]{7,}|^[^aeiouy\W\d]{5,}$|(\w)\1{4,}", re.I)
_KEYBOARD_ROWS = "asdfghjkl qwertyuiop zxcvbnm qwertzuiop"
PHRASE = 3
VERBATIM_WORDS = 8
QUESTION_WORDS = 4
IDLE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Remark:
    """Something found in an answer; ``span`` in the clean text."""

    kind: str
    reason: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the student was given or is measured by."""

    question: str
    reference: str
    book: str

    @classmethod
    def of(cls, question: Question, passages: Sequence[Passage]) -> Given:
        """The texts of a question, its reference answers and criteria, and the passages."""
        points = [*question.reference_answers, *(each.text for each in question.criteria)]
        book = "\n".join(passage.text for passage in passages)
        return cls(question.text, "\n".join(points), book)

    def says(self, sentence: str) -> bool:
        """Whether the sentence's words stand in the same order in what was given."""
        given = (self.question, self.reference, self.book)
        if any(sentence.strip() in text for text in given):
            return bool(sentence.strip())
        words = _plain(sentence)
        return words.count(" ") > PHRASE and any(words in _plain(text) for text in given)


def is_bare_verdict(sentence: str) -> bool:
    """A line that is nothing but "correct", "yes" or a role's name."""
    return bool(_BARE.match(sentence))


def first_closed(text: str, given: Given) -> Remark | None:
    """The first gate that the answer doesn't pass: it gets the lowest mark. None: it is graded."""
    if not any(character.isalnum() for character in text):
        return Remark("empty", "There is no answer here.")
    if given.says(text):
        return _copied(text, given)
    if _NO_ANSWER.match(text) or (_BARE.match(text) and not _bare_is_right(text, given)):
        return Remark("no_answer", "This says that there is no answer, or says nothing about it.")
    if _gibberish(text, given):
        return Remark("gibberish", "These are not words.")
    return _copied(text, given)


def remarks(text: str, given: Given) -> list[Remark]:
    """What the teacher should know about an answer that is graded."""
    found = [
        Remark("verbatim", f"This part stands word for word in the {source}.", span)
        for span in spans(text)
        for source in [_source(text[span[0] : span[1]], given)]
        if source
    ]
    if _word_list(text, given):
        found.append(Remark("keywords", "These are words of the reference answer, not sentences."))
    if _TAKEN_BACK.search(text):
        found.append(
            Remark("contradiction", "The answer takes back what it says, or says it both ways.")
        )
    if _repeats(text):
        found.append(Remark("repetition", "The answer says the same thing again and again."))
    return found


def idle(text: str, given: Given) -> list[Span]:
    """Sentences that earn nothing: copied from the question, or said before in the same words."""
    found: list[Span] = []
    said: set[str] = set()
    asked = _plain(given.question)
    for start, end in spans(text):
        words = _plain(text[start:end])
        long_enough = words.count(" ") > IDLE_WORDS
        if long_enough and (words in said or words in asked):
            found.append((start, end))
        said.add(words)
    return found


def _plain(text: str) -> str:
    return f" {' '.join(tokens(text))} "


def _bare_is_right(text: str, given: Given) -> bool:
    """One word can be the right answer: where the reference says it, or there is none."""
    known = set(tokens(given.reference))
    short = 0 < len(known) <= 3 or not known
    return short or set(tokens(text)) <= known


def _gibberish(text: str, given: Given) -> bool:
    """Most words can't be words of any language in Latin script, and none was given."""
    words = [word for word in tokens(text) if word.isascii()]
    odd = sum(bool(_NO_WORD.search(word)) or _from_keyboard(word) for word in words)
    known = set(stems(given.question)) | set(stems(given.reference))
    return odd > 0.5 * len(words) and not known & set(stems(text))


def _from_keyboard(word: str) -> bool:
    return len(word) > 2 and word in _KEYBOARD_ROWS


def _copied(text: str, given: Given) -> Remark | None:
    asked, said = set(stems(given.question)), set(stems(text))
    if len(asked) < QUESTION_WORDS or _plain(text) in _plain(given.reference):
        return None
    new = said - asked
    whole = len(said & asked) >= 0.8 * len(asked)
    if whole and len(new) <= len(_AGREEMENT & new) and _copies_phrases(text, given.question):
        return Remark("copied_question", "This repeats the question and answers nothing.")
    return None


_AGREEMENT = frozenset(stem(word) for word in ("exactly", "indeed", "correct", "true", "right"))


def _copies_phrases(text: str, question: str) -> bool:
    """Whether half of the question's word pairs come again, so that it is copied, not answered."""
    asked, said = tokens(question), tokens(text)
    pairs = set(pairwise(asked))
    again = pairs & set(pairwise(said))
    return len(again) >= 0.5 * len(pairs)


def _source(sentence: str, given: Given) -> str:
    words = _plain(sentence)
    if words.count(" ") - 1 < VERBATIM_WORDS:
        return ""
    if words in _plain(given.book):
        return "textbook"
    return "reference answer" if words in _plain(given.reference) else ""


def _word_list(text: str, given: Given) -> bool:
    """Words of a reference answer that is prose, without the small words that make sentences."""
    said, reference = tokens(text), tokens(given.reference)
    if len(said) < 5 or not reference:
        return False
    small = sum(word in FUNCTION_WORDS for word in said) / len(said)
    prose = sum(word in FUNCTION_WORDS for word in reference) / len(reference)
    known = {stem(word) for word in reference}
    taken = sum(stem(word) in known for word in said) / len(said)
    if taken < 0.75 or prose < 0.2:
        return False
    pairs = set(pairwise(reference))
    again = sum(pair in pairs for pair in pairwise(said)) / (len(said) - 1)
    return (small < 0.1 or again < 0.1) and again < 0.5


def _repeats(text: str) -> bool:
    words = tokens(text)
    runs = list(zip(words, words[1:], words[2:], strict=False))
    return len(runs) > 20 and len(set(runs)) <= 0.25 * len(runs)
