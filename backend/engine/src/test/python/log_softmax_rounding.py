#!/usr/bin/env python3
"""How far PyTorch's float32 log_softmax is from the same logits' log-softmax in float64, request by request.

    pip install torch transformers
    python log_softmax_rounding.py MODEL GOLDEN > log-softmax-rounding.json

MODEL is the folder that the goldens were made from, GOLDEN the folder of lm-eval-TASK.jsonl files. Only continuations so long and
so likely that the rounding, up to 8e-6 nats a token, could use up most of the tolerance (1e-4 nats or 1e-5 of the value). Prints
one JSON object: task -> "document/request" -> nats to add to the recorded log-likelihood.
"""
import json
import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

ROUNDING_A_TOKEN = 8e-6


def matters(request):
    if "loglikelihood" not in request:
        return False
    tolerance = max(1e-4, 1e-5 * -request["loglikelihood"])
    return ROUNDING_A_TOKEN * len(request.get("continuation_ids") or []) > tolerance / 2


def main():
    folder, golden = sys.argv[1], pathlib.Path(sys.argv[2])
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    found = {}
    worst = 0
    for file in sorted(golden.glob("lm-eval-*.jsonl")):
        task = file.stem.removeprefix("lm-eval-")
        own = {}
        for line in file.open(encoding="utf-8", newline="\n"):
            document = json.loads(line)
            for index, request in enumerate(document["requests"]):
                if not matters(request):
                    continue
                ids = request["continuation_ids"]
                context = tokenizer(request["context"], add_special_tokens=False)["input_ids"] or [1]
                with torch.inference_mode():
                    logits = model(torch.tensor([context + ids])).logits[0, len(context) - 1 : -1]
                    target = torch.tensor(ids).unsqueeze(-1)
                    single = torch.log_softmax(logits, -1).gather(-1, target).sum().item()
                    double = torch.log_softmax(logits.double(), -1).gather(-1, target).sum().item()
                worst = max(worst, abs(single - request["loglikelihood"]))
                own[f"{document['doc_id']}/{index}"] = round(double - single, 6)
        if own:
            found[task] = own
    print(json.dumps(found, indent=0))
    print(f"recorded and repeated in float32 differ by at most {worst:.1e}", file=sys.stderr)


if __name__ == "__main__":
    main()
