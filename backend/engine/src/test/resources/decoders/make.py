"""Makes the tiny decoders beside this file, and what transformers answers: variants that the shared fixtures leave out.

Run with torch, transformers and safetensors: python make.py. Weights are seeded; every model is float32 and computes eagerly.
"""
import json
import pathlib

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BloomConfig, GPT2Config, GPTNeoXConfig, MixtralConfig, OPTConfig, Phi3Config, AutoModelForCausalLM)

HERE = pathlib.Path(__file__).parent
TOKENS = [3, 17, 8, 31, 1, 22, 22, 5, 38, 11, 29, 4]
COMMON = dict(vocab_size=40, bos_token_id=1, eos_token_id=2)


def strip(prefix):
    """Names as a model without its head stores them, as GPT-2 and BLOOM are on the hub."""
    return lambda weights: {name.removeprefix(prefix): value for name, value in weights.items()}


def with_masks(weights):
    """Buffers that early versions of transformers stored."""
    weights["gpt_neox.layers.0.attention.bias"] = torch.tril(torch.ones(1, 1, 4, 4, dtype=torch.bool))
    weights["gpt_neox.layers.0.attention.masked_bias"] = torch.tensor(-1e9)
    weights["gpt_neox.layers.0.attention.rotary_emb.inv_freq"] = torch.ones(2)
    return weights


def fused_experts(weights):
    """Experts in two tensors, as transformers 5 holds them in memory."""
    fused = {name: value for name, value in weights.items() if "block_sparse_moe" not in name}
    for layer in range(2):
        old, new = f"model.layers.{layer}.block_sparse_moe.", f"model.layers.{layer}.mlp."
        gate_up = [torch.cat([weights[f"{old}experts.{e}.w1.weight"], weights[f"{old}experts.{e}.w3.weight"]]) for e in range(3)]
        fused[new + "experts.gate_up_proj"] = torch.stack(gate_up)
        fused[new + "experts.down_proj"] = torch.stack([weights[f"{old}experts.{e}.w2.weight"] for e in range(3)])
        fused[new + "gate.weight"] = weights[old + "gate.weight"]
    return fused


FACTORS = dict(short_factor=[1.0, 1.2, 1.5], long_factor=[1.0, 2.0, 4.0])
CASES = {
    "opt-norm-after-projected": (OPTConfig(
        hidden_size=16, word_embed_proj_dim=8, ffn_dim=24, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=20, do_layer_norm_before=False, dropout=0.0, **COMMON), None),
    "opt-bare": (OPTConfig(
        hidden_size=16, ffn_dim=24, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=20, dropout=0.0,
        enable_bias=False, layer_norm_elementwise_affine=False, activation_function="gelu", **COMMON), None),
    "bloom-norm-of-residual": (BloomConfig(
        hidden_size=16, n_layer=2, n_head=4, apply_residual_connection_post_layernorm=True, **COMMON), strip("transformer.")),
    "gpt2-scaled-by-layer": (GPT2Config(
        n_embd=16, n_layer=2, n_head=2, n_positions=20, n_inner=24, scale_attn_by_inverse_layer_idx=True,
        activation_function="relu", resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, **COMMON), strip("transformer.")),
    "neox-yarn-partial": (GPTNeoXConfig(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=32,
        attention_bias=False, rope_parameters=dict(
            rope_type="yarn", rope_theta=1000.0, partial_rotary_factor=0.5, factor=4.0, original_max_position_embeddings=8),
        **COMMON), with_masks),
    "phi3-longrope-partial": (Phi3Config(
        hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1,
        max_position_embeddings=32, original_max_position_embeddings=8, sliding_window=6, pad_token_id=0,
        rope_parameters=dict(rope_type="longrope", rope_theta=1000.0, partial_rotary_factor=0.75, **FACTORS), **COMMON), None),
    "mixtral-fused-experts": (MixtralConfig(
        hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, head_dim=8,
        num_local_experts=3, num_experts_per_tok=2, max_position_embeddings=32, **COMMON), fused_experts),
}


def make(name, config, change):
    torch.manual_seed(len(name))
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            spread = 0.3 * torch.randn_like(parameter)
            parameter.copy_((spread + (1 if parameter.dim() == 1 and parameter.mean() == 1 else 0)).half().float())
        logits = model(torch.tensor([TOKENS])).logits[0]
        greedy = model.generate(torch.tensor([TOKENS]), max_new_tokens=6, do_sample=False, eos_token_id=None, pad_token_id=0)[0]
    folder = HERE / name
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    weights = load_file(folder / "model.safetensors")
    if change:
        weights = change(weights)
    halves = {k: v.half().contiguous() if v.dtype == torch.float32 else v.contiguous() for k, v in weights.items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    answer = dict(tokens=TOKENS, logits=[round(x, 6) for x in logits.flatten().tolist()], greedy=greedy.tolist()[len(TOKENS):])
    (folder / "expected.json").write_text(json.dumps(answer) + "\n")


for name, (config, change) in CASES.items():
    make(name, config, change)
