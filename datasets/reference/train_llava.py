#!/usr/bin/env python3
"""Trains micro-llava: micro-llama learns to see.

    python3 train_llava.py micro-llama micro-llava --minutes 7      # minutes on a GPU with some CPU cores beside it

Needs `pip install torch transformers`. The pictures are drawn first, by all cores, and stay in the GPU's memory as indexes into
the palette. Tower and projector start from nothing, the decoder from micro-llama; all of them learn together. A step sees pictures
of every size with conversations about them (only the answers count) and windows of text like micro-llama's, so that it forgets nothing.
"""

import argparse
import math
import multiprocessing
import os
import sys
import time
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import LlavaNextConfig, LlavaNextForConditionalGeneration

from closed_world import TRAINING, Dice, World
from documents import document
from generate import grams, held_out_files, held_out_grams
from make_llava import PATCH, PINPOINTS, TILE
from picture_tensors import Layout, tiles
from pictures.training import CHUNK, GROUPS, SHARE, batches, samples

WINDOW, SEQUENCE = 512, 416  # tokens of a text window; of a picture with its conversation
WARM_UP = 300
SEED = 1
DOCUMENTS = 10_000  # of a batch of text
SIZES = {"square": (112, 112), "chart": (84, 112), "wide": (56, 112)}  # height, width


# ---- what the cores make -------------------------------------------------------------------------------------------

def prepare_worker(tokenizer, held):
    global TOKENIZER, WORLD, HELD
    TOKENIZER, WORLD, HELD = Tokenizer.from_file(tokenizer), World(), held


def encoded(turns, length):
    """Token ids of a conversation and which of them belong to answers, both filled up to ``length``."""
    text, spans = "\n", []
    for asked, answer in turns:
        start = len(text) + len(asked)
        text += f"{asked} {answer}\n\n"
        spans.append((start, len(text) - 1))
    encoding = TOKENIZER.encode(text, add_special_tokens=False)
    ids, counted = numpy.zeros(length, numpy.int16), numpy.zeros(length, bool)
    size = min(length, len(encoding.ids))
    ids[:size] = encoding.ids[:size]
    starts = [offset[0] for offset in encoding.offsets[:size]]
    at = 0
    for i, start in enumerate(starts):
        while at < len(spans) and start >= spans[at][1]:
            at += 1
        counted[i] = at < len(spans) and spans[at][0] <= start
    return ids, counted


def picture_batch(job):
    group, batch, length = job
    pixels, ids, counted = [], [], []
    for picture, turns in samples(group, batch, CHUNK):
        pixels.append(numpy.frombuffer(picture.canvas().pixels, numpy.uint8))
        one, mask = encoded(turns, length)
        ids.append(one)
        counted.append(mask)
    return numpy.stack(pixels), numpy.stack(ids), numpy.stack(counted)


def text_batch(batch):
    """Documents like those of micro-llama's training text, none of which shares a run of words with held-out text."""
    dice, bos, eos = Dice("text", "training beside pictures", batch), TOKENIZER.token_to_id("<s>"), TOKENIZER.token_to_id("</s>")
    between = TOKENIZER.encode("\n\n", add_special_tokens=False).ids
    ids = []
    for _ in range(DOCUMENTS):
        text = document(WORLD, dice, TRAINING)
        if HELD.isdisjoint(grams(text)):
            ids += TOKENIZER.encode(text, add_special_tokens=False).ids + (between if dice.chance(0.5) else [eos, bos])
    return numpy.array(ids, numpy.uint16)


def material(folder, layouts, pictures, documents, device):
    """Group -> (pixels, token ids, which count), all on the device, and the stream of text."""
    held = held_out_grams(held_out_files(World()))
    found = {}
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), prepare_worker, (str(folder / "tokenizer.json"), held)) as pool:
        for group, layout in layouts.items():
            jobs = [(group, batch, SEQUENCE - 1 - layout.tokens) for batch in batches(group, pictures)]
            parts = zip(*(map(torch.from_numpy, batch) for batch in pool.imap(picture_batch, jobs)))
            found[group] = tuple(torch.cat(part).to(device) for part in parts)
        stream = numpy.concatenate(list(pool.imap(text_batch, range(math.ceil(documents / DOCUMENTS)))))
    return found, torch.from_numpy(stream.astype(numpy.int32)).to(device)


# ---- the model -----------------------------------------------------------------------------------------------------

def new_model(llama, folder):
    model = LlavaNextForConditionalGeneration(LlavaNextConfig.from_pretrained(folder)).float()
    weights = load_file(llama / "model.safetensors")
    with torch.no_grad():
        for name, value in weights.items():
            if name == "lm_head.weight":
                model.lm_head.weight[:len(value)] = value.float()
            else:
                model.model.language_model.get_parameter(name.removeprefix("model."))[:len(value)] = value.float()
    return model


def tower_features(model, pixels):
    """What the projector makes of the last hidden state but one, without the class token; the last layer is never used."""
    tower = getattr(model.model.vision_tower, "vision_model", model.model.vision_tower)
    hidden = tower.pre_layrnorm(tower.embeddings(pixels))
    for layer in tower.encoder.layers[:-1]:
        hidden = layer(hidden, attention_mask=None)
        hidden = hidden[0] if isinstance(hidden, tuple) else hidden
    return model.model.multi_modal_projector(hidden[:, 1:])


