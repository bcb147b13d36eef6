"""Statistics computed by another method than in the program: by counting all cases."""
import itertools
import math
import statistics


def interval_rank(count, level=0.95):
    """The largest j such that the j-th smallest and j-th largest hold the median at that level,
    and the level that they really have; (0, 0) if there are too few values (Conover, 1999)."""
    found = (0, 0)
    for j in range(1, count // 2 + 1):
        tail = sum(math.comb(count, k) for k in range(j)) / 2 ** count
        if 1 - 2 * tail >= level:
            found = (j, 1 - 2 * tail)
    return found


def median_interval(times, level=0.95):
    j, real = interval_rank(len(times), level)
    ranked = sorted(times)
    return ranked[j - 1], ranked[-j], real


def pairs_won(a, b):
    """Mann and Whitney's U: of how many pairs the first is less; a tie counts half."""
    return sum((x < y) + (x == y) / 2 for x in a for y in b)


def mann_whitney(a, b):
    """Two-sided p, by all partitions of the values."""
    values, centre = [*a, *b], len(a) * len(b) / 2
    own = abs(pairs_won(a, b) - centre)
    extreme = total = 0
    for chosen in itertools.combinations(range(len(values)), len(a)):
        rest = [values[i] for i in range(len(values)) if i not in chosen]
        extreme += abs(pairs_won([values[i] for i in chosen], rest) - centre) >= own - 1e-9
        total += 1
    return extreme / total


def signed_rank(differences):
    """Two-sided p of Wilcoxon's test, by all assignments of signs; differences without ties."""
    ranks = {d: rank for rank, d in enumerate(sorted(differences, key=abs), 1)}
    total = len(differences) * (len(differences) + 1) / 4
    own = abs(sum(rank for d, rank in ranks.items() if d > 0) - total)
    extreme = sum(abs(sum(rank * sign for rank, sign in zip(ranks.values(), signs)) - total) >= own
                  for signs in itertools.product((0, 1), repeat=len(differences)))
    return extreme / 2 ** len(differences)


def holm(values):
    """Adjusted p values."""
    order = sorted(range(len(values)), key=values.__getitem__)
    adjusted, most = [0] * len(values), 0
    for place, i in enumerate(order):
        most = max(most, min(1, (len(values) - place) * values[i]))
        adjusted[i] = most
    return adjusted


def ratio_of_pairs(base, own):
    """Hodges and Lehmann: the median of all ratios, on logarithms."""
    return math.exp(statistics.median(math.log(b / a) for a in own for b in base))


def ratio_of_rounds(base, own):
    """The same of paired launches: the median of the means of all pairs of log ratios."""
    logs = [math.log(b / a) for a, b in zip(own, base)]
    return math.exp(statistics.median((logs[i] + logs[k]) / 2 for i in range(len(logs))
                                      for k in range(i, len(logs))))


def karp_flatt(speedup, cores):
    return (1 / speedup - 1 / cores) / (1 - 1 / cores)
