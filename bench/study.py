#!/usr/bin/env python3
"""The rows of the LLaMA3 quantization study, made and measured here, in one table with the printed ones.

    bench/study.py measure --model PATH --name NAME --task wikitext2_gptq --limit 16 [--data DIR] [--calibration FILE] ...
        quantizes and measures every row that is not in docs/study/NAME.json yet, and keeps what it finds there
    bench/study.py print [--write]
        prints the table from docs/study/*.json; --write puts it into docs/methods.md between its marks

Only the standard library is needed. The printed numbers are those of datasets/published.
"""
import argparse
import concurrent.futures
import csv
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs" / "study"
DOCUMENT = ROOT / "docs" / "methods.md"
BEGIN, END = "<!-- study: begin -->", "<!-- study: end -->"
CHANNEL = "channel"


def row(name, weight_bits, activation_bits, group, recipe):
    """A row: what the study calls it, and the recipe that makes it here."""
    return {"method": name, "w": weight_bits, "a": activation_bits, "group": group, "recipe": recipe}


def grouped(name, method, bits, **options):
    weights = {"bits": bits, "group-size": 64}
    return row(name, str(bits), "16", "128", {"method": method, "weights": weights, "options": options})


def per_channel(name, method, bits, **options):
    weights = {"bits": bits, "group-size": CHANNEL}
    return row(name, str(bits), "16", "", {"method": method, "weights": weights, "options": options})


def rows():
    """The study's rows that need no training, in its order; then methods it does not have."""
    found = []
    for name, method in (("RTN", "rtn"), ("GPTQ", "gptq"), ("AWQ", "awq")):
        found += [grouped(name, method, bits) for bits in (4, 3, 2)]
        found += [per_channel(name, method, bits) for bits in (8, 4, 3, 2)]
    found += [grouped("SliM-LLM", "slim-llm", bits) for bits in (4, 3, 2)]
    found += [row("QuIP", str(bits), "16", "", {"method": "quip", "weights": {"bits": bits}}) for bits in (4, 3, 2)]
    found += [row("DB-LLM", "2", "16", "128", {"method": "db-llm", "weights": {"group-size": 64}})]
    found += [row("PB-LLM", bits, "16", "128", {"method": "pb-llm", "weights": {"group-size": 64}, "options": {"salient-fraction": share}})
              for bits, share in (("2", round(1 / 7, 6)), ("1.7", 0.1))]
    found += [row("BiLLM", "1.1", "16", "128", {"method": "billm", "weights": {"group-size": 64}})]
    found += [row("SmoothQuant", str(bits), str(bits), "", {"method": "smoothquant", "weights": {"bits": bits}, "activations": {"bits": bits}}) for bits in (8, 6, 4)]
    found += [row("I-LLM", str(bits), str(bits), "", {"method": "i-llm", "weights": {"bits": bits}, "activations": {"bits": bits}}) for bits in (6, 4)]
    extra = [
        grouped("GPTQ act-order", "gptq", 4, **{"act-order": True}), grouped("GPTQ act-order", "gptq", 3, **{"act-order": True}),
        grouped("HQQ", "hqq", 4), grouped("HQQ", "hqq", 3), grouped("HQQ", "hqq", 2),
        row("NF4", "4", "16", "", {"method": "nf4"}), row("FP4", "4", "16", "", {"method": "fp4"}),
        row("ICQ", "4", "16", "", {"method": "icq"}), row("MXFP4", "4", "16", "", {"method": "mxfp4"}), row("NVFP4", "4", "16", "", {"method": "nvfp4"}),
        row("FP8", "8", "16", "", {"method": "fp8"}),
        row("Cube root", "4", "16", "", {"method": "cube-root", "weights": {"bits": 4}}),
        grouped("RTN", "rtn", 1), row("Ternary RTN", "1.58", "16", "", {"method": "ternary"}),
        row("QuaRot + GPTQ", "4", "4", "", {"prepare": [{"method": "quarot"}], "method": "gptq", "weights": {"bits": 4, "group-size": CHANNEL, "symmetric": True}, "activations": {"bits": 4}}),
    ]
    for one in extra:
        one["extra"] = True
    return found + extra


def key(one):
    return "|".join((one["method"], one["w"], one["a"], one["group"]))


def run(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip().splitlines() or ["exit code %d" % done.returncode])[-1])


def perplexity(results, task):
    metrics = results["results"][task]
    for name, value in metrics.items():
        if "perplexity" in name and "stderr" not in name:
            return value
    raise KeyError("no perplexity of " + task)


def measure(options):
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / (options.name + ".json")
    kept = json.loads(file.read_text()) if file.exists() else {"name": options.name, "title": options.title or options.name, "rows": {}}
    kept.update(task=options.task, limit=options.limit, calibration=options.calibration_note or options.calibration or "reference", samples=options.samples, length=options.length)
    task = options.task
    limit = ["--limit", str(options.limit)] if options.limit else []
    common = ["--backend", options.backend, "--compute", options.compute, "--quiet"]
    data = ["--data", options.data] if options.data else []
    bitrank = options.bitrank.split()
    lock = threading.Lock()

    def evaluate(model):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "results.json"
            run(bitrank + ["eval", "--model", str(model), "--tasks", options.task, "--output", str(out)] + limit + data + common)
            return json.loads(out.read_text())

    def keep():
        file.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")

    if "base" not in kept:
        kept["base"] = perplexity(evaluate(options.model), task)
        keep()
    def make(one):
        recipe = dict(one["recipe"])
        calibration = {"samples": options.samples, "sequence-length": options.length, "seed": 0}
        calibration["dataset"] = "text:" + options.calibration if options.calibration else "reference"
        recipe["calibration"] = calibration
        begin = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            artifact = pathlib.Path(folder) / "artifact"
            try:
                run(bitrank + ["quantize", "--model", str(options.model), "--recipe", json.dumps(recipe), "--output", str(artifact)] + data + common)
                results = evaluate(artifact)
            except RuntimeError as failure:
                print(key(one), "failed:", failure, file=sys.stderr)
                return
            model = results["bitrank"]["model"]
            found = {"perplexity": perplexity(results, task), "bits": model["effective_bits"], "nominal": model["nominal_bits"]}
            shutil.rmtree(artifact, ignore_errors=True)
        with lock:
            kept["rows"][key(one)] = found
            keep()
        print("%-24s %10.4g  %.2f bits  %.0f s" % (key(one), found["perplexity"], found["bits"], time.monotonic() - begin), file=sys.stderr, flush=True)

    wanted = [one for one in rows() if key(one) not in kept["rows"] and (not options.only or key(one).startswith(options.only))
              and not (options.without and key(one).startswith(options.without))]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(make, wanted))


