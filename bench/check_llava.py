#!/usr/bin/env python3
"""Ask micro-llava the embedded questions about pictures in transformers, and compare its words with BitRank's.

    pip install torch transformers pillow
    python bench/check_llava.py --items 20
    python bench/check_llava.py --samples DIR       # of `bitrank eval --samples DIR`, any compute type

Without --samples BitRank answers first, in float32. In transformers the model runs in float32 on the CPU, greedily, behind its own
processor (the one that works on PIL pictures). For every task one JSON object a line: how many prompts are the ones that the model was
trained on, how many answers are the same text, and those that are not; and how far BitRank's float32 logits of the first prompt are off
(all positions, with the largest logit beside). The exit code is 1 where a prompt differs, more than --tolerance answers in a hundred,
or a logit by more than 1e-3.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "datasets" / "reference"
TASKS = ["micro_mme", "micro_mmbench", "micro_chartqa", "micro_docvqa", "micro_scienceqa"]
PLACEHOLDER = "<image>\n"
LARGEST_OFF = 1e-3


def bitrank(arguments, command, *words):
    done = subprocess.run([arguments.bitrank, command, "--model", str(arguments.model), "--compute", "float32", *map(str, words)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bitrank {command}: {done.stderr.strip()}")


def answered(arguments, folder):
    """BitRank's samples files."""
    limit = ["--limit", arguments.items] if arguments.items else []
    bitrank(arguments, "eval", "--tasks", ",".join(TASKS), *limit, "--quiet", "--output", folder / "results.json", "--samples", folder)
    return folder


class Peer:
    """The model in transformers."""

    def __init__(self, folder):
        from transformers import AutoProcessor, LlavaNextForConditionalGeneration
        import torch

        self.torch = torch
        self.processor = AutoProcessor.from_pretrained(folder, backend="pil")
        self.model = LlavaNextForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()

    def inputs(self, prompt, image):
        from PIL import Image

        # The tokenizer sets the beginning itself.
        return self.processor(images=Image.open(image), text=prompt.removeprefix(self.processor.tokenizer.bos_token), return_tensors="pt")

    def answer(self, prompt, image, tokens):
        inputs = self.inputs(prompt, image)
        with self.torch.no_grad():
            ids = self.model.generate(**inputs, max_new_tokens=tokens, do_sample=False, stop_strings=["\n"], tokenizer=self.processor.tokenizer)
        return self.processor.decode(ids[0, inputs["input_ids"].shape[1]:], skip_special_tokens=True).split("\n")[0]


def logits_off(arguments, peer, prompt, image, folder):
    """The largest difference of a logit, and the largest logit."""
    from safetensors.torch import load_file

    inputs = peer.inputs(prompt, image)
    (folder / "ids.json").write_text(json.dumps(inputs["input_ids"][0].tolist()))
    bitrank(arguments, "logits", "--input-ids", folder / "ids.json", "--image", image, "--output", folder / "logits.safetensors")
    with peer.torch.no_grad():
        theirs = peer.model(**inputs).logits[0]
    ours = load_file(folder / "logits.safetensors")["logits"]
    return (ours - theirs).abs().max().item(), theirs.abs().max().item()


def check(name, samples, peer, items, asked):
    rows = [json.loads(line) for line in open(REFERENCE / "tasks" / f"{name}.jsonl", encoding="utf-8")]
    lines = [json.loads(line) for line in open(samples / f"samples_{name}.jsonl", encoding="utf-8")][:items]
    prompts, same, others = 0, 0, []
    for line in lines:
        row, request = rows[line["doc_id"]], line["arguments"]["gen_args_0"]
        beginning = peer.processor.tokenizer.bos_token
        prompts += request["arg_0"].removeprefix(beginning) == PLACEHOLDER + asked(name, row)[0]
        ours = line["resps"][0][0]
        theirs = peer.answer(request["arg_0"], REFERENCE / "tasks" / row["image"], request["arg_1"]["max_gen_toks"])
        same += ours == theirs
        if ours != theirs:
            others.append({"doc_id": line["doc_id"], "bitrank": ours, "transformers": theirs})
    return {"task": name, "items": len(lines), "same prompts": prompts, "same answers": same, "others": others}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, default=REFERENCE / "micro-llava")
    parser.add_argument("--samples", type=pathlib.Path)
    parser.add_argument("--items", type=int, help="the first so many questions of each task; without it all")
    parser.add_argument("--tolerance", type=float, default=0.0)
    parser.add_argument("--bitrank", default=str(ROOT / "bitrank"))
    arguments = parser.parse_args()

    sys.path.insert(0, str(REFERENCE))
    from pictures.items import asked

    peer = Peer(arguments.model)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        samples = arguments.samples or answered(arguments, pathlib.Path(folder))
        for name in TASKS:
            result = check(name, samples, peer, arguments.items, asked)
            row = json.loads(open(REFERENCE / "tasks" / f"{name}.jsonl", encoding="utf-8").readline())
            result["logits off"], result["largest logit"] = logits_off(
                arguments, peer, PLACEHOLDER + asked(name, row)[0], REFERENCE / "tasks" / row["image"], pathlib.Path(folder))
            print(json.dumps(result), flush=True)
            failed |= result["same prompts"] < result["items"] or result["logits off"] > LARGEST_OFF
            failed |= 100 * (result["items"] - result["same answers"]) > arguments.tolerance * result["items"]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
