#!/usr/bin/env python3
"""How much GPTQ's whole-model result depends on last digits: the published algorithm in PyTorch, under several summation orders.

    pip install torch transformers
    python gptq_spread.py MODEL CALIBRATION_TEXT TEST_TEXT [--device cuda] [--settings 3:true] > gptq-spread.jsonl

The algorithm and protocol are those of golden/smollm2-135m/README.md (group 64, asymmetric, damping 0.01, column blocks of 128,
32 sequences of 512 tokens, all seven layers of a block from one pass). What varies is what no definition fixes: how many
sequences go through a block together, whether the Hessian is summed and inverted in float32 or float64, and relative noise of 1e-6
on the embeddings. Prints one JSON object a line: bits, act_order, variant, perplexity of the first 4 windows of 2048 tokens and the mean
KL divergence from the unquantized model over them.
"""
import argparse
import json
import math
import pathlib

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

GROUP, BLOCK, SEQUENCES, LENGTH, WINDOWS = 64, 128, 32, 512, 4
SHARES_INPUT = {"k_proj": "q_proj", "v_proj": "q_proj", "up_proj": "gate_proj"}
VARIANTS = [("float32, batches of 4", torch.float32, 4, 0), ("float32, batches of 1", torch.float32, 1, 0),
            ("float32, batches of 8", torch.float32, 8, 0), ("float64 Hessian", torch.float64, 4, 0)] + [
            (f"float32, noise 1e-6, seed {seed}", torch.float32, 4, seed) for seed in range(1, 7)]


def quantized(weight, hessian, bits, act_order):
    weight, hessian = weight.clone(), hessian.clone()
    columns = weight.shape[1]
    dead = torch.diag(hessian) == 0
    hessian[dead, dead] = 1
    weight[:, dead] = 0
    order = torch.argsort(torch.diag(hessian), descending=True) if act_order else torch.arange(columns, device=weight.device)
    weight, hessian = weight[:, order], hessian[order][:, order]
    diagonal = torch.arange(columns)
    hessian[diagonal, diagonal] += 0.01 * torch.diag(hessian).mean()
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(hessian))
    factor = torch.linalg.cholesky(inverse, upper=True).to(weight.dtype)
    result = torch.zeros_like(weight)
    top = 2**bits - 1
    for start in range(0, columns, BLOCK):
        end = min(start + BLOCK, columns)
        current, errors = weight[:, start:end].clone(), torch.zeros_like(weight[:, start:end])
        own = factor[start:end, start:end]
        for i in range(end - start):
            if (start + i) % GROUP == 0:
                group = weight[:, start + i : start + i + GROUP]
                low, high = group.amin(1).clamp(max=0), group.amax(1).clamp(min=0)
                empty = (low == 0) & (high == 0)
                low, high = low.masked_fill(empty, -1), high.masked_fill(empty, 1)
                scale = (high - low) / top
                zero = torch.round(-low / scale)
            column = current[:, i]
            decoded = (torch.clamp(torch.round(column / scale) + zero, 0, top) - zero) * scale
            result[:, start + i] = decoded
            error = (column - decoded) / own[i, i]
            current[:, i:] -= error[:, None] * own[i, i:]
            errors[:, i] = error
        weight[:, end:] -= errors @ factor[start:end, end:]
    return result[:, torch.argsort(order)]


def quantize(model, tokens, bits, act_order, precision, batch, seed):
    device = model.device
    states = model.model.embed_tokens(tokens)
    if seed:
        noise = torch.randn(states.shape, generator=torch.Generator().manual_seed(seed))
        states = states * (1 + 1e-6 * noise.to(device))
    positions = torch.arange(LENGTH, device=device)[None]
    rotary = model.model.rotary_emb(states, positions)
    mask = torch.full((1, 1, LENGTH, LENGTH), float("-inf"), device=device).triu(1)

    def forward(layer, x):
        out = layer(x, attention_mask=mask.expand(len(x), 1, LENGTH, LENGTH), position_embeddings=rotary, position_ids=positions)
        return out[0] if isinstance(out, tuple) else out

    for layer in model.model.layers:
        linears = {name: module for name, module in layer.named_modules() if isinstance(module, torch.nn.Linear)}
        hessians = {}

        def watch(name):
            def hook(_, inputs, __):
                x = inputs[0].reshape(-1, inputs[0].shape[-1]).to(precision)
                hessians[name] = hessians.get(name, 0) + 2 / SEQUENCES * (x.T @ x)
            return hook

        hooks = [linears[name].register_forward_hook(watch(name.split(".")[-1]))
                 for name in linears if name.split(".")[-1] not in SHARES_INPUT]
        for at in range(0, SEQUENCES, batch):
            forward(layer, states[at : at + batch])
        for hook in hooks:
            hook.remove()
        for name, linear in linears.items():
            short = name.split(".")[-1]
            linear.weight.copy_(quantized(linear.weight, hessians[SHARES_INPUT.get(short, short)], bits, act_order))
        states = torch.cat([forward(layer, states[at : at + batch]) for at in range(0, SEQUENCES, batch)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("calibration", type=pathlib.Path)
    parser.add_argument("test", type=pathlib.Path)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--settings", default="4:false,3:false,4:true,3:true", help="bits and act-order of what is run (default: %(default)s)")
    options = parser.parse_args()
    settings = [(int(bits), act_order == "true") for bits, act_order in (setting.split(":") for setting in options.settings.split(","))]

    tokenizer = AutoTokenizer.from_pretrained(options.model)

    def ids(file, count):
        text = file.read_bytes().decode("utf-8")[: count * 16]
        return torch.tensor(tokenizer(text, add_special_tokens=False)["input_ids"][:count], device=options.device)

    calibration = ids(options.calibration, SEQUENCES * LENGTH).view(SEQUENCES, LENGTH)
    windows = ids(options.test, WINDOWS * 2048).view(WINDOWS, 1, 2048)
    model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32).eval().to(options.device)
    original = {name: value.clone() for name, value in model.state_dict().items()}

    def log_probabilities(window):
        return torch.log_softmax(model(window).logits[0, :-1].double(), -1)

    with torch.inference_mode():
        base = [log_probabilities(window) for window in windows]
        for bits, act_order in settings:
            for variant, precision, batch, seed in VARIANTS:
                model.load_state_dict(original)
                quantize(model, calibration, bits, act_order, precision, batch, seed)
                losses, divergences = [], []
                for window, reference in zip(windows, base):
                    own = log_probabilities(window)
                    losses.append(-own.gather(1, window[0, 1:, None]).mean().item())
                    divergences.append((reference.exp() * (reference - own)).sum(1).mean().item())
                row = {"bits": bits, "act_order": act_order, "variant": variant,
                       "perplexity": round(math.exp(sum(losses) / WINDOWS), 4), "divergence": round(sum(divergences) / WINDOWS, 5)}
                print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