def published():
    found = {}
    with open(ROOT / "datasets" / "published" / "llama3-study_llama3_8b_ptq.csv", newline="") as lines:
        for line in csv.DictReader(lines):
            text = line["ppl_wikitext2"]
            if text:
                found["|".join((line["method"], line["w_bits"], line["a_bits"], line["group"]))] = (text, float(text))
    return found


def ranks(values):
    order = sorted(values, key=values.get)
    return {name: place + 1 for place, name in enumerate(order)}


def kendall(left, right):
    """Kendall's tau over the rows that both have: 1 for the same order, -1 for the reverse."""
    names = sorted(set(left) & set(right))
    agree = total = 0
    for i, one in enumerate(names):
        for other in names[:i]:
            product = (left[one] - left[other]) * (right[one] - right[other])
            agree += (product > 0) - (product < 0)
            total += 1
    return agree / total if total else float("nan")


def figure(value):
    return "%.2f" % value if value < 100 else "%.0f" % value if value < 1e4 else "%.1e" % value


def table():
    study = published()
    ours = [json.loads(file.read_text()) for file in sorted(KEPT.glob("*.json"))]
    both = [one for one in rows() if key(one) in study]
    names = [key(one) for one in both if all(key(one) in each["rows"] for each in ours)]
    printed = {name: study[name][1] for name in names}
    places = [ranks(printed)] + [ranks({name: each["rows"][name]["perplexity"] for name in names}) for each in ours]
    text = ["| method | W/A bits | group | LLaMA3-8B, printed |" + "".join(" %s | stored bits |" % each["title"] for each in ours),
            "|---|---|---|---|" + "---|---|" * len(ours),
            "| unquantized | 16/16 | | %s |" % study["FP16|16|16|"][0] + "".join(" %s | 16 |" % figure(each["base"]) for each in ours)]
    for one in rows():
        name = key(one)
        if not any(name in each["rows"] for each in ours):
            continue
        group = {"128": "yes", "": "no"}[one["group"]]
        cells = ["%s (%d)" % (study[name][0], places[0][name]) if name in places[0] else study[name][0] if name in study else ""]
        for each, place in zip(ours, places[1:]):
            found = each["rows"].get(name)
            if found is None:
                cells += ["not measured", ""]
            else:
                cells += [figure(found["perplexity"]) + (" (%d)" % place[name] if name in place else ""), "%.2f" % found["bits"]]
        text.append("| %s | %s/%s | %s | %s |" % (one["method"], one["w"], one["a"], group, " | ".join(cells)))
    text.append("")
    text.append("In brackets: the place among the %d rows that all columns have. Order against the printed one, Kendall's tau: %s." % (
        len(names), ", ".join("%s %.2f" % (each["title"], kendall(printed, {name: each["rows"][name]["perplexity"] for name in names})) for each in ours)))
    for each in ours:
        first = ", the first %d" % each["limit"] if each["limit"] else ""
        text.append("%s: `%s`%s; calibrated on %d sequences of %d tokens of %s." % (each["title"], each["task"], first, each["samples"], each["length"], each["calibration"]))
    return "\n".join(text)


def show(options):
    text = table()
    print(text)
    if options.write:
        document = DOCUMENT.read_text()
        head, rest = document.split(BEGIN, 1)
        tail = rest.split(END, 1)[1]
        DOCUMENT.write_text(head + BEGIN + "\n" + text + "\n" + END + tail)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--model", required=True)
    measuring.add_argument("--name", required=True, help="of the file under docs/study")
    measuring.add_argument("--title", help="heading of the column")
    measuring.add_argument("--task", required=True, help="wikitext2_gptq, micro_text")
    measuring.add_argument("--limit", type=int, help="windows or documents")
    measuring.add_argument("--data", help="folder with the benchmarks in the hub's schema")
    measuring.add_argument("--calibration", help="text file; the embedded corpus where none is named")
    measuring.add_argument("--calibration-note", help="what the table says of the text")
    measuring.add_argument("--samples", type=int, default=128)
    measuring.add_argument("--length", type=int, default=2048)
    measuring.add_argument("--backend", default="cpu")
    measuring.add_argument("--compute", default="float32")
    measuring.add_argument("--jobs", type=int, default=1, help="rows at a time")
    measuring.add_argument("--only", help="rows that begin like this: GPTQ|4")
    measuring.add_argument("--without", help="no rows that begin like this")
    measuring.add_argument("--bitrank", default=str(ROOT / "bitrank"), help="the command")
    printing = commands.add_parser("print")
    printing.add_argument("--write", action="store_true", help="into docs/methods.md")
    options = parser.parse_args()
    if options.command == "measure":
        measure(options)
    else:
        show(options)


if __name__ == "__main__":
    main()
