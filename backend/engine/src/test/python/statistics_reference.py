"""The figures that the tests of org.bitrank.engine.statistics hold it against, from SciPy and statsmodels.

    pip install scipy==1.17.1 statsmodels==0.15.0 numpy pandas
    python statistics_reference.py > ../resources/org/bitrank/engine/statistics/reference.json
"""

import itertools
import json
import math
import random
import sys

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, spatial, stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multicomp import pairwise_tukeyhsd
from statsmodels.stats.multitest import multipletests

generator = np.random.default_rng(20)


def mcnemar_case(base, value):
    table = [[int(np.sum((base == b) & (value == v))) for v in (1, 0)] for b in (1, 0)]
    return {"base": base.tolist(), "value": value.tolist(), "bothRight": table[0][0], "lost": table[0][1], "gained": table[1][0],
            "bothWrong": table[1][1], "pValue": mcnemar(table, exact=True).pvalue}


def mcnemar_cases():
    right = (generator.random(300) < 0.6).astype(float)
    cases = []
    for flips in (0.0, 0.05, 0.2):
        cases.append(mcnemar_case(right, np.where(generator.random(300) < flips, 1 - right, right)))
    worse = np.where((right == 1) & (generator.random(300) < 0.2), 0.0, right)
    cases.append(mcnemar_case(right, worse))
    cases.append(mcnemar_case(np.array([1.0, 0.0]), np.array([0.0, 1.0])))
    return cases


def holm_cases():
    return [{"pValues": p, "adjusted": multipletests(p, method="holm")[1].tolist()}
            for p in ([0.01, 0.04, 0.03, 0.005], [0.5], [0.9, 0.8, 0.7, 0.001, 0.001], generator.random(12).tolist())]


def clustered_cases():
    cases = []
    for clusters in (40, 7):
        of = generator.integers(0, clusters, 200)
        values = generator.normal(0.4, 1, 200) + generator.normal(0, 0.7, clusters)[of]
        fit = sm.OLS(values, np.ones(200)).fit(cov_type="cluster", cov_kwds={"groups": of})
        count = len(set(of.tolist()))
        low, high = stats.t.interval(0.95, count - 1, loc=values.mean(), scale=fit.bse[0])
        cases.append({"values": values.tolist(), "clusters": of.tolist(), "error": fit.bse[0], "low": low, "high": high,
                      "pValue": 2 * stats.t.sf(abs(values.mean() / fit.bse[0]), count - 1)})
    return cases


def paired_cases():
    base = generator.normal(0, 1, 30)
    cases = []
    for shift in (0.0, 0.2, 1.5):
        value = base + generator.normal(shift, 0.5, 30)
        test = stats.ttest_rel(value, base)
        interval = test.confidence_interval(0.95)
        error = stats.sem(value - base)
        cases.append({"base": base.tolist(), "value": value.tolist(), "pValue": test.pvalue, "low": interval.low, "high": interval.high,
                      "detectable": (stats.t.ppf(0.975, 29) + stats.t.ppf(0.8, 29)) * error})
    return cases


def recovery_cases():
    """The delta method of a ratio of means, written out; its distance from SciPy's bootstrap is for the reader."""
    base = (generator.random(150) < 0.7).astype(float)
    value = np.where(generator.random(150) < 0.15, 1 - base, base)
    ratio = value.mean() / base.mean()
    n = len(base)
    covariance = np.cov(value, base, ddof=1) / n
    gradient = np.array([1 / base.mean(), -value.mean() / base.mean() ** 2])
    error = math.sqrt(gradient @ covariance @ gradient)
    quantile = stats.t.ppf(0.975, n - 1)
    boot = stats.bootstrap((value, base), lambda v, b, axis: v.mean(axis) / b.mean(axis), paired=True, method="percentile",
                           n_resamples=20000, rng=np.random.default_rng(0), vectorized=True).confidence_interval
    return [{"base": base.tolist(), "value": value.tolist(), "percent": 100 * ratio, "low": 100 * (ratio - quantile * error),
             "high": 100 * (ratio + quantile * error), "bootstrapLow": 100 * boot.low, "bootstrapHigh": 100 * boot.high}]


