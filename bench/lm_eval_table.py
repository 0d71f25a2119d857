#!/usr/bin/env python3
"""Opens a results file of BitRank with the lm_eval package: checks it against its schema, prints its table, passes it through
its evaluation tracker, and loads the samples files as its hub tooling does.

    lm_eval_table.py RESULTS.json [--samples DIR]
"""
import argparse
import copy
import json
import pathlib
import tempfile

from lm_eval.loggers import EvaluationTracker
from lm_eval.result_schema import EvalResults
from lm_eval.utils import get_results_filenames, make_table

NEEDED = ("results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples", "config", "date",
          "model_source", "model_name", "total_evaluation_time_seconds")
OWN = {"bitrank"}


def check_keys(results):
    known = set(EvalResults.__annotations__)
    missing = [key for key in NEEDED if key not in results]
    unknown = [key for key in results if key not in known | OWN]
    if missing or unknown:
        raise SystemExit(f"missing keys {missing}, keys that lm_eval does not know {unknown}")


def tables(results):
    text = make_table(results)
    return text + ("\n" + make_table(results, "groups") if results.get("groups") else "")


def through_the_tracker(results):
    """What the harness's tracker writes of these results, read back from the place where its tools look."""
    with tempfile.TemporaryDirectory() as directory:
        tracker = EvaluationTracker(output_path=directory)
        tracker.general_config_tracker.log_experiment_args(
            model_source=results["model_source"], model_args=results["config"]["model_args"], system_instruction=None,
            chat_template=None, fewshot_as_multiturn=False)
        tracker.save_results_aggregated(results=copy.deepcopy(results))
        files = get_results_filenames([str(file) for file in pathlib.Path(directory).rglob("*") if file.is_file()])
        if len(files) != 1:
            raise SystemExit(f"the tracker wrote {files}")
        return json.loads(pathlib.Path(files[0]).read_text(encoding="utf-8"))


def check_samples(results, directory):
    from datasets import load_dataset
    for task, values in results["results"].items():
        file = directory / f"samples_{task}.jsonl"
        if task not in results["n-samples"]:
            continue
        with tempfile.TemporaryDirectory() as cache:
            rows = load_dataset("json", data_files=str(file), split="train", cache_dir=cache)
        documents = len(set(rows["doc_id"]))
        if documents != results["n-samples"][task]["effective"]:
            raise SystemExit(f"{file} has {documents} documents, the results say {results['n-samples'][task]['effective']}")
        for key, value in values.items():
            name, _, filtered = key.partition(",")
            if name in ("acc", "acc_norm", "exact_match"):
                column = [row[name] for row in rows if row["filter"] == filtered]
                if abs(sum(column) / len(column) - value) > 1e-9:
                    raise SystemExit(f"{task}: the mean of {name} over {file} is {sum(column) / len(column)}, the results say {value}")
        print(f"{file.name}: {len(rows)} rows of {documents} documents, columns {', '.join(rows.column_names)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--samples", type=pathlib.Path)
    options = parser.parse_args()
    results = json.loads(options.results.read_text(encoding="utf-8"))
    check_keys(results)
    text = tables(results)
    if tables(through_the_tracker(results)) != text:
        raise SystemExit("the table changed on its way through lm_eval's evaluation tracker")
    print(text)
    if options.samples:
        check_samples(results, options.samples)


if __name__ == "__main__":
    main()
