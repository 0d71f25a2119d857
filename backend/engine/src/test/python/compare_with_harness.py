"""Runs lm-evaluation-harness and BitRank on the embedded suite, with the same task files, and prints both side by side.

    pip install torch transformers lm_eval==0.4.13
    python compare_with_harness.py --limit 60
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[5]
TASKS = ROOT / "datasets" / "reference" / "tasks"
MODEL = ROOT / "datasets" / "reference" / "micro-llama"
CHOSEN = ["micro_facts", "micro_people", "micro_tools", "micro_order", "micro_coreference", "micro_yes_no", "micro_last_word", "micro_answers"]


def of_bitrank(limit):
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "results.json"
        subprocess.run(
            [ROOT / "bitrank", "eval", "--model", "reference/micro-llama", "--tasks", ",".join(CHOSEN), "--limit", str(limit),
             "--compute", "float32", "--quiet", "--output", output], check=True)
        return json.loads(output.read_text())["results"]


def of_the_harness(limit):
    os.chdir(TASKS)  # the files name their data relative to themselves; the harness takes that as relative to the working directory
    from lm_eval import simple_evaluate
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    model = HFLM(pretrained=str(MODEL), dtype="float32", device="cpu", batch_size=16)
    manager = TaskManager(include_path=str(TASKS), include_defaults=False)
    return simple_evaluate(model=model, tasks=CHOSEN, limit=limit, task_manager=manager)["results"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, default=60)
    limit = parser.parse_args().limit
    ours, theirs = of_bitrank(limit), of_the_harness(limit)
    for task in CHOSEN:
        for metric, value in theirs[task].items():
            if "," in metric and isinstance(value, float):
                print(f"{task:18} {metric:36} {value:.6f} {ours[task][metric]:.6f}")


main()