def bootstrap_cases():
    base = np.round(generator.normal(0, 1, 25), 6)
    value = np.round(base + generator.exponential(0.4, 25), 6)
    differences = (value - base).tolist()
    resampled = []
    for block in range(10):
        draws = random.Random(block)
        for _ in range(1000):
            resampled.append(np.mean([differences[int(draws.random() * 25)] for _ in range(25)]))
    low, high = np.quantile(resampled, [0.025, 0.975])
    peer = stats.bootstrap((value - base,), np.mean, method="percentile", n_resamples=50000,
                           rng=np.random.default_rng(0)).confidence_interval
    return [{"base": base.tolist(), "value": value.tolist(), "low": low, "high": high, "scipyLow": peer.low, "scipyHigh": peer.high}]


def range_cases():
    cases = []
    for groups, freedom in [(2, 1), (2, 10), (3, 4), (5, 20), (10, 57), (28, 300), (4, 5000)]:
        law = stats.studentized_range(groups, freedom)
        for q in (0.5, 2.0, 3.5, 5.0, 9.0):
            cases.append({"groups": groups, "freedom": freedom, "range": q, "cumulative": law.cdf(q)})
    return cases


def range_quantiles():
    return [{"groups": k, "freedom": v, "probability": p, "quantile": stats.studentized_range.ppf(p, k, v)}
            for k, v, p in [(3, 10, 0.95), (6, 40, 0.95), (12, 120, 0.95), (2, 3, 0.95), (5, 60, 0.99)]]


def normality_cases():
    cases = []
    for values in ([1.0, 2.0, 4.0], [0.1, 0.9, 0.4, 0.5], generator.normal(0, 1, 5), generator.normal(3, 2, 8), generator.exponential(1, 11),
                   generator.normal(0, 1, 12), generator.exponential(1, 40), generator.normal(0, 5, 600)):
        test = stats.shapiro(values)
        cases.append({"values": list(map(float, values)), "statistic": test.statistic, "pValue": test.pvalue})
    return cases


def variance_cases():
    cases = []
    for deviations in ((1, 1, 1), (1, 2, 4)):
        groups = [generator.normal(0, d, 9 + d).tolist() for d in deviations]
        test = stats.levene(*groups, center="median")
        cases.append({"groups": groups, "statistic": test.statistic, "pValue": test.pvalue})
    return cases


def board():
    """Losses of quantized models as a board has them: unbalanced, with a factor that matters, one that hardly does, and noise."""
    rows = []
    effect = {"gptq": 0.0, "rtn": 0.4, "awq": 0.1, "hqq": 0.2}
    for method, bits, model in itertools.product(effect, (2, 3, 4), ("small", "large")):
        for _ in range(generator.integers(1, 4)):
            rows.append({"loss": effect[method] + (4 - bits) ** 2 * (0.5 if model == "small" else 0.3)
                         + (0.3 if method == "rtn" and bits == 2 else 0) + generator.normal(0, 0.15),
                         "method": method, "bits": str(bits), "model": model})
    return pd.DataFrame(rows)


def anova_case(table, factors, interactions, typ):
    terms = [f"C({f}, Sum)" for f in factors]
    formula = "loss ~ " + " + ".join(terms + ([f"{a}:{b}" for a, b in itertools.combinations(terms, 2)] if interactions else []))
    fit = ols(formula, table).fit()
    found = anova_lm(fit, typ=typ)
    total = float(((table.loss - table.loss.mean()) ** 2).sum())
    residual = float(found.loc["Residual", "sum_sq"])
    freedom = int(found.loc["Residual", "df"])
    effects = []
    for name, row in found.iterrows():
        if name in ("Residual", "Intercept"):
            continue
        effects.append({"sumOfSquares": row.sum_sq, "freedom": int(row.df), "f": row.F, "pValue": row["PR(>F)"], "eta": row.sum_sq / total,
                        "partialEta": row.sum_sq / (row.sum_sq + residual),
                        "omega": (row.sum_sq - row.df * residual / freedom) / (total + residual / freedom)})
    return {"type": typ, "interactions": interactions, "values": table.loss.tolist(),
            "factors": [{"name": f, "values": table[f].tolist()} for f in factors], "effects": effects, "residual": residual,
            "residualFreedom": freedom, "total": total, "shapiro": stats.shapiro(fit.resid).pvalue,
            "brownForsythe": [stats.levene(*[fit.resid[table[f] == level] for level in sorted(set(table[f]))], center="median").pvalue
                              for f in factors]}