def picture_embeddings(model, layouts, cut, ids):
    """Input rows of the decoder, [pictures, SEQUENCE, hidden]: the start, the picture, the conversation. ``cut`` holds tiles."""
    features = tower_features(model, torch.cat([part.flatten(0, 1) for part in cut.values()]))
    embed, rows, at = model.model.language_model.embed_tokens, [], 0
    for group, layout in layouts.items():
        count, per = cut[group].shape[:2]
        seen = features[at:at + count * per].reshape(count, -1, features.shape[-1])
        at += count * per
        newline = model.model.image_newline.to(seen.dtype).expand(count, 1, -1)
        seen = torch.cat([seen, newline], dim=1)[:, layout.order]
        start = embed.weight[:1].to(seen.dtype).expand(count, 1, -1)
        rows.append(torch.cat([start, seen, embed(ids[group]).to(seen.dtype)], dim=1))
    return torch.cat(rows)


def decoded(model, embeddings):
    return model.model.language_model(inputs_embeds=embeddings, use_cache=False).last_hidden_state


def loss_of(model, layouts, cut, ids, counted, window):
    """Mean loss of the answers about pictures, mean loss of the text."""
    embeddings = picture_embeddings(model, layouts, cut, ids)
    hidden = decoded(model, embeddings)
    first = min(layout.tokens for layout in layouts.values())
    # Position p says what stands at p + 1; the conversation starts after the first token and the picture.
    targets = torch.cat([functional.pad(ids[group], (layout.tokens, 0)) for group, layout in layouts.items()])[:, first:]
    counts = torch.cat([functional.pad(counted[group], (layout.tokens, 0)) for group, layout in layouts.items()])[:, first:]
    logits = model.lm_head(hidden[:, first:-1])
    losses = functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), reduction="none")
    seen = (losses * counts.flatten()).sum() / counts.sum()
    logits = model.lm_head(decoded(model, model.model.language_model.embed_tokens(window[:, :-1])))
    return seen, functional.cross_entropy(logits.float().flatten(0, 1), window[:, 1:].flatten())


def hub_name(name):
    """The name under which hub files keep a parameter; every version of transformers reads these."""
    if name.startswith("model.vision_tower.") and "vision_model." not in name:
        name = name.replace("vision_tower.", "vision_tower.vision_model.")
    if name.startswith("model.language_model."):
        return name.replace("model.language_model.", "language_model.model.")
    return "language_model." + name if name.startswith("lm_head") else name.removeprefix("model.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("llama", type=Path, help="micro-llama's folder")
    parser.add_argument("folder", type=Path, help="has what make_llava.py wrote; gets the weights")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--minutes", type=float, help="choose the number of steps so that everything takes this long")
    parser.add_argument("--pictures", type=int, default=600_000)
    parser.add_argument("--documents", type=int, default=400_000)
    parser.add_argument("--batch", type=int, default=256, help="pictures in one step")
    parser.add_argument("--windows", type=int, default=48, help="windows of text in one step")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--output", type=Path, help="folder for the weights if not the model's own")
    arguments = parser.parse_args()

    started = time.time()
    torch.manual_seed(SEED)
    torch.set_float32_matmul_precision("high")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = new_model(arguments.llama, arguments.folder)
    layouts = {group: Layout(model.model, SIZES[group], TILE, PATCH, PINPOINTS) for group in GROUPS}
    data, stream = material(arguments.folder, layouts, arguments.pictures, arguments.documents, device)
    layouts = {group: layout.to(device) for group, layout in layouts.items()}
    model.to(device)
    trained = [p for name, p in model.named_parameters()
               if f"layers.{model.config.vision_config.num_hidden_layers - 1}." not in name or "vision" not in name]
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {sum(len(part[0]) for part in data.values())} pictures, "
          f"{len(stream)} tokens of text, {time.time() - started:.0f} s, {device}", flush=True)
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in trained if p.dim() > 1], "weight_decay": 0.1},
         {"params": [p for p in trained if p.dim() == 1], "weight_decay": 0.0}],
        lr=arguments.rate, betas=(0.9, 0.95), fused=device == "cuda")
    step_loss = torch.compile(loss_of) if device == "cuda" else loss_of
    counts = {group: max(1, round(arguments.batch * SHARE[group])) for group in layouts}
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
        rate = arguments.rate * min((step + 1) / WARM_UP, 0.5 * (1 + math.cos(math.pi * step / steps)) + 1e-3)
        for group in optimizer.param_groups:
            group["lr"] = rate
        chosen = {group: torch.randint(len(data[group][0]), (count,), device=device) for group, count in counts.items()}
        pixels, ids, counted = ({group: data[group][part][chosen[group]] for group in layouts} for part in range(3))
        ids = {group: part.long() for group, part in ids.items()}
        cut = {group: tiles(part, layouts[group]) for group, part in pixels.items()}
        starts = torch.randint(len(stream) - WINDOW - 1, (arguments.windows, 1), device=device)
        with torch.autocast(device, dtype=torch.bfloat16):
            seen, read = step_loss(model, layouts, cut, ids, counted, stream[starts + offsets].long())
        (seen + read).backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 200 == 0 or device == "cpu" and step % 10 == 0:
            print(f"step {step} of {steps}, {time.time() - started:.0f} s: pictures {seen.item():.4f}, text {read.item():.4f}", flush=True)
        step += 1

    print(f"pictures {seen.item():.4f}, text {read.item():.4f} after {steps} steps and {time.time() - started:.0f} s", flush=True)
    output = arguments.output or arguments.folder
    output.mkdir(parents=True, exist_ok=True)
    save_file({hub_name(name): value.detach().to("cpu", torch.bfloat16).contiguous() for name, value in model.named_parameters()},
              output / "model.safetensors", metadata={"format": "pt"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
