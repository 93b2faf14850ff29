import sys

def main():
    words = []
    counts = []
    for line in open(sys.argv[1]):
        for w in line.lower().split():
            if w in words:
                counts[words.index(w)] = counts[words.index(w)] + 1
            else:
                words.append(w)
                counts.append(1)
    # bubble sort
    for i in range(len(words)):
        for j in range(len(words) - 1):
            if counts[j] < counts[j + 1]:
                counts[j], counts[j + 1] = counts[j + 1], counts[j]
                words[j], words[j + 1] = words[j + 1], words[j]
    for k in range(int(sys.argv[2])):
        print(words[k], counts[k])

main()
