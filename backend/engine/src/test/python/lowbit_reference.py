#!/usr/bin/env python3
"""The methods of one to four bits by their published statements, in float64, on one small layer.

    pip install numpy safetensors
    python backend/engine/src/test/python/lowbit_reference.py OUT.safetensors

Written from the papers' statements as docs/methods.md gives them, not from BitRank's code; only the rotation comes from
bench/bitrank_layout.py, which is written from docs/formats.md. LowBitReferenceTest compares.
"""
import pathlib
import sys
import zlib

import numpy as np
from safetensors.numpy import save_file

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[5] / "bench"))
from bitrank_layout import Rotation  # noqa: E402

ROWS, COLUMNS, GROUP, TOKENS, DAMPING = 24, 64, 16, 512, 0.01


def layer():
    random = np.random.default_rng(20)
    weights = random.standard_t(5, (ROWS, COLUMNS)) * np.exp(0.5 * random.standard_normal((ROWS, 1)))
    mixing = random.standard_normal((COLUMNS, COLUMNS)) / 8 + np.eye(COLUMNS)
    inputs = random.standard_normal((TOKENS, COLUMNS)) @ mixing * np.exp(random.standard_normal(COLUMNS))
    return weights.astype(np.float32), inputs.astype(np.float32)


def damped(hessian):
    return hessian + DAMPING * np.mean(np.diag(hessian)) * np.eye(len(hessian))


def factor(hessian):
    """Upper U with inverse(H) = U^T U."""
    return np.linalg.cholesky(np.linalg.inv(damped(hessian))).T


def salience(weights, upper, metric):
    return np.abs(weights) if metric == "magnitude" else weights**2 / np.diag(upper) ** 2


def sign(values):
    return np.where(values >= 0, 1.0, -1.0)


def asymmetric(values, bits):
    """Scale and zero point of each row's range, which holds 0."""
    low, high = np.minimum(values.min(1), 0), np.maximum(values.max(1), 0)
    scale = (high - low) / (2**bits - 1)
    return scale, np.round(-low / scale)


def on_grid(values, scale, zero, bits):
    return (np.clip(np.round(values / scale) + zero, 0, 2**bits - 1) - zero) * scale


def binarized(values, mask):
    """Every row's masked values as mean plus and minus their mean distance from it."""
    count = np.maximum(mask.sum(1, keepdims=True), 1)
    mean = (values * mask).sum(1, keepdims=True) / count
    spread = (np.abs(values - mean) * mask).sum(1, keepdims=True) / count
    return (mean + spread * sign(values - mean)) * mask


def twice_binarized(values, mask):
    once = binarized(values, mask)
    return once + binarized((values - once) * mask, mask)


def walk(weights, upper, code):
    """GPTQ's walk: code(j, column) says what a column becomes."""
    rest, result = weights.astype(np.float64).copy(), np.zeros(weights.shape)
    for j in range(weights.shape[1]):
        result[:, j] = code(j, rest)
        error = (rest[:, j] - result[:, j]) / upper[j, j]
        rest[:, j + 1 :] -= np.outer(error, upper[j, j + 1 :])
    return result


def pb_llm(weights, hessian, share, metric):
    upper = factor(hessian)
    scores = salience(weights.astype(np.float64), upper, metric)
    salient = np.zeros(weights.shape, bool)
    for start in range(0, COLUMNS, GROUP):
        block = scores[:, start : start + GROUP]
        usual = int(block.size * (1 - share))
        salient[:, start : start + GROUP] = block > np.sort(block, axis=None)[usual - 1]
    scale, zero = asymmetric(weights.astype(np.float64), 8)
    means, spreads = np.zeros(weights.shape), np.zeros(weights.shape)
    for start in range(0, COLUMNS, GROUP):
        own = slice(start, start + GROUP)
        mask = ~salient[:, own]
        count = np.maximum(mask.sum(1, keepdims=True), 1)
        mean = (weights[:, own] * mask).sum(1, keepdims=True) / count
        means[:, own] = mean
        spreads[:, own] = (np.abs(weights[:, own] - mean) * mask).sum(1, keepdims=True) / count

    def code(j, rest):
        column = rest[:, j]
        return np.where(salient[:, j], on_grid(column, scale, zero, 8), means[:, j] + spreads[:, j] * sign(column - means[:, j]))

    return walk(weights, upper, code)


