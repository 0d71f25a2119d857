#!/usr/bin/env python3
"""Read BitRank's own safetensors layout with NumPy alone, as docs/formats.md describes it.

    pip install numpy safetensors
    python bench/bitrank_layout.py ARTIFACT                  # list quantized matrices and their kinds
    python bench/bitrank_layout.py ARTIFACT --dense OUT      # write all of them decoded, float32 safetensors

ARTIFACT is a directory or one .safetensors file. Nothing here comes from BitRank's reader: it exists to show that the
description suffices.
"""
import argparse
import json
import pathlib
import struct

import numpy as np

MASK = (1 << 64) - 1
FORMS = ["rotated", "grouped", "partly", "residual", "mixed", "dual"]
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "U8": "u1", "I8": "i1", "F8_E8M0": "u1", "F8_E4M3": "u1"}


class Tensors:
    """The tensors of a safetensors file, by name; those of types that NumPy lacks as bytes, with the type beside them."""

    def __init__(self, path):
        data = pathlib.Path(path).read_bytes()
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        header.pop("__metadata__", None)
        self.types = {name: entry["dtype"] for name, entry in header.items()}
        self.values = {}
        for name, entry in header.items():
            start, end = (8 + length + at for at in entry["data_offsets"])
            raw = data[start:end]
            if entry["dtype"] == "BF16":
                halves = np.frombuffer(raw, "<u2").astype(np.uint32) << 16
                self.values[name] = halves.view(np.float32).reshape(entry["shape"])
            else:
                self.values[name] = np.frombuffer(raw, TYPES[entry["dtype"]]).reshape(entry["shape"])

    def get(self, name):
        return self.values.get(name)


def stream(packed, count, bits):
    """Numbers of so many bits, lowest bits first, without gaps."""
    if count == 0:
        return np.zeros(0, np.int64)
    flat = np.unpackbits(packed, bitorder="little")[: count * bits].reshape(count, bits)
    return flat.astype(np.int64) @ (1 << np.arange(bits))


