#!/usr/bin/env python3
"""Convert a model to GGUF with BitRank and hold every file against gguf-py and llama.cpp itself.

    pip install torch transformers safetensors gguf llama-cpp-python
    python bench/check_gguf.py MODEL --types q8_0,q4_k,q4_k_m --text wiki.txt --work DIR

MODEL is a directory in Hugging Face layout, unquantized. For every type, `bitrank convert --format gguf:TYPE` writes an
artifact, and this script tells

  blocks     how many matrices have exactly the bytes that ggml_quantize_chunk of llama.cpp makes of the same float32 weights
  decoded    how many tensors BitRank decodes to exactly what gguf-py's dequantize gives
  tokens     whether llama.cpp cuts the text into the ids of the model's own tokenizer
  perplexity of the text's first window in llama.cpp, in transformers (float32, on gguf-py's decoded weights) and in BitRank,
             and the largest differences of logits; llama.cpp rounds activations to 8 bits where weights are blocks, so its
             logits agree closely only for f32 and f16

as one JSON object a line. The exit code is 1 when blocks, decoded weights or tokens differ anywhere, BitRank's logits are
farther than 1e-3 from transformers', or llama.cpp's perplexity is off by more than --tolerance.
"""
import argparse
import ctypes
import json
import math
import pathlib
import shutil
import subprocess
import sys

from check_artifact import check_files

HERE = pathlib.Path(__file__).resolve().parent
PARTS = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
         "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj", "attn_norm": "input_layernorm",
         "ffn_norm": "post_attention_layernorm", "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"}
TOP = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def hugging_face(name):
    parts = name.split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{PARTS[parts[2]]}.{parts[3]}"
    return f"{TOP[parts[0]]}.{parts[1]}"


def heads(name, config):
    """Heads whose rows the converter interleaves; 0 where it leaves them."""
    if config["model_type"] not in ("llama", "mistral"):
        return 0
    query = config["num_attention_heads"]
    return query if ".attn_q." in name else config.get("num_key_value_heads", query) if ".attn_k." in name else 0


