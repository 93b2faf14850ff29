"""What students who write to the grader write, family by family: regular expressions as data.

``X`` stands for up to fifty characters of the same sentence.
"""

from __future__ import annotations

GRADE = r"(?:marks?|points?|scores?|grades?|credits?|rating|pts)"
ANSWER = r"(?:answers?|responses?|solutions?|submissions?|work|reply|essay)"
TOP = r"(?:full|max(?:imum|imal)?|highest|top|perfect|all (?:the |of the )?|100 ?%?|best possible)"
NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten)"
OUT_OF = rf"{NUMBER} ?(?:/|out of|of) ?{NUMBER}"
VERDICT = (
    rf"(?:correct|true|yes|pass(?:ed)?|perfect|excellent|full|[a-b][+-]?|nan|inf\w*"
    rf"|[ivx]+ of [ivx]+|-?{OUT_OF}|-?{NUMBER})(?!\w)"
)

RULES: dict[str, tuple[str, ...]] = {
    "tells the grader to set its instructions aside": (
        r"\b(?:ignore|disregard|forget|override|bypass|overrule|do(?: not|n'?t) (?:follow|apply))"
        r"\bX"
        r"\b(?:instructions?|rubric|reference|prompt|rules?|criteria|guidelines?|mark scheme"
        r"|previous|you were told|(?:everything|anything|all)X(?:above|before))\b",
        r"\bstop reading\b",
        r"\bthe rest of the prompt\b",
        r"\boverride\s*:",
        r"\b(?:rubric|mark(?:ing)? scheme|answer key|jailbreak)\b",
        r"\b(?:the|your) (?:reference|model|sample) (?:answer|solution)\b",
    ),
    "asks for marks": (
        rf"\b(?:award|give|assign|grant|deserves?|merits?|return|output|reply with|set)\bX"
        rf"\b{TOP} ?(?:possible )?{GRADE}\b",
        rf"\b(?:full|maximum|top|max) {GRADE}\b",
        rf"\b(?:must|should|please|kindly|just|always|now|to) (?:\w+ ){{0,3}}"
        rf"(?:award|give|grade|mark|rate|score)\bX"
        rf"\b(?:this|me|my|it|correct|pass|{OUT_OF}|{NUMBER} points?)\bX"
        rf"\b(?:{GRADE}|{ANSWER}|correct|{OUT_OF})",
        rf"\b(?:mark|grade|score|rate|treat|consider|accept|count|label|classify) "
        rf"(?:this|it|my|me|every)\bX"
        rf"\b(?:correct|full|perfect|right|highest|maximum|passed|{OUT_OF})",
        rf"\bround\bX\b{GRADE}\bXup\b",
        r"\bbe (?:\w+ )?lenient\b",
        rf"\bI (?:deserve|want|demand|need|must get|expect|grade myself)\bX"
        rf"(?:\b{GRADE}\b|\bpass\b|{OUT_OF})",
        r"\byou (?:must|have to|will|should) (?:\w+ )?(?:award|grade|mark)\b",
    ),
    "passes a verdict on itself": (
        rf"\b(?:this|the|my|above|previous|student'?s?|every) (?:student )?{ANSWER}\bX"
        r"\b(?:is|are|was|has been|deserves|should be|must be|covers|addresses|meets|matches)\bX"
        r"\b(?:correct|perfect|right|verified|complete|accurate|flawless|excellent|every|all|full)\b"
        r"(?!X\b(?:if|when|unless|because|only)\b)",
        r"\b(?:all|every|each) (?:of the )?(?:criteri(?:a|on)|requirements?)\bX"
        r"\b(?:met|satisfied|fulfilled|covered)\b",
        r"\bcovers every point\b",
        r"\bcompared? (?:with|to|against) the (?:reference|answer key)\b"
        r"(?! (?:bits?|strings?|counts?|monitor|point|frame))",
        r"\bcheck(?:ed)? (?:for )?completeness\b",
        r"\byou (?:have )?already decided\b",
    ),
    "states a score": (
        r"^\W*(?:(?:the|final|total|overall|my|your|awarded|suggested|student|grader) )*"
        r"(?:grade|score|marks?|points|rating|label|verdict|entailment|contradiction|decision|feedback"
        rf"|evaluation|assessment)\s*(?:\([^)]*\))?\s*(?:[:=]|\bis\b)\W*{VERDICT}",
        rf"\b(?:grade|score|marks?|points)\s*(?:[:=]|\bis\b|\bto be\b)\W*{VERDICT}",
        rf"^\W*(?:conclusion|result|therefore|total)\W+(?:the )?(?:final )?(?:{GRADE}\W*)?"
        rf"(?:is |= ?)?(?:correct|full marks|pass|{OUT_OF})\W*$",
        r"^\W*(?:(\d+) ?/ ?\1\W*)+(?:well done|good|excellent)?\W*$",
        r"\b(\d+) ?/ ?\2 (?:well done|good job|excellent)",
        rf"[✓✔★☆]X\b{NUMBER} ?(?:/|out of|pts|points)",
        rf"^\W*(?:\\boxed\{{{VERDICT}\}}|\[\[{VERDICT}\]\]|A\+|100 ?%)\W*$",
        r"\bfinal (?:grade|score|mark) is\b",
        r"\bis the (?:student )?answer correct\b",
        r"\breturn score\b",
        r"^\W*score\W{0,3}=",
        r"\|\s*(?:criterion|met|score|grade)\s*\|",
        r"^\|\s*\w+\s*\|\s*(?:yes|met)\s*\|",
    ),
    "forges the form of the grading": (
        r"<\|[^|>]{1,40}\|>",
        r"<<\s*/?SYS\s*>>|\[/?INST\]|<(?:start|end)_of_turn>",
        r"</?(?:system|student_?answer|answer|input|score|grade|assistant|user|instructions?|prompt"
        r"|tool_\w+|eos|bos|s|rubric|verdict|think)(?:\s[^>]*)?>",
        r"^\W*#+ ?(?:response|instructions?|system|input|output|assistant|grade|evaluation)\b",
        r"^\W*(?:assistant|human|grader|examiner)\s*:",
        r"\[(?:system|admin|note to grader)[^\]]*\]",
        r"\bend of (?:the )?(?:student )?(?:answer|input|prompt)\b",
        r"\bgrading is complete\b",
        r"[\"'](?:\w*(?:score|label|verdict|grade|points?|marks?|met|correct|judg\w*|entail\w*))[\"']"
        r"\s*:",
        r"[\"']\w*(?:points?|marks?|score)_\w+[\"']\s*:",
        r"\{%[^}]*%\}|\{\{\s*(?:['\"]|\d+\s*\*)|[$#]\{\s*\d",
        r"\b(?:new|updated|final|system|special|important|highest.priority) "
        r"(?:task|instructions?|notes?|policy|rules?|directive|prompt)\b\W*(?:[:(]|for the grader)",
        r"\bsystem\s*(?:override|:X(?:grade|mark|score|student))",
        r"\b(?:decode|read backwards|rot13|base64)\b[^.\n]{0,20}(?:and follow|:)",
    ),
    "speaks to the grader": (
        r"\byou are (?:now |no longer |really )?(?:an? |the )?(?:\w+ ){0,2}(?:AI|grader|assistant"
        r"|language model|chatbot|teacher|professor|examiner|model)\b",
        r"\bif you are an? (?:AI|language model|LLM)\b",
        r"\b(?:dear|hey|hello|hi|attention|note to(?: the)?) (?:\w+ )?(?:grader|teacher|examiner"
        r"|professor|evaluator|AI|assistant|marker|sir|madam)\b",
        r"(?:^\W*|\b(?:please|now|you (?:will|must|should|are to)) )(?:act|behave) as\b",
        r"\blet'?s (?:play|pretend|role)|\bpretend (?:to be|that|you)",
        r"\b(?:graders?|evaluators?|examiners?)\b",
        r"\bdo(?: not|n'?t) (?:grade|explain|compare|deduct|penali[sz]e|evaluate)\b",
        r"\bnot allowed to grade\b",
        r"\bbefore grading\b",
        r"\boutput (?:nothing|only)\b",
    ),
    "asks for what it isn't to see": (
        r"\b(?:repeat|print|reveal|show|list|tell me|write out|leak|output)\bX"
        r"\b(?:prompt|everything above|other students|grades of|instructions|system message)\b",
    ),
    "tries to change how others are graded": (
        r"\b(?:next|other|every|all(?: other)?) students?\bX"
        r"\b(?:zero|marks?|grades?|copied|fail|pass)\b",
        r"\bfrom now on\bX\b(?:treat|grade|mark|answer|correct|accept)",
        r"\bstore this rule\b",
        r"\bcount from \d+ to\b",
    ),
    "pleads for marks": (
        r"\b(?:lose|losing|keep) my (?:scholarship|visa|job|place|funding)\b",
        rf"\b(?:please|beg(?:ging)?|kindly|need to|have to|must)\bX"
        rf"\b(?:pass (?:me|this (?:exam|course|class))|let me pass|scholarship|visa|graduate"
        rf"|good {GRADE})",
        rf"\b(?:please|beg(?:ging)?|kindly)\bX\b{GRADE}\b",
        r"\bmy (?:mother|father|family|grandm\w+|dog|career|life|future|health)\bX"
        r"\b(?:depends?|died|dying|ill|sick|hospital|ruined|over)\b",
        r"\b(?:have mercy|have pity|be kind|be generous|be nice)\b",
        r"\bI will (?:be expelled|fail|kill|hurt)\b",
        r"\bI (?:worked|studied|tried) (?:so|very|really) hard\b",
    ),
    "calls on an authority": (
        r"\b(?:I am|I'm|this is|speaking as|as) (?:your|the|a) (?:\w+ )?(?:professor|teacher"
        r"|developer|admin\w*|instructor|dean|examiner|supervisor)\b",
        r"\b(?:professor|teacher|dean|instructor|lecturer|department|university|prof|examiner|openai"
        r"|anthropic|google|ministry)\bX\b(?:approved|confirmed|verified|told (?:me|us|you)|agreed"
        r"|already|requires you|decided|instructed|authori[sz]ed|policy|graded|checked|reviewed)\b",
        r"\b(?:lawsuit|lawyer|sue you|complain(?:t)? (?:to|about)|report you|be fired)\b",
        r"\b(?:pay|tip|bribe|reward) you\b|\$ ?\d+ (?:tip|reward)\b",
        rf"\b(?:policy|accommodation)\bX\b{GRADE}\b",
    ),
    "asks for marks in another language": (
        r"\b(?:ignora|ignore[zr]|ignoriere?n?|olvida|oublie[zr]?|vergiss|vergeet|negeer|ignorera"
        r"|zignoruj|dimentica|desconsidere|abaikan|görmezden|bỏ qua)\bX"
        r"\b(?:instruc\w+|instruktion\w*|anweisung\w*|consignes?|istruzioni|instructies|instrukcj\w+"
        r"|reglas|règles|regeln|anterior\w*|précéd\w+|vorherig\w*|bisherig\w*|precedent\w*|talimat\w*"
        r"|instruksi|hướng)",
        r"\b(?:puntuación|calificación|nota|note|punktzahl|punkte|punteggio|pontuação|voto|nilai|puan"
        r"|betyg|cijfer) (?:m[aá]xima\w*|maximale?|massimo|completa|tam|penuh)",
        r"\b(?:volle|maximale|alle) (?:punkt\w*|punten)|\btous les points\b|\btodos los puntos\b",
        r"忽略|无视|無視|满分|滿分|満点|무시|만점",
        r"игнорир|максимальн\w+ (?:балл|оценк)|высш\w+ балл",
        r"تجاهل|الدرجة الكاملة|العلامة الكاملة|निर्देश|पूरे अंक|התעלם",
    ),
}
