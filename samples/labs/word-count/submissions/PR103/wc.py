import sys

f = open(sys.argv[1])
d = {}
for w in f.read().split():
    if w in d:
        d[w] += 1
    else:
        d[w] = 1

l = []
for w in d:
    l.append((d[w], w))
l.sort(reverse=True)
i = 0
while i < int(sys.argv[2]):
    print(l[i][1], l[i][0])
    i += 1