def interleave(array, count):
    return array.reshape(count, 2, array.shape[0] // count // 2, *array.shape[1:]).swapaxes(1, 2).reshape(array.shape)


def separate(array, count):
    return array.reshape(count, array.shape[0] // count // 2, 2, *array.shape[1:]).swapaxes(1, 2).reshape(array.shape)


def ggml():
    import llama_cpp

    library = ctypes.CDLL(str(pathlib.Path(llama_cpp.__file__).parent / "lib" / "libggml-base.so"))
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p] + [ctypes.c_int64] * 3 + [ctypes.c_void_p]
    return library


def chunk(library, values, type_code, size):
    import numpy

    values = numpy.ascontiguousarray(values, dtype=numpy.float32)
    out = numpy.zeros(size, dtype=numpy.uint8)
    written = library.ggml_quantize_chunk(type_code, values.ctypes.data, out.ctypes.data, 0, values.shape[0], values.shape[1], None)
    assert written == size, (written, size)
    return out


def bitrank(arguments, *words):
    done = subprocess.run([arguments.bitrank, *map(str, words)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"error: bitrank {' '.join(map(str, words))}: {done.stderr.strip()}")


def perplexity(logits, ids):
    import torch

    return math.exp(torch.nn.functional.cross_entropy(torch.as_tensor(logits)[:-1].double(), torch.tensor(ids[1:])).item())


def check(arguments, kind, base, config, text, library):
    import gguf
    import numpy
    import torch
    from llama_cpp import Llama
    from safetensors.torch import load_file
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    artifact, dense = arguments.work / kind, arguments.work / f"{kind}-dense"
    for folder in (artifact, dense):
        shutil.rmtree(folder, ignore_errors=True)
    bitrank(arguments, "convert", "--model", arguments.model, "--format", f"gguf:{kind}", "--output", artifact)
    bitrank(arguments, "convert", "--model", artifact, "--format", "dense", "--dtype", "float32", "--output", dense)
    check_files(artifact)
    ours = load_file(dense / "model.safetensors")

    result = {"type": kind, "bytes": (artifact / "model.gguf").stat().st_size, "types": {}, "blocks": [0, 0], "decoded": [0, 0]}
    state = {}
    for tensor in gguf.GGUFReader(artifact / "model.gguf").tensors:
        if tensor.name == "rope_freqs.weight":
            continue
        name, count = hugging_face(tensor.name), heads(tensor.name, config)
        label = tensor.tensor_type.name
        result["types"][label] = result["types"].get(label, 0) + 1
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32)
        values = values.reshape([int(size) for size in reversed(tensor.shape)])
        if label not in ("F32", "F16", "BF16"):
            source = base[name].float().numpy()
            expected = chunk(library, interleave(source, count) if count else source, tensor.tensor_type.value, tensor.data.size)
            result["blocks"][0] += int(numpy.array_equal(expected, tensor.data.reshape(-1)))
            result["blocks"][1] += 1
        values = separate(values, count) if count else values
        result["decoded"][0] += int(numpy.array_equal(values, ours[name].numpy()))
        result["decoded"][1] += 1
        state[name] = torch.from_numpy(numpy.ascontiguousarray(values))

    model = Llama(str(artifact / "model.gguf"), n_ctx=arguments.window, n_batch=arguments.window, n_ubatch=arguments.window, logits_all=True,
                  n_threads=arguments.threads, type_k=0, type_v=0, flash_attn=False, verbose=False)
    same = True
    if arguments.ids:
        ids = json.loads(arguments.ids.read_text(encoding="utf-8"))[: arguments.window]
    else:
        expected = AutoTokenizer.from_pretrained(arguments.model)(text, add_special_tokens=False)["input_ids"]
        found = model.tokenize(text.encode("utf-8"), add_bos=False, special=False)
        same = found == expected
        result["tokens"] = len(expected) if same else f"differ at {next((i for i, (a, b) in enumerate(zip(found, expected)) if a != b), -1)}"
        ids = expected[: arguments.window]
    model.eval(ids)
    theirs = torch.from_numpy(model.scores[: len(ids)].copy())

    reference = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(artifact), dtype=torch.float32)
    if "lm_head.weight" not in state:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    reference.load_state_dict(state, strict=True)
    reference.eval()
    with torch.no_grad():
        truth = reference(torch.tensor([ids])).logits[0].float()
    (arguments.work / "ids.json").write_text(json.dumps(ids))
    bitrank(arguments, "logits", "--model", artifact, "--input-ids", arguments.work / "ids.json", "--compute", "float32", "--output",
            arguments.work / "logits.safetensors")
    own = load_file(arguments.work / "logits.safetensors")["logits"]
    result["perplexity"] = {"llama.cpp": perplexity(theirs, ids), "transformers": perplexity(truth, ids), "bitrank": perplexity(own, ids)}
    result["logits"] = {"llama.cpp": (theirs - truth).abs().max().item(), "bitrank": (own - truth).abs().max().item()}
    for folder in (artifact, dense):
        shutil.rmtree(folder)
    good = (result["blocks"][0] == result["blocks"][1] and result["decoded"][0] == result["decoded"][1] and same
            and result["logits"]["bitrank"] < 1e-3
            and abs(result["perplexity"]["llama.cpp"] / result["perplexity"]["transformers"] - 1) < arguments.tolerance)
    print(json.dumps(result), flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--types", default="f32,f16,bf16,q4_0,q4_1,q5_0,q5_1,q8_0,q2_k,q3_k,q4_k,q5_k,q6_k,iq4_nl,iq4_xs,tq1_0,tq2_0,q4_k_m,q5_k_m")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--text", type=pathlib.Path)
    source.add_argument("--ids", type=pathlib.Path, help="a JSON list of token ids, for a model without tokenizer")
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tolerance", type=float, default=0.02)
    parser.add_argument("--bitrank", default=str(HERE.parent / "bitrank"))
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder for the artifacts, which are removed again")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)

    import torch
    from safetensors.torch import load_file

    torch.set_num_threads(arguments.threads)
    base = load_file(arguments.model / "model.safetensors")
    config = json.loads((arguments.model / "config.json").read_text(encoding="utf-8"))
    text = arguments.text.read_text(encoding="utf-8")[: 8 * arguments.window] if arguments.text else None
    library = ggml()
    good = [check(arguments, kind, base, config, text, library) for kind in arguments.types.split(",")]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
