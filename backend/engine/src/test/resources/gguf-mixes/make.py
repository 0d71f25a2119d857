"""Writes expected.json: the type that llama-quantize gives every matrix of a LLaMA of so many blocks, for each of its mixes.

Run with gguf, llama-cpp-python and numpy: python make.py. The models are random and as narrow as blocks of 256 allow; in the one of 80 blocks
heads share keys and values, which llama.cpp takes for LLaMA 2 70B.
"""
import ctypes
import json
import pathlib
import tempfile

import gguf
import llama_cpp
import numpy

HERE = pathlib.Path(__file__).parent
MIXES = {"q3_k_s": "Q3_K_S", "q3_k_m": "Q3_K_M", "q3_k_l": "Q3_K_L", "q4_k_s": "Q4_K_S", "q4_k_m": "Q4_K_M", "q5_k_s": "Q5_K_S", "q5_k_m": "Q5_K_M"}
WIDTH, VOCABULARY = 256, 32
NAMES = {
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}


def model(path, blocks, key_heads):
    heads = 4
    random = numpy.random.default_rng(blocks)
    writer = gguf.GGUFWriter(path, "llama")
    for put, value in [
            (writer.add_block_count, blocks), (writer.add_context_length, 64), (writer.add_embedding_length, WIDTH), (writer.add_feed_forward_length, WIDTH),
            (writer.add_head_count, heads), (writer.add_head_count_kv, key_heads), (writer.add_layer_norm_rms_eps, 1e-5),
            (writer.add_rope_dimension_count, WIDTH // heads), (writer.add_vocab_size, VOCABULARY), (writer.add_tokenizer_model, "gpt2"),
            (writer.add_token_list, [chr(65 + i) for i in range(VOCABULARY)]), (writer.add_token_types, [1] * VOCABULARY), (writer.add_token_merges, [])]:
        put(value)

    def matrix(name, rows):
        writer.add_tensor(name, random.standard_normal((rows, WIDTH)).astype(numpy.float16))

    def norm(name):
        writer.add_tensor(name, numpy.ones(WIDTH, numpy.float32))

    matrix("token_embd.weight", VOCABULARY)
    matrix("output.weight", VOCABULARY)
    norm("output_norm.weight")
    for block in range(blocks):
        for name in NAMES:
            matrix(f"blk.{block}.{name}.weight", WIDTH * key_heads // heads if name in ("attn_k", "attn_v") else WIDTH)
        norm(f"blk.{block}.attn_norm.weight")
        norm(f"blk.{block}.ffn_norm.weight")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def hugging_face(name):
    if name == "output.weight":
        return "lm_head.weight"
    if name == "token_embd.weight":
        return "model.embed_tokens.weight"
    _, block, part, _ = name.split(".")
    return f"model.layers.{block}.{NAMES[part]}.weight"


def types(source, target, mix):
    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype = getattr(llama_cpp, "LLAMA_FTYPE_MOSTLY_" + mix)
    settings.nthread = 1
    if llama_cpp.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(settings)):
        raise SystemExit("llama.cpp could not quantize")
    return {hugging_face(t.name): t.tensor_type.name.lower() for t in gguf.GGUFReader(target).tensors if "norm" not in t.name}


def main():
    llama_cpp.llama_backend_init()
    expected = {}
    with tempfile.TemporaryDirectory() as folder:
        for blocks, key_heads in ((24, 4), (80, 2)):
            source = f"{folder}/{blocks}.gguf"
            model(source, blocks, key_heads)
            for mix, name in MIXES.items():
                found = types(source, f"{folder}/out.gguf", name)
                usual = max(set(found.values()), key=list(found.values()).count)
                # Only what is not of the commonest type.
                expected.setdefault(mix, {})[str(blocks)] = {"usual": usual, "others": {k: v for k, v in found.items() if v != usual}}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
