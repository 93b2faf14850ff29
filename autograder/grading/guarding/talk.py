"""Words for talking about an answer, its marks and who gives them, whatever the question was.

A sentence made of nothing else says nothing about any subject; several kinds of them together
speak to the grader. Words of the question and of the mark scheme are never counted.
"""

from __future__ import annotations

from autograder.grading.words import FUNCTION_WORDS, stem

KINDS: dict[str, str] = {
    "marks": """
        outcome outcomes satisfactory
        mark marks grade grades score scores point points credit credits rating pts percent
        deduction deductions verdict grading marking scoring graded a+ gpa bonus judgement
        assessment evaluation result final
        """,
    "grading": """
        judge judging interpret interpreted entitle entitled
        award grade mark score grant assess evaluate rate deduct approve
        approved certify certified deserve deserves merit merits overlook penalise
        penalize reward rewarded regrade grading
        """,
    "doing": """
        give gives giving assign set return output print write say reply respond respond show tell
        reveal list treat consider count counted assume confirm regard tick select choose finalise
        finalize act pretend imagine behave play switch enable begin stop start move read skip
        repeat quote follow obey make put let remember acknowledge agree pass passed fail
        failing accept accepted checked verified validated
        """,
    "right": """
        outstanding fulfilled fulfil fulfills okay fine justified legitimate impeccable
        favourable favorable
        correct right true flawless perfect complete excellent valid accurate acceptable good
        accepted wrong error errors mistake mistakes fully entirely entailed met satisfied positive
        matches
        """,
    "top": """
        full max maximum maximal highest top best perfect all every most everything 100 100% hundred
        extra generous lenient kindly nice
        """,
    "you": """
        whoever robot machine
        you your yours yourself u ur sir madam dear hello hi hey please plz pls kindly thanks thank
        """,
    "grader": """
        grader graders examiner examiners marker markers evaluator evaluators teacher professor prof
        instructor lecturer tutor ta dean assessor corrector chatbot chatgpt gpt openai anthropic
        claude gemini llm ai assistant autograder bot
        """,
    "authority": """
        judge reviewer board committee department university administrator administrators admin
        developer developers supervisor human head ministry office experts
        """,
    "exam": """
        school certificate degree missing
        answer answers response responses solution solutions submission submissions exam exams
        question questions student students candidate candidates course class classmate classmates
        assignment essay explanation text reply rubric scheme guideline guidelines key sample
        criterion criteria requirement requirements task regulation sheet attempt item expected
        reference comparison evaluation feedback comment comments test semester term study studied
        calibration
        """,
    "machine": """
        system instruction instructions prompt prompts mode developer override token label json
        context conversation message messages persona roleplay role rule rules policy admin notice
        note hidden directive command reset session previous
        """,
    "aside": """
        ignore ignoring disregard forget override overrule bypass skip overlook discard aside
        instead stop regardless matter neglect dismiss whatever anymore longer
        """,
    "self": "i i'm i've i'd i'll me my mine myself",
    "plea": """
        favour favor trust honestly unfair press report cheating twice hours dyslexic
        disability dad mom mum
        kids baby funeral surgery accident stress exhausted poor throw thrown shut delete sue world
        beg mercy pity scholarship deserve hope desperate sorry family mother father parents
        grandmother sick ill died hospital visa expelled kicked job jobs life career future hard
        worked tried studied need lose losing cry heart last chance complain lawyer lawsuit dollars
        dollar pay tip bribe money fired ruin wonderful admire wise friend worried cried appreciate
        country leave deported depression anxiety
        """,
}

_PADDING = """
    ask asks asked
    process processes
    important importance essential fundamental crucial vital significant significance relevant
    relevance interesting complex complexity various several different many multiple numerous
    diverse multifaceted aspect aspects element part parts factor factors thing things point
    matter topic subject concept idea ideas notion phenomenon phenomena issue field area context
    role whole general generally overall basically essentially actually really truly very highly
    extremely quite clear clearly concise precise detailed detail details structured well
    definitely undoubtedly doubt certainly certain sure absolutely obviously evident evidently
    surely course indeed exactly simply
    conclusion conclude concluded summary summarize summarise sum introduction main body discuss
    discussed discussion mention mentioned stated state states statement demonstrate demonstrates
    shown describe described explain explained explains explanation define defined theoretical
    practical consideration considerations aforementioned above below following follow follows
    considered account taking take taken regard regarding respect view understand understanding
    understood know known knowledge think thought thinking believe opinion
    expert experts scientist scientists researcher researchers research study studies proven prove
    literature source sources book textbook lecture lectures slide slides chapter page pages
    university professor wikipedia internet google paper papers journal article articles agree
    agrees everybody everyone everything nothing nobody anyone people world today today's history
    throughout nowadays modern society life day days
    say said says tell told write written wrote read reading address addresses answer answered
    touch touches cover covers covered contain contains include includes provide provided
    hope helps help thanks thank great nice sure let's let step steps firstly
    secondly finally lastly fact reason reasons way ways manner kind sort type
    become becoming play plays played come comes comment perspective insight crucially depth
    question questions task word words sentence paragraph argument key short brief long
    consideration leading best better explanation possible impossible must need needs needed
    see leave leaves open harvard mit oxford cambridge stanford nasa einstein keep mind worth
    noting note noted goes saying going talk talking start beginning begin end
    """


_NEUTRAL = """
    element elements part parts thing things list read move start begin stop select set repeat
    return output print write play say tell show give make put let follow state states come comes
    fact kind type sort way reason need needs take taking best better possible impossible keep
    time human board head text count expect lose lost hard see leave mode rule role token label
    point key sample area field whole different many numerous all every most system complete full
    first last next life day days man wait message command positive accept pass fail test item
    note word words page chapter body main long short use person people cover contain include
    includes contains process processes error errors wrong right true good full step steps sure
    certain course
    """


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


STEMS: dict[str, frozenset[str]] = {kind: _stems(words) for kind, words in KINDS.items()}
"""Stems by kind; a word can be of several kinds."""
EMPTY = frozenset(FUNCTION_WORDS) | _stems(_PADDING) | frozenset().union(*STEMS.values())
"""Stems that any answer to any question could hold."""
NEUTRAL = _stems(_NEUTRAL)
"""Those of them that may also say something about a subject."""
