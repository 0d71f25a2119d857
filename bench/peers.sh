#!/bin/sh
# Makes the Python environment that the comparisons need. llama.cpp is compiled for this machine.
set -eu
target=${1:?usage: bench/peers.sh DIRECTORY}
python3 -m venv "$target"
"$target/bin/pip" install -q torch transformers compressed-tensors accelerate safetensors gguf numpy lm_eval
CMAKE_ARGS='-DGGML_NATIVE=ON' "$target/bin/pip" install -q llama-cpp-python
echo "export BITRANK_PEERS=$target/bin/python"
