#!/usr/bin/env python3
"""Trains micro-llama from nothing.

    python3 generate.py --training training.jsonl
    python3 make_tokenizer.py training.jsonl micro-llama
    python3 train.py training.jsonl micro-llama --steps 8000        # minutes on a GPU, about a day on a few CPU cores

Needs `pip install torch transformers`. The documents become one stream of tokens: after each comes either an empty line
or the end of the text and the start of the next, so that the model knows both. A step learns from windows of 512 tokens
at random places of the stream.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path

import numpy
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import LlamaConfig, LlamaForCausalLM

WINDOW = 512
WARM_UP = 300
SEED = 1


def architecture(tokenizer):
    return LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=256, intermediate_size=768, num_hidden_layers=6,
        num_attention_heads=4, num_key_value_heads=2, head_dim=64, max_position_embeddings=WINDOW, rms_norm_eps=1e-5,
        rope_theta=10000.0, tie_word_embeddings=False, attention_bias=False, mlp_bias=False,
        bos_token_id=tokenizer.token_to_id("<s>"), eos_token_id=tokenizer.token_to_id("</s>"), pad_token_id=None)


def token_stream(training, tokenizer):
    """All documents as one array; kept beside the training text for the next run."""
    cache = training.with_suffix(".tokens.npy")
    if cache.exists():
        return numpy.load(cache)
    bos, eos = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    between = tokenizer.encode("\n\n", add_special_tokens=False).ids
    joint = numpy.random.default_rng(SEED)
    pieces = [numpy.array([bos], dtype=numpy.uint16)]
    with open(training, encoding="utf-8") as rows:
        while batch := [json.loads(row)["text"] for row, _ in zip(rows, range(20_000))]:
            for encoded in tokenizer.encode_batch(batch, add_special_tokens=False):
                end = between if joint.random() < 0.5 else [eos, bos]
                pieces.append(numpy.array(encoded.ids + end, dtype=numpy.uint16))
    stream = numpy.concatenate(pieces)
    numpy.save(cache, stream)
    return stream


def loss_of(model, window):
    logits = model(input_ids=window[:, :-1], use_cache=False).logits
    return functional.cross_entropy(logits.float().flatten(0, 1), window[:, 1:].flatten())


def optimizer_for(model, rate):
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.95), fused=torch.cuda.is_available())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("training", type=Path)
    parser.add_argument("folder", type=Path, help="has tokenizer.json; gets the weights")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--minutes", type=float, help="choose the number of steps so that training takes this long")
    parser.add_argument("--batch", type=int, default=64, help="windows in one step")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    arguments = parser.parse_args()

    started = time.time()
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.set_float32_matmul_precision("high")
    tokenizer = Tokenizer.from_file(str(arguments.folder / "tokenizer.json"))
    stream = torch.from_numpy(token_stream(arguments.training, tokenizer).astype(numpy.int32)).to(device)
    model = LlamaForCausalLM(architecture(tokenizer)).to(device)
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{parameters} parameters, {len(stream)} tokens of text, {device}", flush=True)
    optimizer = optimizer_for(model, arguments.rate)
    step_loss = torch.compile(loss_of) if device == "cuda" else loss_of
    offsets = torch.arange(WINDOW + 1, device=device)

    steps, step, timed = arguments.steps, 0, None
    while step < steps:
        if arguments.minutes and step in (20, 100):
            if device == "cuda":
                torch.cuda.synchronize()
            if timed:
                left = arguments.minutes * 60 - (time.time() - started)
                steps = step + int(left / ((time.time() - timed) / 80))
                print(f"{steps} steps fit", flush=True)
            timed = time.time()
        progress = step / steps
        rate = arguments.rate * min((step + 1) / WARM_UP, 0.5 * (1 + math.cos(math.pi * progress)) + 1e-3)
        for group in optimizer.param_groups:
            group["lr"] = rate
        starts = torch.randint(len(stream) - WINDOW - 1, (arguments.batch, 1), device=device)
        window = stream[starts + offsets].long()
        with torch.autocast(device, dtype=torch.bfloat16):
            loss = step_loss(model, window)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 200 == 0:
            print(f"step {step} of {steps}, {time.time() - started:.0f} s: loss {loss.item():.4f}", flush=True)
        step += 1

    print(f"loss {loss.item():.4f} after {steps} steps and {time.time() - started:.0f} s", flush=True)
    model.to(torch.bfloat16).save_pretrained(arguments.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
