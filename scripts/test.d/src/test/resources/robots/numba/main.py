import io
import threading

import matplotlib
import numpy
from numba import njit

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


@njit(cache=True)
def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


pyplot.plot([1, 2, 3])
pyplot.savefig(io.BytesIO())
print("mean", mean(numpy.arange(5.0)), "kept", sum(mean.stats.cache_misses.values()), flush=True)
threading.Event().wait()
