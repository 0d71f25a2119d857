#!/usr/bin/env python3
"""Scores the same windows of the same text with BitRank, PyTorch and llama.cpp, one after the other, and prints a table.

Every engine runs in a process of its own, warms up on one window and is timed on the rest; loading is not counted.
PyTorch computes the log-probability of every token of a window. llama.cpp only has to decode, with logits for the second
half of each window (what its perplexity tool scores); the softmax over them is not charged to it.
"""
import argparse
import ctypes
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def peak_mib():
    """Not getrusage, whose peak a child inherits from the process that started it."""
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def windows_of(tokens, length, count):
    return [tokens[i * length:(i + 1) * length] for i in range(count)]


def run_torch(job):
    import torch
    from transformers import AutoModelForCausalLM
    torch.set_num_threads(job["threads"])
    dtype = getattr(torch, job["setting"])
    model = AutoModelForCausalLM.from_pretrained(job["hf"], dtype=dtype, attn_implementation="sdpa").eval()

    def score(window):
        ids = torch.tensor([window])
        with torch.inference_mode():
            logits = model(ids).logits[0, :-1].float()
            return -torch.log_softmax(logits, -1).gather(1, ids[0, 1:, None]).mean().item()

    return time_windows(score, job)


def run_llama(job):
    import llama_cpp
    silent = llama_cpp.llama_log_callback(lambda *_: None)  # kept: the library calls it for as long as it lives
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    model_parameters = llama_cpp.llama_model_default_params()
    model = llama_cpp.llama_model_load_from_file(job["gguf"].encode(), model_parameters)
    length = job["length"]
    parameters = llama_cpp.llama_context_default_params()
    parameters.n_ctx = length
    parameters.n_batch = length
    parameters.n_ubatch = job["ubatch"]
    parameters.n_threads = parameters.n_threads_batch = job["threads"]
    context = llama_cpp.llama_init_from_model(model, parameters)
    batch = llama_cpp.llama_batch_init(length, 0, 1)

    def score(window):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(context), True)
        batch.n_tokens = len(window)
        for i, token in enumerate(window):
            batch.token[i] = token
            batch.pos[i] = i
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = 0
            batch.logits[i] = i >= len(window) // 2
        if llama_cpp.llama_decode(context, batch) != 0:
            raise RuntimeError("llama_decode failed")
        llama_cpp.llama_get_logits_ith(context, len(window) - 1)[0]
        return None

    return time_windows(score, job)


def time_windows(score, job):
    windows = windows_of(job["tokens"], job["length"], job["windows"] + 1)
    score(windows[0])
    seconds, losses = [], []
    for window in windows[1:]:
        begin = time.perf_counter()
        losses.append(score(window))
        seconds.append(time.perf_counter() - begin)
    return {"tokens_per_second": len(seconds) * job["length"] / sum(seconds),
            "peak_mib": peak_mib(),
            "mean_nll": None if losses[0] is None else sum(losses) / len(losses)}


def bitrank(options, tokens, compute):
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(tokens, file)
    try:
        output = subprocess.run(
            [str(ROOT / "bitrank"), "bench", "scoring", "--quiet", "--model", options.model, "--input-ids", file.name,
             "--sequence-length", str(options.length), "--windows", str(options.windows), "--compute", compute],
            check=True, capture_output=True, text=True).stdout
    finally:
        os.unlink(file.name)
    return json.loads(output)


def bfloat16_gguf(source, directory):
    """The same model with every matrix in BF16, which llama.cpp multiplies without rounding activations to 8 bits."""
    import gguf
    target = pathlib.Path(directory) / "model-bf16.gguf"
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in ("general.architecture", "general.file_type"):
            continue
        kind = field.types[0]
        sub = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=sub)
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        if values.ndim == 1:
            writer.add_tensor(tensor.name, values.astype("float32"))
        else:
            packed = gguf.quants.quantize(values, gguf.GGMLQuantizationType.BF16)
            writer.add_tensor(tensor.name, packed, raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return str(target)


def in_child(python, kind, job):
    result = subprocess.run([python, __file__, "--child", kind], input=json.dumps(job), capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"{kind} failed with {result.returncode}:\n{result.stderr[-2000:]}")
    return json.loads(result.stdout.splitlines()[-1])


def cpu_name():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    if sys.argv[1:2] == ["--child"]:
        job = json.load(sys.stdin)
        print(json.dumps({"torch": run_torch, "llama": run_llama}[sys.argv[2]](job)))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="the GGUF file that BitRank and llama.cpp read")
    parser.add_argument("--hf", required=True, help="the same model as a Hugging Face directory, for PyTorch")
    parser.add_argument("--text", required=True, help="UTF-8 text to score")
    parser.add_argument("--length", type=int, default=2048)
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=1, help="repeat everything; the best of each is kept")
    options = parser.parse_args()

    from transformers import AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(options.hf)
    text = pathlib.Path(options.text).read_text(encoding="utf-8")
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"][: (options.windows + 1) * options.length]
    job = {"tokens": tokens, "length": options.length, "windows": options.windows, "threads": os.cpu_count(),
           "hf": options.hf, "gguf": options.model, "ubatch": 512}
    best = {}

    def keep(name, result):
        print(f"{name}: {result['tokens_per_second']:.0f} tokens/s, {result['peak_mib']:.0f} MiB", file=sys.stderr)
        if name not in best or best[name]["tokens_per_second"] < result["tokens_per_second"]:
            best[name] = result

    with tempfile.TemporaryDirectory() as scratch:
        bf16 = bfloat16_gguf(options.model, scratch)
        for _ in range(options.rounds):
            for compute in ("bfloat16", "float32"):
                keep(f"BitRank {compute}", bitrank(options, tokens, compute))
            for setting in ("bfloat16", "float32"):
                keep(f"PyTorch {setting}", in_child(sys.executable, "torch", job | {"setting": setting}))
            for label, file in (("Q4_1 as shipped", options.model), ("BF16", bf16)):
                for ubatch in (512, 2048):
                    keep(f"llama.cpp {label}, ubatch {ubatch}",
                         in_child(sys.executable, "llama", job | {"gguf": file, "ubatch": ubatch}))

    peers = [value["tokens_per_second"] for name, value in best.items() if not name.startswith("BitRank")]
    print(f"{cpu_name()}, {os.cpu_count()} cores; {options.windows} windows of {options.length} tokens\n")
    print("| engine | tokens/s | ratio to the fastest peer | peak memory, MiB | mean NLL |")
    print("|---|---:|---:|---:|---:|")
    for name, value in best.items():
        nll = "" if value.get("mean_nll") is None else f"{value['mean_nll']:.4f}"
        print(f"| {name} | {value['tokens_per_second']:.0f} | {value['tokens_per_second'] / max(peers):.2f} "
              f"| {value['peak_mib']:.0f} | {nll} |")


if __name__ == "__main__":
    main()
