#!/usr/bin/env python3
"""Checks that nothing of the test sets occurs in the training text.

    python3 generate.py --training training.jsonl
    python3 check_overlap.py training.jsonl

Two measures: no run of 13 words of any held-out text or test item occurs in the training text, and no shorter test item occurs in it
as a paragraph or a sentence with its right answer.
"""

import json
import re
import sys
from pathlib import Path

from generate import GRAM, HERE, grams, strings

# The right answer in its place, for items too short to hold a run of 13 words.
FULL_TEXT = {
    "micro_answers": lambda item: f"Question: {item['question']}\nAnswer: {item['answer']}",
    "micro_people": lambda item: f"Question: {item['question']}\nAnswer: {chosen(item)}",
    "micro_facts": lambda item: f"Question: {item['question']}\nAnswer: {chosen(item)}",
    "micro_tools": lambda item: f"Question: {item['goal']}\nAnswer: {item['sol' + str(item['label'] + 1)]}",
    "micro_order": lambda item: f"{item['context']}\nQuestion: {item['question']}\nAnswer: {item['options'][item['label']]}",
    "micro_coreference": lambda item: item["sentence"].replace("_", item["option" + item["answer"]]),
}


def chosen(item):
    return item["choices"]["text"][item["choices"]["label"].index(item["answerKey"])]


def rows(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def main():
    runs, whole = {}, {}
    for path in sorted([*HERE.glob("tasks/*.jsonl"), HERE / "text/test.jsonl", HERE / "text/validation.jsonl"]):
        for item in rows(path):
            for text in strings(item):
                runs.update(dict.fromkeys(grams(text), path.name))
            if path.stem in FULL_TEXT:
                whole[FULL_TEXT[path.stem](item)] = path.name
    found = {}
    documents = 0
    for document in rows(Path(sys.argv[1])):
        documents += 1
        text = document["text"]
        for gram in grams(text) & runs.keys():
            found[gram] = runs[gram]
        for part in {*text.split("\n\n"), *re.split(r"(?<=\.) ", text)} & whole.keys():
            found[part] = whole[part]
    for text, name in list(found.items())[:20]:
        print(f"{name}: in the training text: {text!r}")
    if found:
        sys.exit(f"{len(found)} overlaps")
    print(f"{len(runs)} runs of {GRAM} words and {len(whole)} whole items: none in {documents} training documents")


if __name__ == "__main__":
    main()
