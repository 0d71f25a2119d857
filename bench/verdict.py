#!/usr/bin/env python3
"""Minutes from a submission to its row on the board, measured from outside through the REST interface.

Starts `./bitrank serve` on an empty home, submits GPTQ 4-bit g64 for a model, waits for the row and prints the steps.
Only the standard library is needed.
"""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def call(base, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, headers={"Content-Type": "application/json", "Origin": base})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def wait_for_server(base, process, seconds=900):
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode}")
        try:
            call(base, "/api/v1/models")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit("the server did not answer")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="a GGUF file or a directory")
    parser.add_argument("--data", required=True, help="folder with the benchmarks in the hub's schema")
    parser.add_argument("--calibration", required=True, help="text file to calibrate on")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--tasks", default="piqa,arc_easy,arc_challenge,hellaswag,winogrande,openbookqa")
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--windows", type=int, default=16)
    options = parser.parse_args()

    recipe = {
        "model": options.model,
        "method": "gptq",
        "weights": {"type": "int", "bits": 4, "group-size": 64, "symmetric": False},
        "calibration": {"dataset": "text:" + options.calibration, "samples": 32, "sequence-length": 512, "seed": 0},
    }
    query = urllib.parse.urlencode({"tasks": f"wikitext2_gptq={options.windows},{options.tasks}", "limit": options.limit})
    base = f"http://127.0.0.1:{options.port}"
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [str(ROOT / "bitrank"), "serve", "--port", str(options.port), "--home", home, "--no-reference-suite"],
            env=os.environ | {"BITRANK_DATA": options.data}, start_new_session=True, stdout=sys.stderr)
        try:
            wait_for_server(base, process)
            begin = time.monotonic()
            submission = call(base, f"/api/v1/submissions?{query}", recipe)
            last = None
            while True:
                state = call(base, f"/api/v1/submissions/{submission['id']}")
                step = (state["state"], (state.get("progress") or {}).get("step"))
                if step != last:
                    print(f"{time.monotonic() - begin:7.1f} s  {step[0]} {step[1] or ''}", file=sys.stderr)
                    last = step
                if state["state"] in ("finished", "failed", "cancelled"):
                    break
                time.sleep(0.5)
            seconds = time.monotonic() - begin
            rows = call(base, "/api/v1/results?provenance=measured&method=gptq")
            print(f"state {state['state']}, {rows['total']} row(s) on the board")
            print(f"time to verdict: {seconds / 60:.2f} minutes on {os.cpu_count()} cores")
            if state["state"] != "finished" or rows["total"] < 1:
                raise SystemExit(json.dumps(state, indent=2))
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


if __name__ == "__main__":
    main()
