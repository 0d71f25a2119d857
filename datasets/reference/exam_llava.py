#!/usr/bin/env python3
"""Sits micro-llava's tasks with PyTorch: a quick look after training, without BitRank.

    python3 exam_llava.py micro-llava

An answer is right if the model, asked greedily, would give it word for word. Prints per cent, and the perplexity of the test text.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import LlavaNextForConditionalGeneration

from closed_world import Dice
from generate import HERE
from make_llava import PATCH, PINPOINTS, TILE
from picture_tensors import Layout, tiles
from pictures.items import TASKS, asked
from train_llava import decoded, tower_features


@torch.no_grad()
def right(model, layout, picture, questions, tokenizer):
    """For each (prompt, answer) whether the answer is the most likely text up to the line's end."""
    device = model.device
    pixels = torch.frombuffer(bytearray(picture.canvas().pixels), dtype=torch.uint8)[None].to(device)
    features = tower_features(model, tiles(pixels, layout)[0].to(model.dtype)).flatten(0, 1)
    seen = torch.cat([features, model.model.image_newline[None]])[layout.order]
    embed = model.model.language_model.embed_tokens
    texts = [(tokenizer.encode(f"\n{prompt}", add_special_tokens=False).ids,
              tokenizer.encode(f" {answer}\n", add_special_tokens=False).ids) for prompt, answer in questions]
    longest = max(len(a) + len(b) for a, b in texts)
    ids = torch.zeros(len(texts), longest, dtype=torch.long, device=device)
    for row, (a, b) in zip(ids, texts):
        row[:len(a) + len(b)] = torch.tensor(a + b)
    start = embed.weight[:1]
    rows = torch.cat([torch.cat([start, seen]).expand(len(texts), -1, -1), embed(ids)], dim=1)
    best = model.lm_head(decoded(model, rows))[:, layout.tokens:].argmax(-1)
    return [best[i, len(a):len(a) + len(b)].tolist() == b for i, (a, b) in enumerate(texts)]


@torch.no_grad()
def perplexity(model, tokenizer, window=512):
    texts = [json.loads(line)["text"] for line in open(HERE / "text/test.jsonl", encoding="utf-8")]
    ids = torch.tensor([tokenizer.token_to_id("<s>")] + tokenizer.encode("</s><s>".join(texts), add_special_tokens=False).ids)
    losses = []
    for part in ids[:len(ids) // window * window].view(-1, window).split(8):
        part = part.to(model.device)
        logits = model.lm_head(decoded(model, model.model.language_model.embed_tokens(part)))
        losses.append(functional.cross_entropy(logits[:, :-1].float().flatten(0, 1), part[:, 1:].flatten()))
    return torch.stack(losses).mean().exp().item()


def main():
    folder = Path(sys.argv[1])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = LlavaNextForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).to(device).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    layouts = {}
    for name, make in TASKS.items():
        kinds = {}
        for picture, rows in make(Dice("items", name)):
            size = picture.height, picture.width
            if size not in layouts:
                layouts[size] = Layout(model.model.cpu(), size, TILE, PATCH, PINPOINTS).to(device)
                model.to(device)
            marks = right(model, layouts[size], picture, [(q, a.lower() if name == "micro_mme" else a)
                                                          for q, a in (asked(name, row) for row in rows)], tokenizer)
            kind = rows[0].get("category") or rows[0].get("topic") or "all"
            for row, mark in zip(rows, marks):
                kinds.setdefault(row.get("type", kind), []).append(mark)
            kinds.setdefault("every question of a picture", []).append(all(marks))
        whole = [mark for kind, marks in kinds.items() if not kind.startswith("every") for mark in marks]
        print(f"{name}: {100 * sum(whole) / len(whole):.1f} of {len(whole)} ("
              + ", ".join(f"{kind} {100 * sum(marks) / len(marks):.0f}" for kind, marks in kinds.items()) + ")", flush=True)
    print(f"perplexity of the test text: {perplexity(model, tokenizer):.3f}", flush=True)


if __name__ == "__main__":
    main()
