#!/usr/bin/env python3
"""Quantize a small model with BitRank in each format that transformers loads through another package, and load it there whole.

    pip install torch transformers safetensors accelerate bitsandbytes hqq gptqmodel
    python bench/check_transformers.py MODEL --text datasets/reference/text/test.jsonl --work DIR
    python bench/check_transformers.py LLAVA --text FILE --image PICTURE --work DIR

MODEL is a directory in Hugging Face layout. TEXT is plain or JSON lines with a "text" each, of which the first --window tokens are taken; with
--image a vision-language model sees that picture in front of it. For every format one JSON object a line: the perplexity of the window
in BitRank (float32 on the CPU), and for transformers, each with the largest difference of a logit from BitRank's:

  as loaded   what transformers gives for dtype=float32
  in float32  the same where everything that the package keeps or multiplies in fewer bits is taken back (`Peer.in_float32` says what)

or what the package says when it cannot load the file here ("not loaded"). hqq's files are loaded by hqq's own loader, because transformers 5.23
has none: what it says is "transformers". For bitnet the model is first rounded to ternary matrices, which `convert` then packs.
Which packages work on a CPU is theirs to decide: one that is absent is named and is no failure. The exit code is 1 when an artifact
loads and its perplexity in float32 differs by more than --tolerance. Where layers round their inputs to eight bits (LLM.int8(), BitNet),
one last digit that falls otherwise flips a code, and that many more behind it: there "spread" says how far BitRank's two host back ends lie
apart, which compute the same in another order, and the logits may be off by twice as much.
"""
import argparse
import contextlib
import importlib.metadata
import json
import math
import pathlib
import shutil
import subprocess
import sys

from transformers_peers import PEERS

HERE = pathlib.Path(__file__).resolve().parent
INT = {"bits": 4, "group-size": 64}
# format: recipe, packages that transformers needs for it
FORMATS = {
    "bitsandbytes nf4": ({"method": "nf4", "options": {"double-quantization": False}, "format": "bitsandbytes"}, ["bitsandbytes"]),
    "bitsandbytes nf4 nested": ({"method": "nf4", "format": "bitsandbytes"}, ["bitsandbytes"]),
    "bitsandbytes fp4": ({"method": "fp4", "options": {"double-quantization": False}, "format": "bitsandbytes"}, ["bitsandbytes"]),
    "bitsandbytes int8": ({"method": "llm-int8", "format": "bitsandbytes"}, ["bitsandbytes"]),
    "hqq": ({"method": "hqq", "weights": INT, "format": "hqq"}, ["hqq"]),
    "gptq": ({"method": "rtn", "weights": INT, "format": "gptq"}, ["gptqmodel"]),
    "gptq-v2": ({"method": "rtn", "weights": INT, "format": "gptq-v2"}, ["gptqmodel"]),
    "awq": ({"method": "rtn", "weights": INT, "format": "awq"}, ["gptqmodel"]),
    "bitnet": ({"method": "ternary"}, []),
}
ROUNDING_INPUTS = {"bitsandbytes int8", "bitnet"}


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


def first_line(failure):
    return f"{type(failure).__name__}: {(str(failure).strip().splitlines() or [''])[0]}"


def perplexity(logits, ids):
    """Of the tokens behind the first."""
    import torch

    return math.exp(torch.nn.functional.cross_entropy(logits[:-1].double(), torch.tensor(ids[1:])).item())


def write(name, recipe, arguments, artifact):
    """BitNet's packing holds what is ternary already, with one scale a matrix; any other format takes what the recipe makes."""
    made = artifact.with_name("ternary") if name == "bitnet" else artifact
    shutil.rmtree(made, ignore_errors=True)
    bitrank(arguments, "quantize", "--recipe", json.dumps(recipe), "--model", arguments.model, "--output", made, "--quiet")
    if name == "bitnet":
        bitrank(arguments, "convert", "--format", "bitnet", "--model", made, "--output", artifact, "--quiet")
        shutil.rmtree(made)