def ceil_div(a, b):
    return -(-a // b)


def e4m3(codes):
    codes = codes.astype(np.int64)
    exponent, fraction = codes >> 3 & 15, codes & 7
    magnitude = np.where(exponent == 0, fraction / 8.0 * 2.0**-6, (1 + fraction / 8.0) * 2.0 ** (exponent - 7.0))
    return np.where(codes & 128, -magnitude, magnitude).astype(np.float32)


class Rotation:
    """A random orthogonal matrix from its seed."""

    def __init__(self, size, seed):
        self.state = seed & MASK
        p = int(size**0.5)
        while size % p:
            p -= 1
        self.shape = (p, size // p)
        self.outer = self.orthogonal(p)
        self.inner = self.orthogonal(size // p)
        self.before = self.permutation(size)
        self.after = self.permutation(size)

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
        z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
        return ((z ^ z >> 31) >> 11) * 2.0**-53

    def orthogonal(self, n):
        rows = np.zeros((n, n))
        for i in range(n):
            for j in range(n):
                rows[i, j] = sum(self.uniform() for _ in range(12)) - 6.0
            for _ in range(2):
                for k in range(i):
                    rows[i] -= np.dot(rows[i], rows[k]) * rows[k]
            rows[i] /= np.sqrt(np.dot(rows[i], rows[i]))
        return rows

    def permutation(self, n):
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            other = int(self.uniform() * (i + 1))
            order[i], order[other] = order[other], order[i]
        return np.array(order)

    def turn(self, rows):
        """R x for each row x."""
        y = rows[:, self.before].reshape(-1, *self.shape)
        y = np.einsum("ij,njk,lk->nil", self.outer, y, self.inner, optimize=True)
        return y.reshape(len(rows), -1)[:, self.after]

    def turn_back(self, rows):
        y = np.empty_like(rows, dtype=np.float64)
        y[:, self.after] = rows
        y = np.einsum("ji,njk,kl->nil", self.outer, y.reshape(-1, *self.shape), self.inner, optimize=True).reshape(len(rows), -1)
        x = np.empty_like(y)
        x[:, self.before] = y
        return x


class Matrix:
    """One quantized matrix."""

    def __init__(self, tensors, module):
        self.tensors, self.module = tensors, module
        self.kind = next(kind for kind in FORMS if tensors.get(f"{module}.{kind}_form") is not None)

    def part(self, name):
        return self.tensors.get(f"{self.module}.{name}")

    def type(self, name):
        return self.tensors.types.get(f"{self.module}.{name}")

    def floats(self, name):
        return self.part(name).astype(np.float32)

    def decode(self):
        return getattr(self, self.kind)()

    def numbers(self, name, block):
        codes = self.part(name + "_codes")
        if codes is not None:
            maxima = self.part(name + "_maxima")[np.arange(len(codes)) // block]
            return self.part(name + "_codebook")[codes] * maxima + self.part(name + "_mean")[0]
        if self.type(name) == "F8_E8M0":
            return np.exp2(self.part(name).astype(np.float32) - 127)
        if self.type(name) == "F8_E4M3":
            return e4m3(self.part(name)) / self.part(name + "_global")[0]
        return self.floats(name)

    def groups(self, rows, columns, layout, size, width):
        i, j = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
        if layout == 0:
            return i * ceil_div(columns, size) + j // size
        if layout == 1:
            return i * ceil_div(columns, size) + self.part("grouped_index")[j]
        if layout == 2:
            return i // size * ceil_div(columns, width) + j // width
        return (i * columns + j) // size if layout == 3 else (i * columns + j) % size

    def grouped(self):
        rows, columns, bits, symmetric, layout, size, width, scale_block, offset_block = (int(n) for n in self.part("grouped_form"))
        codes = stream(self.part("grouped_codes"), rows * columns, bits).reshape(rows, columns)
        group = self.groups(rows, columns, layout, size, width)
        scale = self.numbers("grouped_scale", scale_block)[group]
        levels, zero = self.part("grouped_levels"), self.part("grouped_zero")
        if levels is not None:
            values = levels[codes] * scale
        else:
            if zero is None:
                zero = np.full(group.max() + 1, 1 << bits - 1)
            elif self.type("grouped_zero") == "U8":
                zero = stream(zero, group.max() + 1, bits)
            values = (codes.astype(np.float32) - zero.astype(np.float32)[group]) * scale
        if self.part("grouped_offset") is not None or self.part("grouped_offset_codes") is not None:
            values = values + self.numbers("grouped_offset", offset_block)[group]
        return values.astype(np.float32)

    def rotated(self):
        turn_outputs, outputs, turn_inputs, inputs = (int(n) for n in self.part("rotated_form"))
        values = self.grouped()
        if turn_inputs:
            values = Rotation(values.shape[1], inputs).turn_back(values).astype(np.float32)
        if turn_outputs:
            values = Rotation(values.shape[0], outputs).turn_back(values.T).astype(np.float32).T
        scale = self.part("rotated_scale")
        return values if scale is None else values / scale.astype(np.float32)

    def partly(self):
        rows, columns, bits, size, count = (int(n) for n in self.part("partly_form"))
        groups = ceil_div(columns, size)
        salient = stream(self.part("partly_mask"), rows * columns, 1).astype(bool)
        row, column = np.divmod(np.arange(rows * columns), columns)
        group = row * groups + column // size
        values = np.zeros(rows * columns, np.float32)
        if count:
            codes = stream(self.part("partly_salient"), count, bits).astype(np.float32)
            zero = stream(self.part("partly_zero"), rows, bits).astype(np.float32)
            values[salient] = (codes - zero[row[salient]]) * self.floats("partly_scale")[row[salient]]
        if count < rows * columns:
            sign = stream(self.part("partly_signs"), rows * columns - count, 1)
            mean, spread = (self.floats(f"partly_{name}").reshape(-1)[group[~salient]] for name in ("mean", "spread"))
            values[~salient] = np.where(sign == 1, mean + spread, mean - spread)
        return values.reshape(rows, columns)

    def residual(self):
        rows, columns, size, count = (int(n) for n in self.part("residual_form"))
        block = np.arange(columns) // size
        salient = stream(self.part("residual_columns"), columns, 1).astype(bool)
        sign = stream(self.part("residual_signs"), rows * columns, 1).reshape(rows, columns) * 2 - 1
        mean, spread = self.floats("residual_mean")[:, block], self.floats("residual_spread")[:, block]
        values = np.zeros((rows, columns), np.float32)
        if count < columns:
            large = stream(self.part("residual_large"), rows * (columns - count), 1).reshape(rows, -1)
            other = ~salient
            chosen_mean = np.where(large, mean[:, other, 1], mean[:, other, 0])
            chosen_spread = np.where(large, spread[:, other, 1], spread[:, other, 0])
            values[:, other] = chosen_mean + (sign[:, other] * chosen_spread).astype(np.float32)
        if count:
            second = stream(self.part("residual_second"), rows * count, 1).reshape(rows, count) * 2 - 1
            once = mean[:, salient, 2] + (sign[:, salient] * spread[:, salient, 2]).astype(np.float32)
            values[:, salient] = once + (second * spread[:, salient, 3]).astype(np.float32)
        return values

    def mixed(self):
        rows, columns, size = (int(n) for n in self.part("mixed_form"))
        widths = self.part("mixed_bits")
        scale = self.floats("mixed_scale")
        codes, zeros, code_at, zero_at, binary = self.part("mixed_codes"), self.part("mixed_zero"), 0, 0, 0
        values = np.zeros((rows, columns), np.float32)
        for group, bits in enumerate(int(width) for width in widths):
            own = slice(group * size, min(columns, (group + 1) * size))
            width = own.stop - own.start
            length = ceil_div(rows * width * bits, 8)
            code = stream(codes[code_at : code_at + length], rows * width, bits).reshape(rows, width).astype(np.float32)
            code_at += length
            step = scale[:, group : group + 1]
            if bits == 1:
                mean = self.floats("mixed_mean")[:, binary : binary + 1]
                binary += 1
                values[:, own] = np.where(code == 1, mean + step, mean - step)
            else:
                length = ceil_div(rows * bits, 8)
                zero = stream(zeros[zero_at : zero_at + length], rows, bits).astype(np.float32)
                zero_at += length
                values[:, own] = (code - zero[:, None]) * step
        return values

    def dual(self):
        rows, columns, size = (int(n) for n in self.part("dual_form"))
        codes = stream(self.part("dual_codes"), rows * columns, 2).reshape(rows, columns)
        group = np.arange(columns) // size
        first, second = self.floats("dual_first")[:, group], self.floats("dual_second")[:, group]
        return np.where(codes & 1, first, 0) + np.where(codes & 2, second, 0)


def matrices(path):
    """Every quantized matrix of a directory or file, by its module's name."""
    path = pathlib.Path(path)
    for file in sorted(path.glob("*.safetensors")) if path.is_dir() else [path]:
        tensors = Tensors(file)
        modules = {name.rsplit(".", 1)[0] for name in tensors.values if name.endswith("_form")}
        for module in sorted(modules):
            yield module, Matrix(tensors, module)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("artifact")
    parser.add_argument("--dense", metavar="OUT", help="write the decoded matrices here")
    arguments = parser.parse_args()
    decoded = {}
    for module, matrix in matrices(arguments.artifact):
        values = matrix.decode()
        print(f"{module}: {matrix.kind} {list(values.shape)}, mean square {np.mean(values.astype(np.float64) ** 2):.6g}")
        decoded[module + ".weight"] = np.ascontiguousarray(values, np.float32)
    if arguments.dense:
        from safetensors.numpy import save_file

        save_file(decoded, arguments.dense)


if __name__ == "__main__":
    main()
