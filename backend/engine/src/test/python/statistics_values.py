"""The figures that org.bitrank.engine.statistics is tested against, from SciPy and from CPython's own random numbers.

    pip install scipy==1.17.1 numpy
    python statistics_values.py > ../resources/org/bitrank/engine/statistics/values.json
"""

import json
import math
import random
import sys

import numpy as np
import scipy
from scipy import stats


def paired(base, value):
    differences = np.array(value) - np.array(base)
    error = stats.sem(differences)
    low, high = stats.t.interval(0.95, len(differences) - 1, loc=differences.mean(), scale=error)
    return {"base": base, "value": value, "difference": differences.mean(), "error": error, "low": low, "high": high}


def ratio(base, value, weights):
    differences = np.array(value) - np.array(base)
    weight = np.array(weights, dtype=float)
    estimate = differences.sum() / weight.sum()
    n = len(base)
    error = math.sqrt(n * np.var(differences - estimate * weight, ddof=1)) / weight.sum()
    quantile = stats.t.ppf(0.975, n - 1)
    return {"base": base, "value": value, "weights": weights, "difference": estimate, "error": error,
            "low": estimate - quantile * error, "high": estimate + quantile * error}


def bootstrap(values):
    resampled = []
    for block in range(100):
        generator = random.Random(block)
        for _ in range(1000):
            drawn = generator.choices(values, k=len(values))
            resampled.append(math.exp(-(sum(drawn) / len(drawn))))
    return {"values": values, "error": np.std(resampled, ddof=1)}


def ranks(values, errors, higher):
    critical = stats.norm.ppf(0.975)
    rows = range(len(values))

    def better(i, j):
        ahead = values[i] > values[j] if higher else values[i] < values[j]
        return ahead and abs(values[i] - values[j]) > critical * math.hypot(errors[i], errors[j])

    return {"values": values, "errors": errors, "higher": higher,
            "best": [1 + int(sum(better(j, i) for j in rows)) for i in rows],
            "worst": [len(values) - int(sum(better(i, j) for j in rows)) for i in rows]}


def samples():
    cases = []
    for size, count in [(100, 5), (10, 10), (21, 3), (22, 3), (85, 6), (86, 6), (2376, 6), (5, 1)]:
        generator = random.Random(1234)
        cases.append({"size": size, "count": count, "draws": [generator.sample(range(size), count) for _ in range(3)]})
    return cases


def main():
    generator = np.random.default_rng(0)
    base = generator.normal(-3, 1, 40)
    value = base + generator.normal(-0.1, 0.3, 40)
    right = (generator.random(60) < 0.7).astype(float)
    still = np.where(generator.random(60) < 0.15, 1 - right, right)
    board = sorted(generator.normal(50, 5, 60).tolist(), reverse=True)
    errors = np.abs(generator.normal(1.5, 1, 60)).tolist()
    json.dump(
        {
            "versions": {"python": sys.version.split()[0], "scipy": scipy.__version__, "numpy": np.__version__},
            "paired": [paired(base.tolist(), value.tolist()), paired(right.tolist(), still.tolist()), paired([1.0, 2.0], [1.5, 2.75])],
            "ratio": [ratio(base.tolist(), value.tolist(), generator.integers(5, 90, 40).tolist())],
            "bootstrap": [bootstrap(np.round(base[:12], 6).tolist())],
            "ranks": [ranks(generator.permutation(board).tolist(), errors, True), ranks(generator.permutation(board).tolist(), errors, False),
                      ranks([3.0, 3.0, 1.0, 2.0], [0.0, 0.0, 0.0, 0.0], True)],
            "samples": samples(),
        },
        sys.stdout,
        indent=None,
        separators=(",", ": "),
        default=float,
    )
    print()


main()
