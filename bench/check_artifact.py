#!/usr/bin/env python3
"""Load an artifact that BitRank wrote with transformers and score text with it.

    pip install torch transformers compressed-tensors
    python bench/check_artifact.py ARTIFACT --tokens windows.json
    python bench/check_artifact.py ARTIFACT --text wiki.txt --sequence-length 2048 --limit 16 --expect 21.93

Checks every file against the checksums in bitrank.json, then scores each window of tokens alone: mean negative
log-likelihood of tokens 2..n, in float32 on the CPU. --tokens is a JSON list of lists of ids. --text is tokenized in one
go by the artifact's own tokenizer, without special tokens, and cut from the start into windows without overlap. Prints one
JSON object. With --expect (a perplexity) the exit code is 1 when the two differ by more than --tolerance (relative).
--logits FILE also writes the float32 logits of the first window, for comparisons number by number.
"""
import argparse
import hashlib
import json
import math
import pathlib
import sys


def check_files(folder):
    manifest = folder / "bitrank.json"
    if not manifest.exists():
        sys.exit(f"error: {folder} has no bitrank.json")
    files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    for name, entry in files.items():
        digest = hashlib.sha256()
        with open(folder / name, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        if digest.hexdigest() != entry["sha256"]:
            sys.exit(f"error: {folder / name} does not match its checksum in bitrank.json")
    return len(files)


def windows(arguments, folder):
    if arguments.tokens:
        return json.loads(pathlib.Path(arguments.tokens).read_text(encoding="utf-8"))[: arguments.limit]
    from transformers import AutoTokenizer

    text = pathlib.Path(arguments.text).read_bytes().decode("utf-8")
    ids = AutoTokenizer.from_pretrained(folder)(text, add_special_tokens=False)["input_ids"]
    length = arguments.sequence_length
    return [ids[at : at + length] for at in range(0, len(ids) - length + 1, length)][: arguments.limit]


def load(transformers, folder, dtype):
    """transformers 5.23 keeps asymmetric weights packed only if their zero points are not packed, which no file has
    (llm-compressor's own included); decoding while loading works there, and everywhere else both do."""
    quantization = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("quantization_config", {})
    schemes = [group["weights"] for group in quantization.get("config_groups", {}).values()]
    options = {"dtype": dtype, "output_loading_info": True}
    if any(not scheme["symmetric"] for scheme in schemes):
        options["quantization_config"] = transformers.CompressedTensorsConfig(dequantize=True)
    return transformers.AutoModelForCausalLM.from_pretrained(folder, **options)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("artifact")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--tokens")
    source.add_argument("--text")
    parser.add_argument("--sequence-length", type=int, default=2048)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--expect", type=float)
    parser.add_argument("--tolerance", type=float, default=0.003)
    parser.add_argument("--logits")
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    folder = pathlib.Path(arguments.artifact)
    checked = check_files(folder)

    import compressed_tensors
    import torch
    import transformers

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    model, report = load(transformers, folder, torch.float32)
    missing = sorted(report["missing_keys"]) + sorted(report["unexpected_keys"]) + sorted(map(str, report["mismatched_keys"]))
    if missing:
        sys.exit(f"error: transformers misses or does not know these tensors: {missing}")
    model.eval()

    means = []
    with torch.no_grad():
        for index, window in enumerate(windows(arguments, folder)):
            ids = torch.tensor([window])
            logits = model(ids).logits[0].float()
            means.append(torch.nn.functional.cross_entropy(logits[:-1], ids[0, 1:]).item())
            if index == 0 and arguments.logits:
                from safetensors.torch import save_file

                save_file({"logits": logits.contiguous()}, arguments.logits)
    perplexity = math.exp(sum(means) / len(means))
    print(json.dumps({
        "perplexity": perplexity,
        "mean_nll": means,
        "files_checked": checked,
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__,
                     "compressed-tensors": compressed_tensors.__version__},
    }))
    if arguments.expect and abs(perplexity / arguments.expect - 1) > arguments.tolerance:
        sys.exit(f"error: perplexity {perplexity} differs from {arguments.expect} by more than {arguments.tolerance:.1%}")


if __name__ == "__main__":
    main()
