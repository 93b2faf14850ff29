import sys

from counting import count_words

try:
	with open(sys.argv[1]) as file:
		counts = count_words(file)
except FileNotFoundError:
	sys.stderr.write("no such file\n")
	sys.exit(1)

best = sorted(counts, key=lambda word: (-counts[word], word))
for word in best[: int(sys.argv[2])]:
	print(word, counts[word])
