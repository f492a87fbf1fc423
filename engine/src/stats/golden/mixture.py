#!/usr/bin/env python3
"""Tails of weighted sums of chi-square variables by arbitrary-precision arithmetic.
    python3 mixture.py > mixture.tsv
Ruben's series (1962, Ann. Math. Statist. 33:542): P(Q > q) = sum c_k P(X_{n+2k} > q/b), b the least weight.
Columns: q, -log10 P(Q > q), the weights."""
from mpmath import mp, mpf, gammainc, log10, nstr, exp, log
import random
mp.dps = 60

def ruben(q, w):
    b = min(w); n = len(w); x = q / b / 2
    g = [sum((1 - b / l) ** k for l in w) / 2 for k in range(1, 20000)] if False else None
    c = [mp.sqrt(mp.fprod(b / l for l in w))]
    powers = [mpf(1)] * n; gs = [None]
    total = mpf(0); mass = c[0]
    upper = gammainc(mpf(n) / 2, x, regularized=True)
    a = mpf(n) / 2
    term = exp(-x + a * log(x)) / mp.gamma(a + 1)      # Q(a+1) = Q(a) + x^a e^-x / gamma(a+1)
    total = c[0] * upper; k = 0
    while True:
        k += 1
        powers = [p * (1 - b / l) for p, l in zip(powers, w)]
        gs.append(sum(powers) / 2)
        c.append(sum(gs[j] * c[k - j] for j in range(1, k + 1)) / k)
        upper += term; a += 1; term *= x / (a + 0)
        total += c[k] * upper; mass += c[k]
        if (1 - mass) < total * mpf(10) ** -12: return total
        if k > 6000: return None

def twos(q, w):
    """Weights that all occur twice: a sum of exponentials, exact at any depth."""
    return sum(exp(-q / (2 * l)) * mp.fprod(l / (l - m) for j, m in enumerate(w) if j != i) for i, l in enumerate(w))

random.seed(7)
for w in [[1, 1], [1, "0.5"], [1, "0.9", "0.1"], [5, 3, 2, 1], [1] * 10, [1, "0.99", "0.98"], ["2", "0.8", "0.8", "0.4", "0.3"],
          [str(round(random.uniform(0.2, 1), 3)) for _ in range(20)]]:
    w = [mpf(x) for x in w]; mean = sum(w)
    for f in ["0.05", "0.5", "1", "1.3", "2", "5", "12"]:
        q = mean * mpf(f); p = ruben(q, w)
        if p is not None and p > 0: print(nstr(q, 17), nstr(-log10(p), 14), ",".join(nstr(x, 12) for x in w), sep="\t")
for w in [["1", "0.7", "0.2", "0.05"], ["3", "2.9", "1", "0.01", "0.001"], [str(round(0.8 ** i, 6)) for i in range(30)]]:
    w = [mpf(x) for x in w]; mean = 2 * sum(w)
    mp.dps = 200
    for f in ["0.2", "1", "3", "10", "50", "200", "300"]:
        q = mean * mpf(f); p = twos(q, w)
        print(nstr(q, 17), nstr(-log10(p), 14), ",".join(nstr(x, 12) for x in w for _ in (0, 1)), sep="\t")
    mp.dps = 60
