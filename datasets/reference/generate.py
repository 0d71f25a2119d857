#!/usr/bin/env python3
"""Writes the closed world: texts, test items with their pictures and, on request, the training text.

    python3 generate.py                       # what text/ and tasks/ hold of texts, items and pictures, as kept in the repository
    python3 generate.py --training FILE       # the training text as well (about 300 MB, not kept)
    python3 generate.py --check               # changes nothing; fails if the kept files differ from what would be written

Needs nothing but Python 3.9 or later. The output is the same on every machine; SHA256SUMS has its checksums.
"""

import argparse
import json
import sys
from pathlib import Path

from closed_world import RESERVE, TEST, TRAINING, VALIDATION, Dice, World
from documents import document
from items import TASKS, unique
from pictures.items import all_files as picture_files

HERE = Path(__file__).resolve().parent
ITEMS = 300
TRAINING_DOCUMENTS = 1_500_000
# Held-out text: file, and for each part of it the split, the word of its seed and the number of documents.
HELD_OUT = {"test": [(TEST, "test", 1200)], "validation": [(VALIDATION, "validation", 400), (RESERVE, "calibration", 2500)]}
# Calibration text is drawn like training text. The separator is what stands between documents there, so a row is a page of documents.
CALIBRATION_PAGES, PAGE_DOCUMENTS, SEPARATOR = 100, 25, "</s><s>"
GRAM = 13


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def grams(text):
    words = text.split()
    return {" ".join(words[i:i + GRAM]) for i in range(len(words) - GRAM + 1)}


def held_out_files(world):
    """File name -> content of the texts and test items that nothing may be trained on."""
    files = {}
    for name, parts in HELD_OUT.items():
        texts = [document(world, dice, split)
                 for split, seed, count in parts for dice in [Dice("text", seed)] for _ in range(count)]
        files[f"text/{name}.jsonl"] = lines({"text": text} for text in texts)
    for name, make in TASKS.items():
        dice = Dice("items", name)
        files[f"tasks/{name}.jsonl"] = lines(unique(lambda index: make(world, dice, index), ITEMS))
    return files


def calibration_text(world):
    dice = Dice("text", "pages")
    return lines({"text": SEPARATOR.join(document(world, dice, TRAINING) for _ in range(PAGE_DOCUMENTS))}
                 for _ in range(CALIBRATION_PAGES))


def strings(value):
    """All text in a row, as one string a field."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def held_out_grams(files):
    """Runs of 13 words of every held-out file: no training document may contain one."""
    held = set()
    for content in files.values():
        for line in content.splitlines():
            for text in strings(json.loads(line)):
                held |= grams(text)
    return held


def write_training(world, held, path):
    dice = Dice("text", TRAINING)
    dropped = 0
    with open(path, "w", encoding="utf-8") as out:
        for _ in range(TRAINING_DOCUMENTS):
            text = document(world, dice, TRAINING)
            if held.isdisjoint(grams(text)):
                out.write(json.dumps({"text": text}) + "\n")
            else:
                dropped += 1
    print(f"{path}: {TRAINING_DOCUMENTS - dropped} documents; {dropped} were left out because they share {GRAM} words with held-out text",
          file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--training", type=Path, help="write the training text to this file")
    parser.add_argument("--check", action="store_true", help="compare with the kept files instead of writing them")
    arguments = parser.parse_args()
    world = World()
    held_out = held_out_files(world)
    texts = {**held_out, "text/calibration.jsonl": calibration_text(world)}
    files = {**{name: content.encode() for name, content in texts.items()}, **picture_files()}
    if arguments.check:
        differing = [name for name, content in files.items() if not (HERE / name).exists() or (HERE / name).read_bytes() != content]
        if differing:
            sys.exit("differs from what generate.py writes: " + ", ".join(differing))
        print(f"{len(files)} files are as generated")
        return
    for name, content in files.items():
        (HERE / name).parent.mkdir(parents=True, exist_ok=True)
        (HERE / name).write_bytes(content)
    if arguments.training:
        write_training(world, held_out_grams(held_out), arguments.training)


if __name__ == "__main__":
    main()
