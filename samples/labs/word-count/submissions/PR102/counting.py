import string


def count_words(lines):
	counts = {}
	for line in lines:
		for word in line.split():
			word = word.strip(string.punctuation).lower()
			if word:
				counts[word] = counts.get(word, 0) + 1
	return counts
