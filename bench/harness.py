#!/usr/bin/env python3
"""Runs the same tasks with BitRank and with lm-evaluation-harness's `--model hf`, and prints a Markdown table.

Both are whole commands, timed from start to exit: imports, loading and tokenizing count. The harness first tries its batch
sizes and both types on a few documents, and runs with what was fastest. Its forward tokens are counted where its model is
called, padding included; BitRank's come from its results file. Task definitions are the harness's own; only the place of
the data is overridden. Nothing is downloaded.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SUBJECTS = ("abstract_algebra", "anatomy", "astronomy", "business_ethics")


def cases(options):
    """Name, tasks, shots, documents of each task (None: all), documents of a trial."""
    mmlu = ("MMLU 5-shot, " + ", ".join(options.subjects), [f"mmlu_{subject}" for subject in options.subjects], 5, options.mmlu_limit, 8)
    hellaswag = (f"HellaSwag zero-shot, {options.hellaswag_limit} documents", ["hellaswag"], 0, options.hellaswag_limit, 16)
    return [case for name, case in (("mmlu", mmlu), ("hellaswag", hellaswag)) if options.only in (None, name)]


def override(task, data, directory):
    """The harness's own task over local files, under a name of its own."""
    import lm_eval
    installed = pathlib.Path(lm_eval.__file__).parent / "tasks"
    if task.startswith("mmlu_"):
        include = installed / "mmlu" / "default" / f"{task}.yaml"
        folder, splits = data / "cais__mmlu" / task.removeprefix("mmlu_"), {"test": "test", "dev": "dev"}
    else:
        include = installed / "hellaswag" / "hellaswag.yaml"
        folder, splits = data / "Rowan__hellaswag" / "default", {"validation": "validation"}
    files = {split: str(folder / f"{name}.jsonl") for split, name in splits.items()}
    for file in files.values():
        if not os.path.exists(file):
            raise SystemExit(f"{file} is missing; --data names a folder with data sets in the hub's layout")
    text = [f"include: {json.dumps(str(include))}", f"task: bench_{task}", "dataset_path: json", "dataset_name: null",
            f"dataset_kwargs: {json.dumps({'data_files': files})}"]
    if "dev" not in splits:
        text += ["training_split: null", "test_split: null"]
    (directory / f"bench_{task}.yaml").write_text("\n".join(text) + "\n", encoding="utf-8")


def harness_child(arguments):
    """`lm_eval run …`, with the tokens counted that go into the model."""
    from lm_eval.__main__ import cli_evaluate
    from lm_eval.models.huggingface import HFLM
    forward = HFLM._model_call
    tokens = 0

    def counted(self, inps, *rest, **named):
        nonlocal tokens
        tokens += inps.numel()
        return forward(self, inps, *rest, **named)

    HFLM._model_call = counted
    sys.argv = ["lm_eval", *arguments]
    cli_evaluate()
    pathlib.Path(os.environ["BENCH_TOKENS"]).write_text(str(tokens), encoding="utf-8")


