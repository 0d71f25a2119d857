#!/usr/bin/env python3
"""Quantize a small model with BitRank in each format that transformers loads through another package, and load it there whole.

    pip install torch transformers safetensors bitsandbytes hqq
    python bench/check_transformers.py MODEL --text wiki.txt --work DIR

MODEL is a directory in Hugging Face layout; for bitnet one that was trained ternary. For every format one JSON object a line: the largest difference
between the logits of the first window in transformers (float32 on the CPU) and in BitRank, the same with transformers' decoded weights
where the package multiplies in half precision whatever it is told (bitsandbytes), the largest logit, and the
perplexity of both; or what the package says when it cannot load the file here ("not loaded"). Which packages work on a CPU is theirs to
decide: one that is absent is named and is no failure. The exit code is 1 when an artifact loads and the perplexities differ
by more than --tolerance.
"""
import argparse
import importlib.metadata
import json
import math
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INT = {"bits": 4, "group-size": 64}
# format: recipe (none: converted as it is), packages that transformers needs for it
FORMATS = {
    "bitsandbytes nf4": ({"method": "nf4", "format": "bitsandbytes"}, ["bitsandbytes"]),
    "bitsandbytes nf4 nested": ({"method": "nf4", "options": {"double-quantization": True}, "format": "bitsandbytes"}, ["bitsandbytes"]),
    "bitsandbytes fp4": ({"method": "fp4", "format": "bitsandbytes"}, ["bitsandbytes"]),
    "bitsandbytes int8": ({"method": "llm-int8", "format": "bitsandbytes"}, ["bitsandbytes"]),
    "hqq": ({"method": "hqq", "weights": INT, "format": "hqq"}, ["hqq"]),
    "gptq": ({"method": "rtn", "weights": INT, "format": "gptq"}, ["gptqmodel"]),
    "gptq-v2": ({"method": "rtn", "weights": INT, "format": "gptq-v2"}, ["gptqmodel"]),
    "awq": ({"method": "rtn", "weights": INT, "format": "awq"}, ["gptqmodel"]),
    "bitnet": (None, []),
}


def versions(packages):
    found = {}
    for name in packages:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


def bitrank(arguments, *words):
    done = subprocess.run([arguments.bitrank, *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"bitrank {words[0]}: {done.stderr.strip().splitlines()[-1]}")


def perplexity(logits, ids):
    import torch

    return math.exp(torch.nn.functional.cross_entropy(logits[:-1].double(), torch.tensor(ids[1:])).item())


def check(name, arguments, ids):
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    recipe, packages = FORMATS[name]
    result = {"format": name, "packages": versions(["transformers", *packages])}
    absent = [package for package, version in result["packages"].items() if version is None]
    artifact = arguments.work / name.replace(" ", "-")
    shutil.rmtree(artifact, ignore_errors=True)
    try:
        try:
            made = ["quantize", "--recipe", json.dumps(recipe)] if recipe else ["convert", "--format", name]
            bitrank(arguments, *made, "--model", arguments.model, "--output", artifact, "--quiet")
        except RuntimeError as refusal:
            result["not written"] = str(refusal)
            return result, True
        if absent:
            result["not loaded"] = "not installed: " + ", ".join(absent)
            return result, True
        bitrank(arguments, "logits", "--model", artifact, "--input-ids", arguments.work / "ids.json", "--compute", "float32", "--output",
                arguments.work / "logits.safetensors")
        own = load_file(arguments.work / "logits.safetensors")["logits"]
        try:
            model, report = AutoModelForCausalLM.from_pretrained(artifact, dtype=torch.float32, device_map="cpu", output_loading_info=True)
            for module in model.modules():
                if hasattr(module, "compute_dtype"):
                    module.compute_dtype = torch.float32  # bitsandbytes and hqq would multiply in half precision
            model.eval()
            with torch.no_grad():
                theirs = model(torch.tensor([ids])).logits[0].float()
        except Exception as failure:  # whatever the package throws is the finding
            result["not loaded"] = f"{type(failure).__name__}: {(str(failure).strip().splitlines() or [''])[0]}"
            return result, True
        unread = len(report["missing_keys"]) + len(report["unexpected_keys"])
        if unread:
            result["not loaded"] = f"transformers does not know {unread} tensors of it, or misses them"
            return result, True
        result["modules"] = sorted({type(module).__name__ for module in model.modules() if "inear" in type(module).__name__})
        result["logits"] = {"difference": (theirs - own).abs().max().item(), "largest": own.abs().max().item()}
        if name.startswith("bitsandbytes"):
            decoded = model.dequantize(dtype=torch.float32).float()
            with torch.no_grad():
                result["logits"]["decoded"] = (decoded(torch.tensor([ids])).logits[0] - own).abs().max().item()
        result["perplexity"] = {"transformers": perplexity(theirs, ids), "bitrank": perplexity(own, ids)}
        same = abs(result["perplexity"]["transformers"] / result["perplexity"]["bitrank"] - 1) <= arguments.tolerance
        return result, same
    finally:
        shutil.rmtree(artifact, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--formats", default=",".join(FORMATS), help="separated by commas")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--text", type=pathlib.Path)
    source.add_argument("--ids", type=pathlib.Path, help="a JSON list of token ids, for a model without tokenizer")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tolerance", type=float, default=0.003)
    parser.add_argument("--bitrank", default=str(HERE.parent / "bitrank"))
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder for the artifacts, which are removed again")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)

    import torch
    from transformers import AutoTokenizer

    torch.set_num_threads(arguments.threads)
    if arguments.ids:
        ids = json.loads(arguments.ids.read_text(encoding="utf-8"))[: arguments.window]
    else:
        text = arguments.text.read_text(encoding="utf-8")[: 16 * arguments.window]
        ids = AutoTokenizer.from_pretrained(arguments.model)(text, add_special_tokens=False)["input_ids"][: arguments.window]
    (arguments.work / "ids.json").write_text(json.dumps(ids))
    good = True
    for name in arguments.formats.split(","):
        result, same = check(name, arguments, ids)
        print(json.dumps(result), flush=True)
        good &= same
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
