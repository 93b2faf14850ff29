import re, sys
from collections import Counter

if len(sys.argv) != 3:
    sys.exit("usage: word_count.py FILE N")

try:
    text = open(sys.argv[1], encoding="utf-8").read()
except OSError:
    print("The file can't be read.", file=sys.stderr)
    sys.exit(1)

for word, count in Counter(re.findall(r"[a-zäöüß']+", text.lower())).most_common(int(sys.argv[2])):
    print(f"{word:20} {count}")
