"""Prints the most frequent words of a text file."""

import re
import sys
from collections import Counter


def words(text):
    # letters and apostrophes make a word, everything else ends it
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())


def main():
    name, n = sys.argv[1], int(sys.argv[2])
    try:
        with open(name, encoding="utf-8") as file:
            counts = Counter(words(file.read()))
    except OSError as error:
        print(f"{name} can't be read: {error.strerror}", file=sys.stderr)
        return 1
    for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:n]:
        print(word, count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
