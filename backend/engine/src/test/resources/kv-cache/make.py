"""Makes the tiny LLaMAs beside this file whose keys and values are to be kept in few bits, and what transformers answers then.

Run with torch, transformers, safetensors and compressed-tensors: python make.py. The model is seeded and float32; keys (behind the rotary
embedding) and values are rounded by compressed-tensors' own fake_quantize on their way into the attention, which for float8 is checked
against PyTorch's cast: scale * float8_e4m3fn(clamp(x / scale, -448, 448)). Scales of keys are so small that some saturate.
"""
import json
import pathlib

import torch
from compressed_tensors.quantization import QuantizationArgs
from compressed_tensors.quantization.lifecycle.forward import fake_quantize
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS
from transformers.models.llama.modeling_llama import eager_attention_forward

HERE = pathlib.Path(__file__).parent
TOKENS = [3, 17, 8, 31, 1, 22, 22, 5, 38, 11, 29, 4]
SCHEMES = {
    "llama-float8": {"num_bits": 8, "type": "float", "strategy": "tensor", "symmetric": True, "dynamic": False},
    "llama-float8-heads": {"num_bits": 8, "type": "float", "strategy": "attn_head", "symmetric": True, "dynamic": False},
    "llama-int4": {"num_bits": 4, "type": "int", "strategy": "tensor", "symmetric": True, "dynamic": False},
    "llama-int8-heads": {"num_bits": 8, "type": "int", "strategy": "attn_head", "symmetric": True, "dynamic": False},
}


def rounded(states, scale, scheme, largest):
    args = QuantizationArgs(**scheme)
    theirs = fake_quantize(states, scale, torch.zeros_like(scale), args)
    if scheme["type"] == "float":
        cast = scale * (states / scale).clamp(-largest, largest).to(torch.float8_e4m3fn).float()
        assert torch.equal(theirs, cast), (theirs - cast).abs().max()
    return theirs


def made(name, scheme):
    bits, heads = scheme["num_bits"], scheme["strategy"] == "attn_head"
    largest_code = 448.0 if scheme["type"] == "float" else 2.0 ** (bits - 1) - 1
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=40, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
        max_position_embeddings=64, bos_token_id=1, eos_token_id=2, tie_word_embeddings=False)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(8) if parameter.ndim == 2 else None
    largest, scales = {}, None

    def attention(module, query, key, value, mask, **words):
        if scales is None:
            # A head's in the shape that compressed-tensors stores, [heads, 1, 1].
            largest[module.layer_idx] = tuple(
                states.abs().amax(dim=(0, 2, 3)).reshape(-1, 1, 1) if heads else states.abs().max().reshape(1) for states in (key, value))
        else:
            key, value = (rounded(states, scale, scheme, largest_code) for states, scale in zip((key, value), scales[module.layer_idx]))
        return eager_attention_forward(module, query, key, value, mask, **words)

    ALL_ATTENTION_FUNCTIONS.register("float8", attention)
    ALL_MASK_ATTENTION_FUNCTIONS.register("float8", eager_mask)
    model.config._attn_implementation = "float8"
    ids = torch.tensor([TOKENS])
    with torch.no_grad():
        plain = model(ids).logits[0]
        scales = {layer: (key / (largest_code * 300 / 448), value / largest_code) for layer, (key, value) in largest.items()}
        scales = {layer: (pair[0] / 2, pair[1]) if layer == 0 else pair for layer, pair in scales.items()}
        logits = model(ids).logits[0]
        greedy = model.generate(ids, max_new_tokens=8, do_sample=False, pad_token_id=0)[0, len(TOKENS):].tolist()
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    weights = {name: value.contiguous() for name, value in model.state_dict().items()}
    for layer, (key, value) in scales.items():
        weights[f"model.layers.{layer}.self_attn.k_scale"] = key
        weights[f"model.layers.{layer}.self_attn.v_scale"] = value
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    described = json.loads(config.to_json_string())
    described["architectures"] = ["LlamaForCausalLM"]
    described["quantization_config"] = {
        "quant_method": "compressed-tensors", "format": "dense", "quantization_status": "compressed", "config_groups": {},
        "ignore": [], "kv_cache_scheme": scheme}
    (folder / "config.json").write_text(json.dumps(described, indent=1) + "\n")
    (folder / "expected.json").write_text(json.dumps({
        "tokens": TOKENS, "logits": logits.flatten().tolist(), "plain": plain.flatten().tolist(), "greedy": greedy}) + "\n")
    print(name, "moved by", (logits - plain).abs().max().item(), "of", plain.abs().max().item())


if __name__ == "__main__":
    for each, its in SCHEMES.items():
        made(each, its)
