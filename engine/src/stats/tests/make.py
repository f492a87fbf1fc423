"""Makes fisher.tsv and two_samples.tsv with SciPy: python3 make.py (seeded)."""
import numpy as np
from scipy import stats
from scipy.stats.contingency import odds_ratio

rng = np.random.default_rng(7)
tables = [(1, 9, 11, 3), (0, 5, 40, 90), (5, 0, 40, 90), (3, 7, 3, 7), (12, 400, 900, 99_000), (2, 3, 10, 5_000)]
for _ in range(60):
    scale = rng.choice([5, 40, 1_000])
    tables.append(tuple(int(v) for v in rng.integers(0, scale, 4)))
with open("fisher.tsv", "w") as out:
    print("a\tb\tc\td\tp\todds_ratio\tlow\thigh", file=out)
    for a, b, c, d in tables:
        if min(a + b, c + d, a + c, b + d) == 0:
            continue
        table = [[a, b], [c, d]]
        p = stats.fisher_exact(table)[1]
        o = odds_ratio(table, kind="conditional")
        low, high = o.confidence_interval(0.95)
        print(a, b, c, d, repr(float(p)), repr(float(o.statistic)), repr(float(low)), repr(float(high)), sep="\t", file=out)
with open("two_samples.tsv", "w") as out:
    print("first\tsecond\tp\tlow\thigh", file=out)
    for k in range(40):
        n, m = (int(v) for v in rng.integers(2, [49, 90][k % 2], 2))
        a, b = rng.normal(0.3, 1.0, n), rng.normal(0.0, 2.0, m)
        if k % 3 == 0:
            a, b = a.round(), b.round()
        else:
            a, b = a.round(6), b.round(6)
        values = np.concatenate([a, b])
        exact = len(set(values)) == n + m and n < 50 and m < 50
        p = stats.mannwhitneyu(a, b, method="exact" if exact else "asymptotic").pvalue
        ci = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
        text = [",".join(repr(float(v)) for v in g) for g in (a, b)]
        print(*text, repr(float(p)), repr(float(ci.low)), repr(float(ci.high)), sep="\t", file=out)
