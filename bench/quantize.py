#!/usr/bin/env python3
"""Quantizes the same model on the same calibration tokens with BitRank and with llm-compressor, and prints a Markdown table.

Both are whole commands, timed from start to exit: imports, loading, tokenizing and writing count. 4 bits, groups of 64, with
zero points; windows side by side from the start of the text. llm-compressor first tries its types on a sample and runs with the
fastest. Run it with the Python of an environment that has llmcompressor. Where 128 samples would take it hours, `--samples 2,8`
measures both at these and gives the line through the two points at `--all`, marked as computed; `--blocks 2` keeps the first
two blocks of the model only, on both sides: all blocks are alike, and quantizing takes the same time in each.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
GROUP = 64


def cut_child(arguments):
    """Makes a shorter model, in a process of its own: a child's peak of memory counts that of the process which started it."""
    source, blocks, target = arguments
    first_blocks(pathlib.Path(source), int(blocks), pathlib.Path(target))


def peer_child(arguments):
    """One run of llm-compressor."""
    method, model_path, text, samples, length, dtype, output = arguments
    import torch
    from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
    from datasets import Dataset
    from llmcompressor import oneshot
    from llmcompressor.modifiers.quantization import GPTQModifier, QuantizationModifier
    from llmcompressor.modifiers.transform.awq import AWQModifier
    from transformers import AutoModelForCausalLM, AutoTokenizer
    samples, length = int(samples), int(length)
    if not torch.cuda.is_available():
        # llm-compressor's AWQ pins memory for a GPU's sake and fails where there is none.
        torch.Tensor.pin_memory = lambda tensor, *_: tensor
    tokenizer = AutoTokenizer.from_pretrained(model_path)
    tokens = tokenizer(pathlib.Path(text).read_text(encoding="utf-8"), add_special_tokens=False)["input_ids"]
    rows = [tokens[i * length:(i + 1) * length] for i in range(samples)]
    data = Dataset.from_dict({"input_ids": rows, "attention_mask": [[1] * length] * samples})
    model = AutoModelForCausalLM.from_pretrained(model_path, dtype=getattr(torch, dtype))
    scheme = QuantizationScheme(targets=["Linear"], weights=QuantizationArgs(
        num_bits=4, type="int", symmetric=False, strategy="group", group_size=GROUP))
    groups = {"config_groups": {"group_0": scheme}, "ignore": ["lm_head"]}
    if method == "gptq":
        recipe = [GPTQModifier(block_size=128, dampening_frac=0.01, actorder=None, **groups)]
    else:
        recipe = [AWQModifier(), QuantizationModifier(**groups)]
    oneshot(model=model, recipe=recipe, dataset=data, num_calibration_samples=samples, max_seq_length=length,
            shuffle_calibration_samples=False)
    model.save_pretrained(output, save_compressed=True)
    tokenizer.save_pretrained(output)


def measured(command, environment):
    """Seconds, processor seconds and peak memory in MiB of a whole command."""
    with tempfile.TemporaryFile() as log:
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        if status != 0:
            log.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{log.read().decode(errors='replace')[-3000:]}")
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}


def run_peer(options, method, samples, dtype, output):
    command = [sys.executable, __file__, "--child", method, str(options.hf), str(options.text), str(samples), str(options.length),
               dtype, str(output)]
    return measured(command, os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "",
                                           "TQDM_DISABLE": "1"})


def run_bitrank(options, method, samples, output):
    recipe = {"model": "bench", "method": method, "weights": {"bits": 4, "group-size": GROUP},
              "calibration": {"dataset": f"text:{options.text}", "samples": samples, "sequence-length": options.length}}
    command = [str(ROOT / "bitrank"), "quantize", "--quiet", "--model", str(options.hf), "--recipe", json.dumps(recipe),
               "--compute", options.compute, "--backend", "cpu", "--output", str(output)]
    return measured(command, dict(os.environ))


def first_blocks(source, blocks, target):
    """Writes the model cut off after its first blocks, with its norm and head, as a Hugging Face directory."""
    from safetensors import safe_open
    from safetensors.torch import save_file
    target.mkdir()
    for file in source.iterdir():
        if file.suffix == ".json" and not file.name.endswith(".index.json"):
            (target / file.name).write_bytes(file.read_bytes())
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    if not 0 < blocks <= config["num_hidden_layers"]:
        raise SystemExit(f"--blocks: the model has {config['num_hidden_layers']}")
    (target / "config.json").write_text(json.dumps(config | {"num_hidden_layers": blocks}), encoding="utf-8")
    kept = {}
    for file in sorted(source.glob("*.safetensors")):
        with safe_open(file, "pt") as tensors:
            for name in tensors.keys():
                block = re.match(r"model\.layers\.(\d+)\.", name)
                if block is None or int(block[1]) < blocks:
                    kept[name] = tensors.get_tensor(name)
    save_file(kept, target / "model.safetensors", {"format": "pt"})