def tukey_one_way(table):
    found = pairwise_tukeyhsd(table.loss, table.method)
    pairs = []
    for (first, second), difference, p, (low, high) in zip(
            itertools.combinations(found.groupsunique, 2), found.meandiffs, found.pvalues, found.confint):
        pairs.append({"first": first, "second": second, "difference": difference, "pValue": p, "low": low, "high": high})
    # statsmodels' own quantile of the range is a table with interpolation for low, high; SciPy's is exact.
    exact = stats.tukey_hsd(*[table.loss[table.method == m] for m in found.groupsunique])
    interval = exact.confidence_interval(0.95)
    for pair, (i, j) in zip(pairs, itertools.combinations(range(len(found.groupsunique)), 2)):
        pair.update(pValue=exact.pvalue[j, i], low=interval.low[j, i], high=interval.high[j, i])
    return {"factor": 0, "values": table.loss.tolist(), "factors": [{"name": "method", "values": table.method.tolist()}], "pairs": pairs}


def tukey_marginal(table):
    factors = ["method", "bits", "model"]
    fit = ols("loss ~ C(method) + C(bits) + C(model)", table).fit()
    levels = sorted(set(table.method))
    pairs = []
    for first, second in itertools.combinations(levels, 2):
        contrast = np.zeros(len(fit.params))
        for level, sign in ((second, 1), (first, -1)):
            if level != levels[0]:
                contrast[list(fit.params.index).index(f"C(method)[T.{level}]")] += sign
        test = fit.t_test(contrast)
        difference, error = float(test.effect[0]), float(test.sd[0, 0])
        half = stats.studentized_range.ppf(0.95, len(levels), fit.df_resid) * error / math.sqrt(2)
        pairs.append({"first": first, "second": second, "difference": difference, "low": difference - half, "high": difference + half,
                      "pValue": stats.studentized_range.sf(abs(difference) / error * math.sqrt(2), len(levels), fit.df_resid)})
    return {"factor": 0, "values": table.loss.tolist(), "factors": [{"name": f, "values": table[f].tolist()} for f in factors],
            "pairs": pairs}


def power_law_case(sizes, values):
    unit = math.exp(np.log(sizes).mean())
    x = sizes / unit

    def curve(size, limit, factor, exponent):
        return limit + factor * (size / unit) ** -exponent

    (limit, factor, exponent), covariance = optimize.curve_fit(curve, sizes, values, p0=[values.min() * 0.9, 1.0, 0.4], xtol=1e-14, ftol=1e-14,
                                                               gtol=1e-14, maxfev=100000)
    squares = float(((values - curve(sizes, limit, factor, exponent)) ** 2).sum())
    freedom = len(sizes) - 3
    bound = squares * (1 + stats.f.ppf(0.95, 1, freedom) / freedom)

    def with_exponent(c):
        design = np.stack([np.ones_like(x), x ** -c], 1)
        return float(((values - design @ np.linalg.lstsq(design, values, rcond=None)[0]) ** 2).sum())

    def with_limit(a):
        def left(log_c):
            p = x ** -math.exp(log_c)
            return float(((values - a - (p @ (values - a)) / (p @ p) * p) ** 2).sum())

        grid = np.linspace(math.log(0.01), math.log(10), 400)
        best = grid[np.argmin([left(g) for g in grid])]
        return optimize.minimize_scalar(left, bounds=(best - 0.05, best + 0.05), method="bounded", options={"xatol": 1e-12}).fun

    def root(function, inside, outside):
        return optimize.brentq(lambda t: function(t) - bound, inside, outside, xtol=1e-12)

    spread = values.max() - values.min()
    at = float(sizes.max() * 4)
    slopes = np.array([1, (at / unit) ** -exponent, -factor * (at / unit) ** -exponent * math.log(at / unit)])
    half = stats.t.ppf(0.975, freedom) * math.sqrt(slopes @ covariance @ slopes)
    return {"sizes": sizes.tolist(), "values": values.tolist(), "limit": limit, "factor": factor, "exponent": exponent, "squares": squares,
            "exponentLow": root(with_exponent, exponent, 0.01) if with_exponent(0.01) > bound else 0.01,
            "exponentHigh": root(with_exponent, exponent, 10),
            "limitLow": root(with_limit, limit, limit - 3 * spread), "limitHigh": root(with_limit, limit, limit + spread),
            "at": at, "bandLow": curve(at, limit, factor, exponent) - half, "bandHigh": curve(at, limit, factor, exponent) + half}