def own_logits(arguments, artifact, inputs, backend):
    """BitRank's, in float32."""
    from safetensors.torch import load_file

    (arguments.work / "ids.json").write_text(json.dumps(inputs["input_ids"][0].tolist()))
    picture = ["--image", arguments.image] if arguments.image else []
    bitrank(arguments, "logits", "--model", artifact, "--input-ids", arguments.work / "ids.json", *picture, "--compute", "float32",
            "--backend", backend, "--output", arguments.work / "logits.safetensors")
    return load_file(arguments.work / "logits.safetensors")["logits"]


def compare(logits, own, ids, text):
    """@param text the positions that are text, whose prediction counts"""
    return {"perplexity": perplexity(logits[text], ids), "logits off": (logits - own).abs().max().item()}


def check(name, arguments, inputs):
    recipe, packages = FORMATS[name]
    result = {"format": name, "packages": versions(["transformers", *packages])}
    absent = [package for package, version in result["packages"].items() if version is None]
    artifact = arguments.work / name.replace(" ", "-")
    shutil.rmtree(artifact, ignore_errors=True)
    try:
        try:
            write(name, recipe, arguments, artifact)
        except RuntimeError as refusal:
            result["not written"] = str(refusal)
            return result, True
        if absent:
            result["not loaded"] = "not installed: " + ", ".join(absent)
            return result, True
        own = own_logits(arguments, artifact, inputs, "cpu")
        text = slice(inputs["input_ids"].shape[1] - len(arguments.ids), None)
        result["bitrank"] = {"perplexity": perplexity(own[text], arguments.ids), "largest logit": own.abs().max().item()}
        if name in ROUNDING_INPUTS:
            result["spread"] = compare(own_logits(arguments, artifact, inputs, "reference"), own, arguments.ids, text)
        try:
            with contextlib.redirect_stdout(sys.stderr):  # some say on standard output what they do
                peer = PEERS[packages[0] if packages else name](artifact, bool(arguments.image))
                if peer.refusal:
                    result["transformers"] = peer.refusal
                result["modules"] = peer.modules()
                try:
                    result["as loaded"] = compare(peer.logits(inputs), own, arguments.ids, text)
                except RuntimeError as failure:
                    result["as loaded"] = first_line(failure)
                peer.in_float32()
                result["in float32"] = compare(peer.logits(inputs), own, arguments.ids, text)
        except Exception as failure:  # whatever the package throws is the finding
            result["not loaded"] = first_line(failure)
            return result, True
        off = abs(result["in float32"]["perplexity"] / result["bitrank"]["perplexity"] - 1)
        return result, off <= arguments.tolerance or result["in float32"]["logits off"] <= 2 * result.get("spread", {}).get("logits off", 0)
    finally:
        shutil.rmtree(artifact, ignore_errors=True)


def read(arguments):
    """The text's ids, and what a model is given."""
    import torch
    from transformers import AutoProcessor, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(arguments.model)
    text = arguments.text.read_text(encoding="utf-8")
    if arguments.text.suffix == ".jsonl":
        lines = text.splitlines()[: arguments.window]
        text = (tokenizer.eos_token + tokenizer.bos_token).join(json.loads(line)["text"] for line in lines)
    text = text[: 16 * arguments.window]
    arguments.ids = tokenizer(text, add_special_tokens=False)["input_ids"][: arguments.window]
    inputs = {"input_ids": torch.tensor([arguments.ids])}
    if arguments.image:
        from PIL import Image

        processor = AutoProcessor.from_pretrained(arguments.model, backend="pil")
        inputs = dict(processor(images=Image.open(arguments.image), text="<image>\n", return_tensors="pt"))
        inputs["input_ids"] = torch.cat([inputs["input_ids"], torch.tensor([arguments.ids])], 1)
        inputs.pop("attention_mask", None)
    return inputs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--formats", default=",".join(FORMATS), help="separated by commas")
    parser.add_argument("--text", type=pathlib.Path, required=True)
    parser.add_argument("--image", type=pathlib.Path, help="a picture in front of the text, for a vision-language model")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tolerance", type=float, default=0.003)
    parser.add_argument("--bitrank", default=str(HERE.parent / "bitrank"))
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder for the artifacts, which are removed again")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)

    import torch

    torch.set_num_threads(arguments.threads)
    inputs = read(arguments)
    good = True
    for name in arguments.formats.split(","):
        result, same = check(name, arguments, inputs)
        print(json.dumps(result), flush=True)
        good &= same
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
