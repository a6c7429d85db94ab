"""Times what people use in Python on the ratings that `matinee bench --peers` wrote: peers.py FOLDER WORKLOAD THREADS

Prints one line of JSON a peer: workload, peer, unit, threads, seconds (the best run).
"""

import importlib.metadata
import json
import os
import sys
import time

import numpy as np
import scipy.sparse as sparse


def ratings(folder):
    shape = json.load(open(os.path.join(folder, "shape.json")))
    read = lambda name, kind: np.fromfile(os.path.join(folder, name), kind)
    entries = (read("rating.f32", np.float32), (read("user.i32", np.int32), read("item.i32", np.int32)))
    return sparse.csr_matrix(entries, shape=(shape["users"], shape["items"]))


def implicit_als(folder, workload, threads, exact, iterations):
    import implicit

    confidence = ratings(folder)
    confidence.data *= 40
    model = implicit.als.AlternatingLeastSquares(
        factors=64, regularization=0.1, iterations=iterations, num_threads=threads, use_cg=not exact, random_state=1
    )
    ends = []
    model.fit_callback = lambda *_: ends.append(time.perf_counter())
    model.fit(confidence, show_progress=False)
    seconds = min(later - earlier for earlier, later in zip(ends, ends[1:]))
    solver = "Cholesky" if exact else "3 steps of conjugate gradient"
    report(workload, "implicit", f"one iteration, 64 factors, {solver}", threads, seconds)


def report(workload, package, unit, threads, seconds):
    peer = f"{package} {importlib.metadata.version(package)}"
    line = {"workload": workload, "peer": peer, "unit": unit, "threads": threads, "seconds": seconds}
    print(json.dumps(line), flush=True)


def main(folder, workload, threads):
    if workload.startswith("als-"):
        exact = workload.startswith("als-cholesky-")
        implicit_als(folder, workload, threads, exact, 3 if exact else 5)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