def billm(weights, hessian, metric, search):
    upper = factor(hessian)
    rest, result = weights.astype(np.float64).copy(), np.zeros(weights.shape)
    everything = np.ones((ROWS, GROUP), bool)
    for start in range(0, COLUMNS, GROUP):
        own = slice(start, start + GROUP)
        block = rest[:, own].copy()
        scores = salience(block, upper[own, own], metric)
        tried = block if search == "weights" or metric == "magnitude" else scores
        ranked = np.argsort(-scores.sum(0), kind="stable")
        best, least = 0, np.inf
        for count in range(1, min(50, GROUP)):
            mask = everything & np.isin(np.arange(GROUP), ranked[:count])
            error = np.sum((tried - twice_binarized(tried, mask) - twice_binarized(tried, ~mask)) ** 2)
            if error < least:
                best, least = count, error
        salient = everything & np.isin(np.arange(GROUP), ranked[:best])
        magnitudes, split, least = np.abs(tried), 0.0, np.inf
        for candidate in np.quantile(magnitudes[~salient], np.linspace(0.1, 0.9, 81)):
            large = ~salient & (magnitudes >= candidate)
            small = ~salient & ~large
            error = np.sum(((tried - binarized(tried, small) - binarized(tried, large)) * ~salient) ** 2)
            if error < least:
                split, least = candidate, error
        large = ~salient & (magnitudes >= split)
        small = ~salient & ~large
        result[:, own] = twice_binarized(block, salient) + binarized(block, small) + binarized(block, large)
        errors = (block - result[:, own]) / np.diag(upper)[own]
        rest[:, own.stop :] -= errors @ upper[own, own.stop :]
    return result


def quip(weights, hessian, bits):
    w, h = weights.astype(np.float64), hessian / np.abs(hessian).max()
    t = (np.maximum(np.diag(h), 1e-8) / np.maximum(np.diag(w.T @ w), 1e-8)) ** 0.25
    w, h = w * t, h / t / t[:, None]
    h = h * (COLUMNS / (np.trace(h) + 1e-8)) + 0.01 * np.eye(COLUMNS)
    v, u = (Rotation(size, zlib.crc32(f"layer {side}".encode())) for size, side in ((COLUMNS, "inputs"), (ROWS, "outputs")))
    v, u = v.turn(np.eye(COLUMNS)).T, u.turn(np.eye(ROWS)).T
    w, h = u @ w @ v.T, damped(v @ h @ v.T)
    scale = 2.4 * np.sqrt(np.mean(w**2))
    levels = 2**bits - 1
    w = np.clip((w / scale + 1) / 2 * levels, 0, levels)
    lower = np.linalg.cholesky(h)
    lower = lower / np.diag(lower) - np.eye(COLUMNS)
    codes = w.copy()
    for i in reversed(range(COLUMNS)):
        codes[:, i] = np.clip(np.floor(w[:, i] + (w - codes)[:, i + 1 :] @ lower[i + 1 :, i] + 0.5), 0, levels)
    return u.T @ ((codes / levels * 2 - 1) * scale) @ v / t


def db_llm(weights):
    result = np.zeros(weights.shape)
    for start in range(0, COLUMNS, GROUP):
        w = weights[:, start : start + GROUP].astype(np.float64)
        step = np.abs(w).max(1, keepdims=True) / 2
        first, second = 2 * step, -step
        b1 = w >= (first + second) / 2
        b2 = -(w - first * b1 - second / 2) >= 0
        result[:, start : start + GROUP] = first * b1 + second * b2
    return result


def rounded(values, bits):
    if bits == 1:
        return binarized(values, np.ones(values.shape, bool))
    scale, zero = asymmetric(values, bits)
    return on_grid(values, scale[:, None], zero[:, None], bits)


