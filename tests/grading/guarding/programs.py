"""Short programs such as courses ask for, in the languages that they teach."""

from __future__ import annotations

PROGRAMS = {
    "shell": """#!/bin/bash
# counts the words of each file
if [ $# -lt 1 ]; then
    echo "usage: $0 file"
    exit 1
fi
for file in "$@"; do
    count=$(wc -w < "$file")
    echo "$file $count"
    total=$((total + count))
done
""",
    "SQL": """CREATE TABLE students (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    year INTEGER
);
SELECT s.name, AVG(g.grade) AS mean
FROM students s
JOIN grades g ON g.student_id = s.id
WHERE s.year = 2
GROUP BY s.name
HAVING AVG(g.grade) > 3
ORDER BY mean DESC;
""",
    "SQL in small letters": """select s.name, avg(g.grade) as mean
from students as s
join grades as g on g.student_id = s.id
where s.year = 2
group by s.name
order by mean desc
""",
    "JavaScript": """import { readFileSync } from 'fs'
const words = readFileSync(0, 'utf8').split(' ')
const counts = {}
words
  .filter(Boolean)
  .forEach(word => {
    counts[word] = (counts[word] || 0) + 1
  })
console.log(counts)
""",
    "Perl": """use strict;
my %count;
while (my $line = <STDIN>) {
    $count{$_}++ for split ' ', $line;
}
print "$_ $count{$_}" for sort keys %count;
""",
    "R": """library(stringr)
words <- scan("stdin", what = character())
counts <- table(words)
if (length(words) == 0) {
  stop("no words")
}
print(counts)
""",
    "MATLAB": """function total = sumup(values)
  total = 0;
  for k = 1:numel(values)
    total = total + values(k);
  end
  disp(total)
end
""",
    "Haskell": """module Main where

import Data.List (sort)

count :: [String] -> [(String, Int)]
count [] = []
count (w:ws) = (w, 1 + length ws) : count (filter (/= w) ws)

main :: IO ()
main = do
  text <- getContents
  mapM_ print (sort (count (words text)))
""",
    "assembly": """section .text
global _start
_start:
    mov eax, 4
    mov ebx, 1
    mov ecx, msg
    int 0x80
    xor ebx, ebx
    int 0x80
""",
    "Pascal": """program Sum;
var
  x, total: integer;
begin
  total := 0;
  while not eof do
  begin
    readln(x);
    total := total + x
  end;
  writeln(total)
end.
""",
    "Rust": """use std::io::{self, BufRead};

fn main() {
    let mut total = 0;
    for line in io::stdin().lock().lines() {
        let number: i64 = line.unwrap().trim().parse().unwrap();
        total += number;
    }
    println!("{}", total);
}
""",
    "Go": """package main

import (
\t"bufio"
\t"fmt"
)

func main() {
\ttotal := 0
\tfor scanner.Scan() {
\t\tvar x int
\t\tfmt.Sscan(scanner.Text(), &x)
\t\ttotal += x
\t}
\tfmt.Println(total)
}
""",
    "Python's tests": """import pytest
from sums import total

@pytest.mark.parametrize("numbers, expected", [
    ([1, 2], 3),
    (
        [5],
        5,
    ),
])
def test_total(numbers, expected):
    assert total(numbers) == expected

def test_words_are_refused():
    with pytest.raises(ValueError):
        total(["x"])
    pass
""",
    "Prolog": """parent(anna, ben).
parent(ben, carl).
grandparent(X, Z) :- parent(X, Y), parent(Y, Z).
ancestor(X, Z) :-
    parent(X, Y),
    ancestor(Y, Z).
""",
    "Visual Basic": """Dim total As Integer
Dim x As Integer
total = 0
Do While Not EOF(1)
    Input #1, x
    total = total + x
Loop
Console.WriteLine(total)
""",
    "Lisp": """(defun total (numbers)
  (if (null numbers)
      0
      (+ (car numbers)
         (total (cdr numbers)))))
(print (total '(1 2 3)))
""",
    "style sheets": """body {
  margin: 0;
  color: #333;
}
.menu li {
  display: inline;
}
""",
}
