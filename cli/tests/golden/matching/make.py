"""Expected results of `genodex match`, by numpy and scipy: python3 make.py.

Writes people.tsv (made by chance) and expected.tsv: for each line of options the pairs, the cases
with a control, and the sum of distances. Distances are Mahalanobis under the covariance pooled
within the groups (n - 2), or differences of propensity scores by logistic regression, as in
R's MatchIt. optimal is scipy.optimize.linear_sum_assignment over replicated cases, each with a
column of its own for an empty slot, that of the first replicate twice as dear. nearest follows
MatchIt's description, case by case over the full matrix of distances. smd is the standardised
difference of age after matching.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

EMPTY = 1e6
rng = np.random.default_rng(5)
N = 420
case = np.arange(N) % 6 == 0
sex = np.where(rng.random(N) < 0.4 + 0.3 * case, "M", "F")
site = rng.choice(["north", "south", "west"], N, p=[0.5, 0.3, 0.2])
age = np.round(rng.normal(50 + 8 * case, 9)).astype(int)
bmi = np.round(rng.normal(25 + 2 * case + age / 40, 4), 1)
pcs = np.round(rng.normal(0, [0.03, 0.02, 0.02], (N, 3)) + 0.02 * case[:, None], 5)
bmi_missing = rng.random(N) < 0.04

with open("people.tsv", "w") as out:
    out.write("id\tsex\tsite\tage\tbmi\tt2d\tPC1\tPC2\tPC3\n")
    for i in range(N):
        b = "NA" if bmi_missing[i] else bmi[i]
        row = [f"P{i}", sex[i], site[i], age[i], b, int(case[i]), *pcs[i]]
        out.write("\t".join(map(str, row)) + "\n")

numbers = {"age": age.astype(float), "bmi": np.where(bmi_missing, np.nan, bmi)}
numbers |= {f"PC{k + 1}": pcs[:, k] for k in range(3)}


def propensity(x, y):
    """Logistic regression by Newton's method."""
    x = np.column_stack([np.ones(len(x)), (x - x.mean(0)) / x.std(0)])
    b = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ b))
        b += np.linalg.solve((x.T * (p * (1 - p))) @ x, x.T @ (y - p))
    return 1 / (1 + np.exp(-x @ b))


def problem(exact, names, calipers, distance, caliper):
    x = np.column_stack([numbers[n] for n in names])
    has = ~np.isnan(x).any(1)
    t, c = np.flatnonzero(has & case), np.flatnonzero(has & ~case)
    if distance == "propensity":
        both = np.flatnonzero(has)
        score = np.full(N, np.nan)
        score[both] = propensity(x[both], case[both].astype(float))
        d = abs(score[t][:, None] - score[c][None, :])
        limit = caliper * score[both].std(ddof=1) if caliper else np.inf
    else:
        centred = np.concatenate([x[t] - x[t].mean(0), x[c] - x[c].mean(0)])
        inverse = np.linalg.inv(centred.T @ centred / (len(t) + len(c) - 2))
        off = x[t][:, None, :] - x[c][None, :, :]
        d = np.sqrt(np.einsum("ijk,kl,ijl->ij", off, inverse, off))
        score, limit = None, caliper or np.inf
    allowed = d <= limit
    for e in exact:
        allowed &= e[t][:, None] == e[c][None, :]
    for name, width in calipers.items():
        v = numbers[name]
        allowed &= abs(v[t][:, None] - v[c][None, :]) <= width
    return t, c, np.where(allowed, d, np.inf), score


def optimal(d, ratio):
    n, m = d.shape
    cost = np.full((n * ratio, m + n * ratio), 1e12)
    for r in range(ratio):
        rows = np.arange(n) * ratio + r
        cost[rows, :m] = np.where(np.isfinite(d), d, 1e12)
        cost[rows, m + rows] = EMPTY * (2 if r == 0 else 1)
    rows, columns = linear_sum_assignment(cost)
    return [(i // ratio, j) for i, j in zip(rows, columns) if j < m]


def nearest(d, ratio, replace, order):
    free, used, pairs = np.ones(d.shape[1], bool), np.zeros(d.shape, bool), []
    for _ in range(ratio):
        for i in order:
            row = np.where(~used[i] & (free | replace), np.round(d[i], 9), np.inf)
            j = int(row.argmin())
            if np.isfinite(row[j]):
                pairs.append((i, j))
                used[i, j], free[j] = True, False
    return pairs


SETTINGS = [
    # options, exact, names, calipers, distance, caliper, ratio, method
    ("", [], "age PC1 PC2 PC3", {}, "mahalanobis", None, 1),
    ("", [], "age PC1 PC2 PC3", {}, "mahalanobis", None, 4),
    ("", [sex], "age bmi", {"age": 3}, "mahalanobis", None, 2),
    ("", [sex, site], "age bmi PC1", {"age": 2, "PC1": 0.01}, "mahalanobis", None, 3),
    ("", [sex, site], "age bmi PC1 PC2 PC3", {}, "mahalanobis", 1.5, 6),
    ("", [], "age bmi PC1 PC2", {}, "propensity", 0.2, 2),
    ("", [site], "age bmi", {"age": 5}, "propensity", None, 1),
]

with open("expected.tsv", "w") as out:
    out.write("options\tpairs\tcases\ttotal\tsmd_age\n")
    for _, exact, names, calipers, distance, caliper, ratio in SETTINGS:
        names = names.split()
        t, c, d, score = problem(exact, names, calipers, distance, caliper)
        options = f"--ratio 1:{ratio} --distance {distance}"
        if exact:
            words = ["sex" if e is sex else "site" for e in exact]
            options += " --exact " + ",".join(words)
        for n in names:
            if n.startswith("PC"):
                continue
            options += f" --numeric {n}" + (f":caliper={calipers[n]}" if n in calipers else "")
        if "PC1" in calipers:
            options += f" --numeric PC1:caliper={calipers['PC1']}"
        elif "PC1" in names:
            options += f" --pcs {sum(n.startswith('PC') for n in names)}"
        if caliper:
            options += f" --caliper {caliper}" + ("sd" if distance == "propensity" else "")
        order = np.arange(len(t)) if score is None else np.argsort(-score[t], kind="stable")
        for method in ["optimal", "nearest", "nearest --replace"]:
            if method == "optimal":
                pairs = optimal(d, ratio)
            else:
                pairs = nearest(d, ratio, "replace" in method, order)
            total = sum(d[i, j] for i, j in pairs)
            cases = sorted({i for i, _ in pairs})
            groups = {i: [j for k, j in pairs if k == i] for i in cases}
            mean = np.mean([np.mean(age[c[js]]) for js in groups.values()])
            smd = (age[t[cases]].mean() - mean) / age[t].std(ddof=1)
            row = [f"{options} --method {method}", len(pairs), len(cases), f"{total:.6f}", f"{smd:.6f}"]
            out.write("\t".join(map(str, row)) + "\n")
