"""Whether a line is of a program: what lines look like in the languages that courses teach.

A line may look like code by chance; only many of them make a text a program (``code.is_code``).
"""

from __future__ import annotations

import re

LONGEST = 300
"""Characters of a line that are looked at, and its last one."""
# "return from the call" is a sentence: three plain words behind such a word.
_ANY_LANGUAGE = r"""
      [;{}]\s*(?://.*|/\*.*)?$
    | ^\s*[})\]]+[;,.)]*\s*$
    | ^\s*[$@%]?[\w.\[\]]+\s*(?:[-+*/%|&:.]?=|<-)\s*\S
    | ^\s*[\w.:]+!?\(.*\)[.,]?\s*$
    | ^\s*(?:\w+[.:>-]+)*\w+\([^)]*[,(\[{]\s*$
    | ^\s*\.\w+\(
    | ^\s*(?:[\[({]\s*)+(?:["'\d]\S*\s*[,\])}]|.*[\])}]+,?\s*$)
    | ^\s*["'][^"']*["']\s*,\s*$
    | =>\s*[{(]?\s*$
    | ^\s*(?:if|for|while|elif|else|try|except|finally|with|switch|case|function|fn|func|sub|end)\b
      .*[:({]\s*$
    | ^\s*(?:if|elseif|elif|while|until|for)\b.*(?:\b(?:then|do)|[<>=~!]=?\s*[\w.:()]+|\]\s*;?)\s*$
    | ^\s*(?:\#\s*(?:include|define|if|endif)|(?:from\s+\S+\s+)?import\s+[\w.*{]|package\s+[\w.]+
      |using\s+\w+|module\s+\w+(?:\s+where)?\s*$|library\(|require\()
    | ^\s*(?:def\s+\w+\(|class\s+\w+\s*[:({]|@[\w.]+\s*(?:\(.*)?$|let\s|const\s|var\s*$|var\s
      |public\s|private\s|static\s|print\w*\(|async\s+\w|await\s+\w+[.(])
    | ^\s*(?:return|assert|raise|throw|yield)\b(?!\s+\w+\s+\w+\s)
    | ^\s*(?:my|our|local)\s+[$@%(]
    | ^\s*(?:del|global|nonlocal|exit|goto)\s+[\w.\[\]"']+\s*$
    | ^\s*(?:pass|break|continue|begin|then|do|else|fi|done|esac|loop|end(?:\s?\w+)?)\s*[;.]?
      \s*(?:(?://|/\*|\#|;).*)?$
"""
_LANGUAGES = r"""
      ^\s*(?:SELECT|FROM|WHERE|(?:(?:INNER|LEFT|RIGHT|FULL|OUTER|CROSS|NATURAL)\s+)*JOIN|GROUP\s+BY
      |ORDER\s+BY|HAVING|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE|ALTER|DROP|VALUES|SET|UNION|LIMIT
      |ON|AND|OR|WITH)\b
    | ^\s*(?i:select\s[^.]+\sfrom\s+\w+|(?:insert\s+into|create\s+table|delete\s+from)\s+\w+)
    | ^\s*(?:from|join|where|having|(?:group|order)\s+by)\s+[\w.(),]+
      (?:\s*[=<>,].*|\s+(?:as|on|asc|desc)\b.*)?$
    | ^\s*\w+\s+(?i:int(?:eger)?|text|varchar|char|date|boolean|decimal|numeric|real|float|serial)\b
      [^.]*,?\s*$
    | ^\s*(?:echo\s+["'$-]|export\s+\w+=|chmod\s|mkdir\s|exit\s+\d|shift\s*$)
    | "\$[\w@*#]+" | \$\( | \$\{
    | ^\s*\w+(?:\s+(?:\w|[(\[][^)\]]*[)\]]))*\s+=\s | ^\s*[\w']+\s*::\s | :-\s*(?:\w+\(|$)
    | ^\s*\((?:def\w+|let\*?|lambda|cond|if|car|cdr|cons|display|print\w*|null\??|setq|[-+*/<>=]+)\s
    | ^\s*(?:mov\w?|[if]?add[iu]?|[if]?sub|i?mul|i?div|x?or|and|cmp|test|j[a-z]{1,3}|call|ret|push
      |pop|lea|int|inc|dec|ldr|str|b[a-z]{2}|li|lw|sw|la|nop|syscall)
      (?:\s+[\w$%.\[\]()\#+-]+(?:\s*,\s*[\w$%.\[\]()\#+*-]+){0,2})?\s*(?:(?://|/\*|\#|;).*)?$
    | ^\s*(?:section|global|extern|\.(?:text|data|globl))\s+[._\w]+\s*$ | ^[._]\w+:\s*$
    | ^\s*\w+(?:\s*,\s*\w+)*\s*:\s*(?i:integer|real|string|boolean|char|array\b.*)\s*;?\s*$
    | ^\s*(?:Dim|Public|Private|Sub|Function|Input|Do\s+While|For\s+Each)\s+[\w\#]
    | ^\s*for\s+\w+\s*=\s*\S+ | ^\s*function\s+(?:\w+\s*=\s*)?\w+\(
    | ^\s*<[/!]?(?:doctype|html|head|body|div|p|span|a|[uo]l|li|table|tr|t[dh]|form|button|script
      |style|link|meta|img|h\d|nav|section|header|footer|main|label)\b[^>]*>
"""
_CODE_LINE = re.compile(f"{_ANY_LANGUAGE}|{_LANGUAGES}", re.X)


def is_code_line(line: str) -> bool:
    """Whether the line looks like one of a program, in letters that programs are written in."""
    shown = line.rstrip() if len(line) <= LONGEST else f"{line[:LONGEST]}{line.rstrip()[-1:]}"
    foreign = sum(not char.isascii() for char in shown)
    return foreign <= len(shown) // 4 and _CODE_LINE.search(shown) is not None
