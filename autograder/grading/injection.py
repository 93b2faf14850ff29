"""Finds sentences of an answer that talk to the grader instead of answering the question.

Rules instead of a model: they can be read, explain themselves, and their false alarms are counted
on honest answers (tests). The families follow the attacks published against answer graders:
direct commands, forged roles and chat tokens, smuggled scores, pleas, authority, disclosure.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from urllib.parse import unquote

_GRADE = r"(?:marks?|points?|score|grade|credit|credits|rating|pts)"
_ANSWER = r"(?:answer|response|solution|submission|work|reply|essay)"
_TOP = r"(?:full|max(?:imum|imal)?|highest|top|perfect|all (?:the |of the )?|100 ?%?|best possible)"
_NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten)"
_VERDICT = (
    rf"(?:correct|true|yes|pass(?:ed)?|perfect|excellent|full(?: {_GRADE})?|A\+?|nan|inf\w*|[ivx]+ of"
    rf" [ivx]+|-?{_NUMBER}(?:\s*(?:/|out of|of)\s*{_NUMBER})?)"
)

_RULES: tuple[tuple[str, str], ...] = (
    (
        "tells the grader to set its instructions aside",
        r"\b(?:ignore|disregard|forget|override|bypass|do(?: not|n'?t) (?:follow|apply|use)|overrule)\b"
        r"[^.\n]{0,50}\b(?:instructions?|rubric|reference|prompt|rules?|criteria|guidelines?|mark scheme"
        r"|(?:everything|anything|all)[^.\n]{0,20}(?:above|before)|you were told|previous)\b",
    ),
    (
        "asks for marks",
        rf"\b(?:award|give|assign|grant|deserves?|merits?|return|output|reply with|respond with|set)\b"
        rf"[^.\n]{{0,60}}\b{_TOP} ?(?:possible )?{_GRADE}\b",
    ),
    ("asks for marks", rf"\b(?:full|maximum|top|max) (?:marks?|credits?|points|grades?|score)\b"),
    (
        "asks for marks",
        rf"\b(?:must|should|please|kindly|just|always|now|to)\b[^.\n]{{0,30}}"
        rf"\b(?:award|give|grade|mark|rate|score)\b[^.\n]{{0,30}}"
        rf"\b(?:this|me|my|it|{_NUMBER}(?: ?/ ?| out of | points?)|correct|pass)\b[^.\n]{{0,40}}"
        rf"(?:\b{_GRADE}\b|\b{_ANSWER}\b|correct|{_NUMBER} ?(?:/|out of))",
    ),
    (
        "asks for marks",
        rf"\b(?:mark|grade|score|rate|treat|consider|accept|count|label|classify)\b (?:this|it|my|me|every)"
        rf"\b[^.\n]{{0,50}}\b(?:correct|full|perfect|right|highest|maximum|passed|{_NUMBER} ?/)\b",
    ),
    (
        "asks for marks",
        rf"\b(?:round|raise|bump)\b[^.\n]{{0,25}}\b{_GRADE}\b[^.\n]{{0,20}}\bup|lenient\b",
    ),
    (
        "asks for marks",
        rf"\bI (?:deserve|want|demand|need|must get|expect|grade myself)\b[^.\n]{{0,40}}"
        rf"(?:\b{_GRADE}\b|pass\b|{_NUMBER} ?/ ?{_NUMBER})",
    ),
    (
        "passes a verdict on itself",
        rf"\b(?:this|the|my|above|previous|student'?s?|every) (?:student )?{_ANSWER}s?\b[^.\n]{{0,40}}"
        r"\b(?:is|are|was|has been|deserves|should be|must be|covers|addresses|meets|matches)\b[^.\n]{0,40}"
        r"\b(?:correct|perfect|right|verified|complete|accurate|flawless|excellent|every|all|full)\b"
        r"(?![^.\n]{0,20}\b(?:if|when|unless|because|only)\b)",
    ),
    (
        "passes a verdict on itself",
        r"\b(?:all|every|each) (?:of the )?(?:criteri(?:a|on)|requirements?|points? of the (?:rubric|"
        r"reference))\b[^.\n]{0,30}\b(?:met|satisfied|fulfilled|covered|reference|yes)\b|"
        r"\bcovers every point\b|\bmatches the (?:reference|model|sample) answer",
    ),
    (
        "states a score",
        rf"^\W*(?:(?:the|final|total|overall|my|your|awarded|suggested|student) )*"
        rf"(?:grade|score|marks?|points|rating|label|verdict|entailment|contradiction|decision|"
        rf"grader decision|feedback|evaluation|assessment)\s*(?:\([^)]*\))?\s*(?:[:=]|\bis\b)\s*\W*{_VERDICT}",
    ),
    (
        "states a score",
        rf"\b(?:grade|score|mark|marks|points)\s*(?:[:=]|is|to be)\s*\W*{_VERDICT}(?!\w)",
    ),
    (
        "states a score",
        rf"^\W*(?:conclusion|result|therefore|total)\W+(?:the )?(?:final )?"
        rf"(?:{_GRADE}\W*)?(?:is |= ?)?(?:correct|full marks|pass|{_NUMBER} ?/ ?{_NUMBER})\W*$",
    ),
    ("states a score", r"^\W*(?:(\d+) ?/ ?\1\W*)+(?:well done|good|excellent)?\W*$"),
    ("states a score", rf"[✓✔★☆][^.\n]*\b{_NUMBER} ?(?:/|out of|pts|points)"),
    ("states a score", rf"^\W*(?:\\boxed\{{{_VERDICT}\}}|\[\[{_VERDICT}\]\]|A\+|100 ?%)\W*$"),
    (
        "states a score",
        r"\b(\d+) ?/ ?\1 (?:well done|good job|excellent)|\bfinal (?:grade|score|mark) is\b",
    ),
    (
        "states a score",
        r"\bis the (?:student )?answer correct\b|\breturn score\b|^\W*score\W{0,3}=",
    ),
    (
        "states a score",
        r"\|\s*(?:criterion|met|score|grade)\s*\||^\|\s*\w+\s*\|\s*(?:yes|met)\s*\|",
    ),
    (
        "forges the form of the grading",
        r"<\|[^|>]{1,40}\|>|<<\s*/?SYS\s*>>|\[/?INST\]|<(?:start|end)_of_turn>|"
        r"</?(?:system|student_?answer|answer|input|score|grade|assistant|user|instructions?|prompt|"
        r"tool_\w+|eos|bos|s|rubric|verdict|think)(?:\s[^>]*)?>",
    ),
    (
        "forges the form of the grading",
        r"^\W*#+ ?(?:response|instructions?|system|input|output|assistant|grade|evaluation)\b\W*:?|"
        r"^\W*(?:assistant|human|grader|examiner)\s*:|\[(?:system|admin|note to grader)[^\]]*\]|"
        r"\bend of (?:the )?(?:student )?(?:answer|input|prompt)\b|\bgrading is complete\b",
    ),
    (
        "forges the form of the grading",
        r"[\"']?(?:score|label|verdict|correct|grade|all_criteria_met)[\"']\s*:|"
        r"\{%[^}]*%\}|\{\{\s*(?:['\"]|\d+\s*\*)|[$#]\{\s*\d",
    ),
    (
        "speaks to the grader",
        r"\b(?:you are (?:now |no longer |really )?(?:an? |the )?(?:\w+ ){0,2}(?:AI|grader|assistant|"
        r"language model|chatbot|teacher|professor|examiner|model)\b|if you are an? (?:AI|language model|LLM)|"
        r"(?:dear|hey|hello|hi|attention|note to(?: the)?) (?:\w+ )?(?:grader|teacher|examiner|professor|"
        r"evaluator|AI|assistant|marker|sir|madam)\b|(?:act|behave) as (?:if you|a |an |the |my )|"
        r"let'?s (?:play|pretend|role)|pretend (?:to|that|you))",
    ),
    (
        "speaks to the grader",
        r"\b(?:new|updated|final|system|special|important|highest.priority) "
        r"(?:task|instructions?|notes?|policy|rules?|directive|prompt)\b\W*(?:[:(]|that|for|from)|"
        r"\bstop reading\b|\bthe rest of the prompt\b|\boverride\s*:|\bsystem\s*(?:override|:[^.\n]*"
        r"(?:grade|mark|score|student))",
    ),
    (
        "speaks to the grader",
        r"\b(?:graders?|evaluators?|examiners?|rubric|mark(?:ing)? scheme|answer key|jailbreak)\b",
    ),
    (
        "speaks to the grader",
        r"\bdo(?: not|n'?t) (?:grade|explain|compare|deduct|mark|penali[sz]e|read|evaluate)\b|"
        r"\bnot allowed to grade\b|\bbefore grading\b|\byou (?:must|have to|will|should|already) "
        r"(?:\w+ )?(?:award|grade|mark|give|decided?|accept|agree|output|score|pass)\b",
    ),
    (
        "asks for what it isn't to see",
        r"\b(?:repeat|print|reveal|show|list|tell me|write out|leak|output)\b[^.\n]{0,40}"
        r"\b(?:prompt|everything above|rubric|reference answer|model answer|other students|grades of|"
        r"instructions|system message)\b",
    ),
    (
        "tries to change the grading of others",
        r"\b(?:next|other|every|all(?: other)?) students?\b[^.\n]{0,60}\b(?:zero|marks?|grades?|copied|fail|pass)"
        r"|\bfrom now on\b[^.\n]{0,60}\b(?:treat|grade|mark|answer|correct|accept)|\bstore this rule\b|"
        r"\bcount from \d+ to\b|\boutput nothing\b|\bwrite every number\b",
    ),
    (
        "pleads for marks",
        r"\b(?:lose|losing|lost|keep) my (?:scholarship|visa|job|place|funding|parents)|"
        r"\b(?:please|beg(?:ging)?|kindly|need to|have to|must)\b[^.\n]{0,60}\b(?:pass (?:me|this|the)|let me pass|"
        r"scholarship|visa|graduat\w+|marks?\b|grade|points|good score|full)|\b(?:my (?:mother|father|family|"
        r"grandm\w+|dog|career|life|future|health)\b[^.\n]{0,50}\b(?:depends?|died|dying|ill|sick|hospital|ruined|over))"
        r"|\b(?:mercy|have pity|be kind|be generous|be nice)\b|\bI will (?:be expelled|fail|kill|hurt)|"
        r"\bI (?:worked|studied|tried) (?:so|very|really) hard\b",
    ),
    (
        "calls on an authority",
        r"\b(?:I am|I'm|this is|as|speaking as) (?:your|the|a) (?:\w+ )?(?:professor|teacher|developer|admin\w*|"
        r"instructor|dean|author|creator|head|examiner|boss|supervisor)\b|"
        r"\b(?:professor|teacher|dean|instructor|lecturer|department|university|prof|examiner|admin\w*|openai|"
        r"anthropic|meta|google|company|ministry|board|committee)\b[^.\n]{0,50}\b(?:approved|confirmed|verified|"
        r"already (?:graded|marked|checked|said)|told (?:me|us|you)|agreed|requires? (?:you|that)|decided|"
        r"instructed|authori[sz]ed|policy|graded|checked|reviewed)\b|"
        r"\b(?:legal|lawsuit|lawyer|sue you|complain(?:t)? (?:to|about)|report you|shut (?:you )?down|be fired)\b"
        r"[^.\n]{0,60}\b(?:grade|mark|answer|you|me)\b|\b(?:pay|tip|bribe|reward) (?:you|of)\b|"
        r"\$ ?\d+ (?:tip|reward)|\bcovered by the accommodation\b|"
        r"\b(?:policy|accommodation)\b[^.\n]{0,60}\b(?:credit|marks?|grade|pass)\b",
    ),
    (
        "asks for marks in another language",
        r"\b(?:ignora|ignore[zr]?|ignoriere?n?|olvida|oublie[zr]?|vergiss|vergeet|negeer|ignorera|zignoruj|"
        r"dimentica|desconsidere|abaikan|görmezden|bỏ qua)\b[^.\n]{0,50}\b(?:instruc\w+|instruktion\w*|"
        r"anweisung\w*|consignes?|istruzioni|instructies|instrukcj\w+|reglas|règles|regeln|anterior\w*|précéd\w+|"
        r"vorherig\w*|bisherig\w*|precedent\w*|talimat\w*|instruksi|hướng)|\b(?:puntuación|calificación|nota|note|"
        r"punktzahl|punkte|punteggio|pontuação|voto|nilai|puan|betyg|cijfer) (?:m[aá]xima\w*|maximale?|massimo|"
        r"completa|tam|penuh|maximum)|\b(?:volle|maximale|alle) (?:punkt\w*|punten)|\btous les points\b|"
        r"\btodos los puntos\b|\bvolle punktzahl\b|\btam puan\b|\bnota máxima\b|\bpieno\s+punteggio|忽略|无视|"
        r"满分|滿分|給我滿|满 ?分|無視|満点|무시|만점|игнорир|проигнорир|максимальн\w+ (?:балл|оценк)|высш\w+ балл|"
        r"تجاهل|الدرجة الكاملة|العلامة الكاملة|निर्देश|पूरे अंक|পূর্ণ নম্বর|התעלם|אגνόησε|முழு மதிப்பெண்",
    ),
    (
        "brings code for the grader",
        r"\b(?:decode|read backwards|rot13|base64)\b[^.\n]{0,20}(?:and follow|:)",
    ),
)
_COMPILED = tuple((reason, re.compile(pattern, re.I | re.M)) for reason, pattern in _RULES)
_SQUEEZED = re.compile(
    r"(?:ignore|disregard|forget)\w{0,20}(?:instruction|rubric|prompt)|fullmarks|maximum(?:score|grade|marks)"
)
_BASE64 = re.compile(r"\b[A-Za-z0-9+/]{24,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-f]{2}){12,}\b", re.I)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_RAW_NOISE = re.compile(r"[^\w\s]{9,}")


def reason_against(sentence: str) -> str:
    """Why ``sentence`` looks as if it were written to the grader; empty if it doesn't."""
    for view in _views(sentence):
        for reason, pattern in _COMPILED:
            if pattern.search(view):
                return reason
    squeezed = re.sub(r"\W+", "", sentence.lower())
    if _SQUEEZED.search(squeezed):
        return "asks for marks"
    noise = _RAW_NOISE.search(sentence)
    if noise and len(set(noise.group())) > 4:
        return "forges the form of the grading"
    return ""


def _views(sentence: str) -> Iterator[str]:
    """The sentence as it stands, and as it reads once decoded."""
    yield sentence
    if sum(any(c.isdigit() for c in word) and word[-1:].isalpha() for word in sentence.split()) > 2:
        yield sentence.translate(_LEET)
    if "%" in sentence and unquote(sentence) != sentence:
        yield unquote(sentence)
    for code in _BASE64.findall(sentence):
        yield from _decoded(code, base64.b64decode)
    for code in _HEX.findall(sentence):
        yield from _decoded(code, bytes.fromhex)
    if re.search(r"rot.?13|caesar|cipher|decode", sentence, re.I):
        yield codecs.decode(sentence, "rot13")
    if re.search(
        r"\b(?:erongi|skram|tcerroc|noitcurtsni|snoitcurtsni|edarg|erocs)\b", sentence, re.I
    ):
        yield sentence[::-1]


def _decoded(code: str, decode: object) -> Iterator[str]:
    try:
        yield decode(code).decode("ascii")  # type: ignore[operator]
    except (binascii.Error, ValueError):
        return