def perplexity(options, artifact, scratch):
    if options.data is None:
        return ""
    results = scratch / "results.json"
    subprocess.run([str(ROOT / "bitrank"), "eval", "--quiet", "--model", str(artifact), "--tasks", "wikitext2_gptq", "--limit",
                    str(options.windows), "--data", str(options.data), "--compute", "bfloat16", "--output", str(results)],
                   check=True, stdout=subprocess.DEVNULL)
    values = json.loads(results.read_text(encoding="utf-8"))["results"]["wikitext2_gptq"]
    return next(f"{value:.2f}" for key, value in values.items() if key.startswith("perplexity"))


def ratio(peer, result, key):
    return "1.00" if peer is result else f"**{peer[key] / result[key]:.2f}**"


def row(title, tokens, engine, result, peer, quality):
    memory = f"{result['memory']:,.0f} | {ratio(peer, result, 'memory')}" if "memory" in result else " | "
    print(f"| {title} | {tokens} | {engine} | {result['seconds']:,.0f} | {ratio(peer, result, 'seconds')} "
          f"| {result['cpu']:,.0f} | {ratio(peer, result, 'cpu')} | {memory} | {quality} |", flush=True)


def computed(points, samples):
    """The line through the last two measurements, at more samples."""
    (few, less), (many, more) = points[-2:]
    return {key: more[key] + (more[key] - less[key]) / (many - few) * (samples - many) for key in ("seconds", "cpu")}


def fastest_type(options, scratch):
    if len(options.types) == 1:
        return options.types[0]
    trials = []
    for dtype in options.types:
        result = run_peer(options, options.methods[0], 1, dtype, scratch / f"trial-{dtype}")
        print(f"  trial {dtype}, one sample: {result['seconds']:.1f} s", file=sys.stderr)
        trials.append((result["seconds"], dtype))
    return min(trials)[1]


def cpu_name():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def main():
    children = {"--child": peer_child, "--cut": cut_child}
    if sys.argv[1:2] and sys.argv[1] in children:
        children[sys.argv[1]](sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hf", required=True, type=pathlib.Path, help="the model as a Hugging Face directory")
    parser.add_argument("--text", required=True, type=pathlib.Path, help="calibration text, UTF-8")
    parser.add_argument("--methods", type=lambda text: text.split(","), default=["gptq", "awq"])
    parser.add_argument("--samples", type=lambda text: [int(part) for part in text.split(",")], default=[128],
                        help="one number, or several, smallest first")
    parser.add_argument("--all", type=int, default=128, help="samples for which times are computed from several --samples")
    parser.add_argument("--blocks", type=int, help="keep only so many blocks of the model")
    parser.add_argument("--length", type=int, default=2048, help="tokens of a sample")
    parser.add_argument("--compute", default="bfloat16", help="BitRank's type of products")
    parser.add_argument("--types", type=lambda text: text.split(","), default=["bfloat16", "float32"], help="llm-compressor's, all tried")
    parser.add_argument("--data", type=pathlib.Path, help="data sets in the hub's layout: adds WikiText-2 perplexities of the artifacts")
    parser.add_argument("--windows", type=int, default=4, help="windows of 2048 tokens for them")
    options = parser.parse_args()
    options.hf, options.text = options.hf.resolve(), options.text.resolve()

    subprocess.run([str(ROOT / "bitrank"), "--version"], check=True, stdout=subprocess.DEVNULL)  # builds if sources changed
    from importlib.metadata import version
    print(f"{cpu_name()}, {os.cpu_count()} cores; llmcompressor {version('llmcompressor')}, PyTorch {version('torch')}, "
          f"transformers {version('transformers')}\n")
    print("| method | calibration | engine | seconds | ratio | processor seconds | ratio | peak memory, MiB | ratio | perplexity |")
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        cut = ""
        if options.blocks is not None:
            subprocess.run([sys.executable, __file__, "--cut", str(options.hf), str(options.blocks), str(scratch / "model")], check=True)
            options.hf = scratch / "model"
            cut = f", first {options.blocks} blocks"
        dtype = fastest_type(options, scratch)
        for method in options.methods:
            points = []
            for samples in options.samples:
                own, other = scratch / f"{method}-{samples}", scratch / f"{method}-{samples}-peer"
                ours = run_bitrank(options, method, samples, own)
                theirs = run_peer(options, method, samples, dtype, other)
                points.append((samples, ours, theirs))
                tokens = f"{samples} x {options.length}{cut}"
                row(method.upper(), tokens, f"llm-compressor {dtype}", theirs, theirs, perplexity(options, other, scratch))
                row("", tokens, f"BitRank {options.compute}", ours, theirs, perplexity(options, own, scratch))
            if len(points) > 1:
                theirs = computed([(samples, peer) for samples, _, peer in points], options.all)
                ours = computed([(samples, result) for samples, result, _ in points], options.all)
                tokens = f"{options.all} x {options.length}{cut}, computed"
                row(method.upper(), tokens, f"llm-compressor {dtype}", theirs, theirs, "")
                row("", tokens, f"BitRank {options.compute}", ours, theirs, "")


if __name__ == "__main__":
    main()