def timed(command, environment):
    begin = time.perf_counter()
    result = subprocess.run(command, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed with {result.returncode}:\n{result.stderr[-3000:]}")
    return seconds


def run_harness(options, tasks, shots, limit, dtype, batch, scratch):
    output = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    for task in tasks:
        override(task, options.data, output)
    command = [sys.executable, __file__, "--child", "run", "--model", "hf", "--model_args", f"pretrained={options.hf},dtype={dtype}",
               "--tasks", ",".join(f"bench_{task}" for task in tasks), "--num_fewshot", str(shots), "--batch_size", str(batch),
               "--device", "cpu", "--include_path", str(output), "--output_path", str(output / "out")]
    if limit is not None:
        command += ["--limit", str(limit)]
    environment = os.environ | {"BENCH_TOKENS": str(output / "tokens"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1",
                                "HF_DATASETS_CACHE": str(scratch / "datasets"), "TOKENIZERS_PARALLELISM": "true"}
    seconds = timed(command, environment)
    results = json.loads(next((output / "out").rglob("results_*.json")).read_text(encoding="utf-8"))
    metrics = {task: results["results"][f"bench_{task}"] for task in tasks}
    return {"seconds": seconds, "tokens": int((output / "tokens").read_text()), "metrics": metrics}


def run_bitrank(options, tasks, shots, limit, scratch):
    output = pathlib.Path(tempfile.mkdtemp(dir=scratch)) / "results.json"
    command = [str(ROOT / "bitrank"), "eval", "--quiet", "--model", options.model or options.hf, "--tasks", ",".join(tasks),
               "--num-fewshot", str(shots), "--data", str(options.data), "--compute", options.compute, "--output", str(output)]
    if limit is not None:
        command += ["--limit", str(limit)]
    seconds = timed(command, dict(os.environ))
    results = json.loads(output.read_text(encoding="utf-8"))
    forward = results["bitrank"]["forward_tokens"]
    return {"seconds": seconds, "tokens": sum(forward[task]["run"] for task in tasks),
            "plain": sum(forward[task]["plain"] for task in tasks), "metrics": {task: results["results"][task] for task in tasks}}


def fastest_setting(options, tasks, shots, documents, scratch):
    trials = []
    for dtype in options.types:
        for batch in options.batch_sizes:
            result = run_harness(options, tasks, shots, documents, dtype, batch, scratch)
            print(f"  trial {dtype}, batch size {batch}: {result['seconds']:.1f} s", file=sys.stderr)
            trials.append((result["seconds"], dtype, batch))
    return min(trials)[1:]


def metric_columns(metrics):
    """The mean over the tasks of each accuracy."""
    names = sorted({key for values in metrics.values() for key in values if key.startswith("acc") and "stderr" not in key})
    return ", ".join(f"{key.split(',')[0]} {sum(values[key] for values in metrics.values()) / len(metrics):.4f}" for key in names)


def cpu_name():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def main():
    if sys.argv[1:2] == ["--child"]:
        harness_child(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hf", required=True, help="the model as a Hugging Face directory")
    parser.add_argument("--model", help="what BitRank reads, if something else than --hf")
    parser.add_argument("--data", required=True, type=pathlib.Path, help="data sets in the hub's layout")
    parser.add_argument("--only", choices=("mmlu", "hellaswag"))
    parser.add_argument("--subjects", type=lambda text: text.split(","), default=list(SUBJECTS))
    parser.add_argument("--mmlu-limit", type=int, help="documents of each subject (default: all)")
    parser.add_argument("--hellaswag-limit", type=int, default=200)
    parser.add_argument("--compute", default="bfloat16", help="BitRank's type of products")
    parser.add_argument("--types", type=lambda text: text.split(","), default=["bfloat16", "float32"], help="the harness's, all tried")
    parser.add_argument("--batch-sizes", type=lambda text: text.split(","), default=["1", "4", "16"], help="the harness's, all tried")
    options = parser.parse_args()
    options.data = options.data.resolve()
    options.hf = str(pathlib.Path(options.hf).resolve())

    subprocess.run([str(ROOT / "bitrank"), "--version"], check=True, stdout=subprocess.DEVNULL)  # builds if sources changed
    import lm_eval
    import torch
    import transformers
    print(f"{cpu_name()}, {os.cpu_count()} cores; lm_eval {lm_eval.__version__}, PyTorch {torch.__version__}, "
          f"transformers {transformers.__version__}\n")
    print("| task | engine | seconds | ratio | forward tokens | ratio | metrics |")
    print("|---|---|---:|---:|---:|---:|---|", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        for title, tasks, shots, limit, trial in cases(options):
            single = len(options.types) == len(options.batch_sizes) == 1
            dtype, batch = ((options.types[0], options.batch_sizes[0]) if single
                            else fastest_setting(options, tasks, shots, trial, scratch))
            ours = run_bitrank(options, tasks, shots, limit, scratch)
            theirs = run_harness(options, tasks, shots, limit, dtype, batch, scratch)
            print(f"| {title} | lm_eval hf, {dtype}, batch size {batch} | {theirs['seconds']:.1f} | 1.00 "
                  f"| {theirs['tokens']:,} | 1.00 | {metric_columns(theirs['metrics'])} |")
            print(f"| | BitRank {options.compute} | {ours['seconds']:.1f} | **{theirs['seconds'] / ours['seconds']:.2f}** "
                  f"| {ours['tokens']:,} | **{theirs['tokens'] / ours['tokens']:.2f}** | {metric_columns(ours['metrics'])} |")
            print(f"| | a harness without padding | | | {ours['plain']:,} | {ours['plain'] / ours['tokens']:.2f} of BitRank's | |", flush=True)


if __name__ == "__main__":
    main()