def power_law_cases():
    sizes = np.array([99e6, 190e6, 390e6, 560e6, 830e6, 1.1e9, 1.5e9, 2.4e9, 3.9e9])
    falling = 2.1 + 1.3 * (sizes / 1e9) ** -0.35 + generator.normal(0, 0.004, len(sizes))
    rising = 0.72 - 0.2 * (sizes / 1e9) ** -0.5 + generator.normal(0, 0.002, len(sizes))
    return [power_law_case(sizes, falling), power_law_case(sizes, rising)]


def calibration_cases():
    confidences = generator.uniform(0.25, 1, 200)
    right = (generator.random(200) < confidences ** 1.5).astype(float)
    bins = np.clip(np.ceil(confidences * 10).astype(int) - 1, 0, 9)
    expected = sum(np.sum(bins == b) / 200 * abs(confidences[bins == b].mean() - right[bins == b].mean()) for b in set(bins.tolist()))
    largest = max(abs(confidences[bins == b].mean() - right[bins == b].mean()) for b in set(bins.tolist()))
    return [{"confidences": confidences.tolist(), "right": right.tolist(), "expected": expected, "largest": largest}]


def brier_cases():
    cases = []
    for choices in (2, 4):
        scores = generator.normal(-20, 3, choices)
        probabilities = scipy.special.softmax(scores)
        cases.append({"logLikelihoods": scores.tolist(), "truth": 1, "probabilities": probabilities.tolist(),
                      "brier": float(((probabilities - np.eye(choices)[1]) ** 2).sum())})
    return cases


def dimension_cases():
    cases = []
    for dimension in (1, 3):
        flat = generator.normal(0, 1, (60, dimension))
        points = (flat @ generator.normal(0, 1, (dimension, 8))).astype(np.float32)
        distances = np.sort(spatial.distance.cdist(points.astype(float), points.astype(float)), 1)[:, 1:11]
        local = 1 / np.log(distances[:, -1:] / distances[:, :-1]).mean(1)
        cases.append({"points": points.tolist(), "neighbours": 10, "local": local.tolist(), "all": stats.hmean(local)})
    return cases


def separation_cases():
    """Area under the curve by counting pairs, its variance by DeLong's components; SciPy's U says the same area."""
    cases = []
    for shift, digits in ((0.5, 6), (0.0, 1)):
        first = np.round(generator.normal(shift, 1, 40), digits)
        second = np.round(generator.normal(0, 1, 70), digits)
        wins = (first[:, None] > second[None, :]) + 0.5 * (first[:, None] == second[None, :])
        area = stats.mannwhitneyu(first, second).statistic / wins.size
        error = math.sqrt(np.var(wins.mean(1), ddof=1) / len(first) + np.var(wins.mean(0), ddof=1) / len(second))
        cases.append({"first": first.tolist(), "second": second.tolist(), "area": area, "low": area - stats.norm.ppf(0.975) * error,
                      "high": area + stats.norm.ppf(0.975) * error})
    return cases


def main():
    table = board()
    factors = ["method", "bits", "model"]
    json.dump(
        {
            "versions": {"python": sys.version.split()[0], "scipy": scipy.__version__, "statsmodels": statsmodels.__version__,
                         "numpy": np.__version__},
            "mcnemar": mcnemar_cases(),
            "holm": holm_cases(),
            "clustered": clustered_cases(),
            "paired": paired_cases(),
            "recovery": recovery_cases(),
            "bootstrap": bootstrap_cases(),
            "range": range_cases(),
            "rangeQuantiles": range_quantiles(),
            "normality": normality_cases(),
            "variances": variance_cases(),
            "anova": [anova_case(table, factors, False, 2), anova_case(table, factors, True, 2), anova_case(table, factors, True, 3),
                      anova_case(table, factors[:1], False, 2)],
            "tukey": [tukey_one_way(table), tukey_marginal(table)],
            "powerLaw": power_law_cases(),
            "calibration": calibration_cases(),
            "brier": brier_cases(),
            "dimension": dimension_cases(),
            "separation": separation_cases(),
        },
        sys.stdout,
        separators=(",", ": "),
        default=float,
    )
    print()


main()
