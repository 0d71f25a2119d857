#!/usr/bin/env python3
"""Decode matrices that BitRank wrote with the tools that own the formats, and compare them with BitRank's own decoding.

    pip install torch compressed-tensors bitsandbytes hqq transformers safetensors
    pip download --no-deps --no-binary :all: --no-build-isolation autoawq==0.2.9 gptqmodel==7.7.0   # then unpack both
    python bench/check_formats.py FOLDER --autoawq autoawq-0.2.9 --gptqmodel gptqmodel-7.7.0

FOLDER holds one folder a format, in each one folder a matrix: model.safetensors, config.json and expected.safetensors, whose only
tensor is the matrix in float32. The test FormatsInTheirToolsTest writes it. autoawq and gptqmodel need a GPU to be installed; their
unpacking does not, and is taken from their sources. What is computed here in float32 must be equal; prints one line a format.
"""
import argparse
import collections
import importlib.util
import json
import os
import pathlib
import sys
import types

os.environ["TORCHDYNAMO_DISABLE"] = "1"  # transformers compiles BitNet's unpacking, which is three shifts

import torch
from safetensors import safe_open
from safetensors.torch import load_file

UNIT = 2.0**-23


def module_from(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Nothing(types.ModuleType):
    """Stands for modules of gptqmodel that its unpacking imports and does not use."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **options: Nothing("nothing")

    def __iter__(self):
        return iter(())


def gptqmodel_unpacking(folder):
    for name in ("gptqmodel", "gptqmodel.quantization", "gptqmodel.quantization.dtype", "gptqmodel.utils", "gptqmodel.utils.logger"):
        sys.modules[name] = Nothing(name)
        sys.modules[name].__path__ = []
    utils = pathlib.Path(folder) / "gptqmodel" / "utils"
    module_from("gptqmodel.utils.planar_packing", utils / "planar_packing.py")
    return module_from("gptqmodel.utils.model_dequant", utils / "model_dequant.py")


class LeftOut(Exception):
    """A kind that the tool no longer reads; said, and not counted."""


def compressed_tensors(tensors, config, _):
    from compressed_tensors.compressors import BaseCompressor
    from compressed_tensors.quantization import QuantizationScheme

    group = dict(config["config_groups"]["group_0"])
    if "weight_g_idx" in tensors:
        raise LeftOut("act-order's weight_g_idx, which compressed-tensors dropped with release 0.19")
    scheme = QuantizationScheme(**group)
    wide = {name: value.float() if value.dtype in (torch.float16, torch.bfloat16) else value for name, value in tensors.items()}
    return BaseCompressor.get_value_from_registry(group["format"]).decompress(wide, scheme)["weight"]


def gptq(tensors, config, tools):
    model = tools["gptqmodel"]
    zeros = tensors["qzeros"]
    if config["checkpoint_format"] == "gptq":
        zeros = model._correct_gptq_v1_qzeros(zeros, config["bits"])
    groups = tensors["g_idx"].long()
    codes = model.unpack_rows(tensors["qweight"], config["bits"]).float()
    return ((codes - model.unpack_cols(zeros, config["bits"]).float()[groups]) * tensors["scales"].float()[groups]).T


def awq(tensors, config, tools):
    size = config["group_size"] if config["group_size"] > 0 else tensors["qweight"].shape[0]
    return tools["autoawq"].dequantize_gemm(tensors["qweight"], tensors["qzeros"], tensors["scales"].float(), 4, size).T


def bitsandbytes(tensors, config, _):
    from bitsandbytes import functional

    if config["load_in_8bit"]:
        return functional.int8_vectorwise_dequant(tensors["weight"], tensors["SCB"])
    state = functional.QuantState.from_dict({name: value for name, value in tensors.items() if name != "weight"}, device=torch.device("cpu"))
    state.dtype = torch.float32
    return functional.dequantize_4bit(tensors["weight"], state)


def hqq(tensors, config, _):
    from hqq.core.quantize import HQQLinear, Quantizer

    layer = HQQLinear(None, None, compute_dtype=torch.float32, device="cpu")
    layer.load_state_dict(dict(tensors))
    meta = dict(layer.meta, compute_dtype=torch.float32, scale=layer.meta["scale"].float(), zero=layer.meta["zero"].float())
    return Quantizer.dequantize(layer.W_q, meta)


def bitnet(tensors, config, _):
    from transformers.integrations.bitnet import unpack_weights

    codes = unpack_weights(tensors["weight"], torch.float32)
    return codes * tensors["weight_scale"].float() if config["linear_class"] == "autobitlinear" else codes / tensors["weight_scale"]


DECODERS = {"compressed-tensors": compressed_tensors, "int-quantized": compressed_tensors, "gptq": gptq, "gptq-v2": gptq, "awq": awq,
            "bitsandbytes": bitsandbytes, "hqq": hqq, "bitnet": bitnet}


def check(folder, decoder, tools):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))["quantization_config"]
    tensors = load_file(folder / "model.safetensors")
    module = os.path.commonprefix(list(tensors)).rpartition(".")[0]
    if module.endswith(".weight"):
        module = module[: -len(".weight")]
    parts = {name[len(module) + 1 :]: value for name, value in tensors.items()}
    with safe_open(folder / "expected.safetensors", "pt") as file:
        expected = file.get_tensor(list(file.keys())[0])
    decoded = decoder(parts, config, tools).float()
    if decoded.shape != expected.shape:
        return f"{tuple(decoded.shape)} instead of {tuple(expected.shape)}"
    error = ((decoded - expected).abs().max() / expected.abs().max()).item()
    # The library multiplies NVFP4's two scales in bfloat16.
    allowed = 3e-3 if config.get("format") == "nvfp4-pack-quantized" else UNIT
    return None if error <= allowed else f"differs by {error:.1e} of the largest magnitude"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--autoawq")
    parser.add_argument("--gptqmodel")
    arguments = parser.parse_args()
    tools = {}
    if arguments.autoawq:
        tools["autoawq"] = module_from("packing_utils", pathlib.Path(arguments.autoawq) / "awq" / "utils" / "packing_utils.py")
    if arguments.gptqmodel:
        tools["gptqmodel"] = gptqmodel_unpacking(arguments.gptqmodel)
    needed = {"awq": "autoawq", "gptq": "gptqmodel", "gptq-v2": "gptqmodel"}
    failures = collections.defaultdict(list)
    left = collections.defaultdict(list)
    for format, decoder in DECODERS.items():
        folders = sorted(path for path in (arguments.folder / format).glob("*") if path.is_dir())
        if needed.get(format) and needed[format] not in tools:
            print(f"{format:20} skipped: give --{needed[format]}")
            continue
        for folder in folders:
            try:
                problem = check(folder, decoder, tools)
            except LeftOut as reason:
                left[format].append(f"{folder.name}: {reason}")
                continue
            except Exception as failure:  # a tool that cannot decode it is a finding like any other
                problem = f"{type(failure).__name__}: {str(failure)[:200]}"
            if problem:
                failures[format].append(f"{folder.name}: {problem}")
        checked = len(folders) - len(left[format])
        print(f"{format:20} {checked - len(failures[format])} of {checked} equal, {len(left[format])} left out")
        for line in left[format]:
            print(f"    left out: {line}")
        for line in failures[format]:
            print(f"    {line}")
    sys.exit(1 if any(failures.values()) else 0)


main()
