"""How `check_transformers.py` loads an artifact in another tool, and what each keeps or multiplies in fewer bits than it is asked to."""
import torch


class Peer:
    """transformers itself, and gptqmodel behind it."""

    refusal = None

    def __init__(self, artifact, pictures):
        from transformers import AutoModelForCausalLM, AutoModelForImageTextToText

        auto = AutoModelForImageTextToText if pictures else AutoModelForCausalLM
        self.model, report = auto.from_pretrained(artifact, dtype=torch.float32, device_map="cpu", output_loading_info=True)
        strange = sorted({*report["missing_keys"], *report["unexpected_keys"]})
        if strange:
            raise ValueError(f"transformers does not know {len(strange)} tensors of it, or misses them, such as {strange[0]}")
        self.model.eval()

    def modules(self):
        return sorted({type(module).__name__ for module in self.model.modules() if "inear" in type(module).__name__})

    def logits(self, inputs):
        with torch.no_grad():
            return self.model(**inputs).logits[0].float()

    def in_float32(self):
        """Everything that is not packed."""
        for tensor in [*self.model.parameters(), *self.model.buffers()]:
            if tensor.dtype in (torch.float16, torch.bfloat16):
                tensor.data = tensor.data.float()


class Bitsandbytes(Peer):
    """transformers 5.23 loads such a file in the types that its tensors are stored in, whatever dtype says.

    4 bits: on a processor with AVX-512 BF16 the weights are packed anew, their maxima rounded to bfloat16, and multiplied in
    bfloat16. 8 bits: inputs are rounded to float16 first, and a column with an outlier in any token is left whole for all; token by
    token it is LLM.int8() as BitRank has it.
    """

    def in_float32(self):
        super().in_float32()
        for module in self.model.modules():
            kind = type(module).__name__
            if kind == "Linear4bit":
                module.compute_dtype = torch.float32
                module.support_avx512bf16_for_cpu = False
                if getattr(module.weight.quant_state, "packing_format_for_cpu", False):
                    raise ValueError("packed for bfloat16 already")
            elif kind == "Linear8bitLt":
                module.forward = TokenByToken(module.forward)

    def logits(self, inputs):
        """The first call would pack the weights of the model that in_float32 is to change: it works on a copy."""
        if any(type(module).__name__ == "Linear4bit" and getattr(module, "support_avx512bf16_for_cpu", False) for module in self.model.modules()):
            import copy

            whole, self.model = self.model, copy.deepcopy(self.model)
            try:
                return super().logits(inputs)
            finally:
                self.model = whole
        return super().logits(inputs)


class TokenByToken:
    """A layer that is asked about one token after another, so that none is treated as its neighbours are."""

    def __init__(self, forward):
        self.forward = forward

    def __call__(self, x):
        return torch.stack([self.forward(row.unsqueeze(0)).squeeze(0) for row in x.reshape(-1, x.shape[-1])]).reshape(*x.shape[:-1], -1)


class Hqq(Peer):
    """hqq's own loader of whole models, given the tensors of a safetensors file instead of its pickled ones."""

    def __init__(self, artifact, pictures):
        try:
            super().__init__(artifact, pictures)
        except Exception as failure:
            self.refusal = f"{type(failure).__name__}: {str(failure).strip().splitlines()[0]}"
        else:
            return
        if pictures:
            raise ValueError(f"{self.refusal}; and hqq's own loader makes language models only")
        from hqq.models.hf.base import AutoHQQHFModel
        from safetensors.torch import load_file

        class FromSafetensors(AutoHQQHFModel):
            @classmethod
            def get_weight_file(cls, folder):
                return str(artifact / "model.safetensors")

            @classmethod
            def load_weights(cls, folder, map_location=None):
                modules = {}
                for name, tensor in load_file(cls.get_weight_file(folder)).items():
                    module, _, part = name.rpartition(".")
                    modules.setdefault(module, {})[part] = tensor
                return modules

        self.model = FromSafetensors.from_quantized(str(artifact), compute_dtype=torch.float32, device="cpu").eval()


PEERS = {"bitsandbytes": Bitsandbytes, "hqq": Hqq, "gptqmodel": Peer, "bitnet": Peer}