def shares(outputs):
    powers = np.exp(outputs - outputs.max(1, keepdims=True))
    return np.maximum(powers / powers.sum(1, keepdims=True), 1e-6)


def slim_llm(weights, hessian, inputs, bits):
    w, x = weights.astype(np.float64), inputs.astype(np.float64)
    upper = factor(hessian)
    groups = COLUMNS // GROUP
    scores = salience(w, upper, "hessian")
    ranked = np.argsort(-scores.reshape(ROWS, groups, GROUP).sum((0, 2)), kind="stable")
    base, best, least = shares(x @ w.T), None, np.inf
    for k in range(groups // 2 + 1):
        widths = np.full(groups, bits)
        widths[ranked[:k]] += 1
        widths[ranked[groups - k :]] -= 1
        tried = np.concatenate([rounded(w[:, g * GROUP : (g + 1) * GROUP], widths[g]) for g in range(groups)], 1)
        divergence = np.sum(base * np.log(base / shares(x @ tried.T)))
        if divergence < least:
            best, least = widths, divergence
    state = {}

    def code(j, rest):
        group, column = j // GROUP, rest[:, j]
        width = best[group]
        if j % GROUP == 0:
            state["numbers"] = numbers(rest[:, j : j + GROUP].copy(), width)
        first, second = state["numbers"]
        return first + second * sign(column - first) if width == 1 else on_grid(column, first, second, width)

    return walk(w, upper, code), best


def numbers(block, bits):
    """Mean and spread, or the scale and zero point of the best of the shrunk and stretched ranges."""
    if bits == 1:
        mean = block.mean(1)
        return mean, np.abs(block - mean[:, None]).mean(1)
    low, high = np.minimum(block.min(1), 0), np.maximum(block.max(1), 0)
    scale, zero = asymmetric(block, bits)
    best = np.sum(np.abs(on_grid(block, scale[:, None], zero[:, None], bits) - block) ** 2.4, 1)
    for p in sorted([1 + 0.002 * side * step for step in range(1, 51) for side in (-1, 1)], key=lambda p: (round(abs(p - 1), 4), p)):
        tried_scale = p * (high - low) / (2**bits - 1)
        tried_zero = np.round(-p * low / tried_scale)
        error = np.sum(np.abs(on_grid(block, tried_scale[:, None], tried_zero[:, None], bits) - block) ** 2.4, 1)
        better = error < best
        scale, zero, best = np.where(better, tried_scale, scale), np.where(better, tried_zero, zero), np.where(better, error, best)
    return scale, zero


def main():
    weights, inputs = layer()
    hessian = (2 * inputs.astype(np.float64).T @ inputs.astype(np.float64)).astype(np.float32)
    h = hessian.astype(np.float64)
    samples = np.ascontiguousarray(inputs[::2])
    found = {"weights": weights, "samples": samples, "hessian": hessian}
    found["pb-llm.hessian"] = pb_llm(weights, h, 0.1, "hessian")
    found["pb-llm.magnitude"] = pb_llm(weights, h, 0.25, "magnitude")
    found["billm.hessian.salience"] = billm(weights, h, "hessian", "salience")
    found["billm.hessian.weights"] = billm(weights, h, "hessian", "weights")
    found["billm.magnitude.weights"] = billm(weights, h, "magnitude", "weights")
    found["quip.2"] = quip(weights, h, 2)
    found["quip.3"] = quip(weights, h, 3)
    found["db-llm"] = db_llm(weights)
    for bits in (2, 3):
        found[f"slim-llm.{bits}"], widths = slim_llm(weights, h, samples, bits)
        found[f"slim-llm.{bits}.widths"] = widths.astype(np.int32)
    for name, values in found.items():
        if values.shape == weights.shape and name != "weights":
            off = values - weights
            print(f"{name}: error {np.trace(off @ h @ off.T) / np.trace(weights @ h @ weights.T):.5f}")
    save_file({name: np.ascontiguousarray(values if values.dtype == np.int32 else values.astype(np.float32)) for name, values in found.items()}, sys.argv[1])


if __name__ == "__main__":
    main()
