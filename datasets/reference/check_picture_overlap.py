#!/usr/bin/env python3
"""Checks that no test picture, and no combination that a test picture shows, occurs among the training pictures.

    python3 check_picture_overlap.py            # draws all 600,000 of them again: minutes on a few cores

Two measures: the combination by which a picture was assigned to the tests (a scene's things, a chart's values, a page's entries), and
the pixels themselves.
"""

import argparse
import hashlib
import multiprocessing

from closed_world import Dice
from pictures.items import TASKS
from pictures.training import CHUNK, GROUPS, batches, samples


def traces(picture):
    return repr(picture.key), hashlib.sha256(bytes(picture.canvas().pixels)).hexdigest()


def found_in(job):
    group, batch = job
    return [trace for picture, _ in samples(group, batch, CHUNK) for trace in traces(picture) if trace in HELD]


def held_traces():
    return {trace: name for name, make in TASKS.items() for picture, _ in make(Dice("items", name)) for trace in traces(picture)}


HELD = held_traces()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=600_000)
    arguments = parser.parse_args()
    jobs = [(group, batch) for group in GROUPS for batch in batches(group, arguments.pictures)]
    with multiprocessing.Pool() as pool:
        overlaps = [trace for found in pool.imap_unordered(found_in, jobs) for trace in found]
    for trace in overlaps[:20]:
        print(f"{HELD[trace]}: in the training pictures: {trace}")
    if overlaps:
        raise SystemExit(f"{len(overlaps)} overlaps")
    print(f"{len(HELD)} combinations and pictures: none in {len(jobs) * CHUNK} training pictures")


if __name__ == "__main__":
    main()
