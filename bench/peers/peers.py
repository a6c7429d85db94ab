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


def best_of(runs, work):
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def numpy_ease(folder, workload, threads):
    x = ratings(folder)
    x.data[:] = 1

    def fit():
        gram = (x.T @ x).toarray().astype(np.float64)
        gram[np.diag_indices_from(gram)] += 500
        inverse = np.linalg.inv(gram)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0)

    report(workload, "numpy", "a fit, inverse by LAPACK in double precision", threads, best_of(2, fit))


def implicit_items(folder, workload, threads):
    import implicit

    x = ratings(folder)

    def fit():
        implicit.nearest_neighbours.CosineRecommender(K=20, num_threads=threads).fit(x, show_progress=False)

    report(workload, "implicit", "CosineRecommender, top 20 of all films", threads, best_of(2, fit))


def faiss_users(folder, workload, threads):
    import faiss
    from sklearn.preprocessing import normalize

    faiss.omp_set_num_threads(threads)
    dense = normalize(ratings(folder).toarray().astype(np.float32))
    index = faiss.IndexFlatIP(dense.shape[1])
    index.add(dense)
    askers = np.random.default_rng(0).integers(0, len(dense), 200)

    def ask():
        for asker in askers:
            index.search(dense[asker : asker + 1], 21)

    unit = "IndexFlatIP, one exact query, k = 20, mean of 200"
    report(workload, "faiss-cpu", unit, threads, best_of(2, ask) / len(askers))


def implicit_top(folder, workload, threads):
    import implicit

    x = ratings(folder)
    model = implicit.als.AlternatingLeastSquares(factors=64, iterations=1, num_threads=threads, random_state=1)
    model.fit(x, show_progress=False)
    people = np.arange(x.shape[0])

    def recommend():
        for start in range(0, len(people), 1000):
            batch = people[start : start + 1000]
            model.recommend(batch, x[batch], N=10, filter_already_liked_items=True)

    report(workload, "implicit", "recommend, batches of 1,000 people", threads, best_of(1, recommend))


def report(workload, package, unit, threads, seconds):
    peer = f"{package} {importlib.metadata.version(package)}"
    line = {"workload": workload, "peer": peer, "unit": unit, "threads": threads, "seconds": seconds}
    print(json.dumps(line), flush=True)


WORKLOADS = {
    "als-ml-1m": lambda *work: implicit_als(*work, False, 5),
    "als-ml32m-top1000": lambda *work: implicit_als(*work, False, 5),
    "als-cholesky-ml32m-top1000": lambda *work: implicit_als(*work, True, 3),
    "ease-ml-1m": numpy_ease,
    "itemknn-ml-1m": implicit_items,
    "userknn-ml25m-active": faiss_users,
    "topk-ml32m-top1000": implicit_top,
}

if __name__ == "__main__":
    folder, workload, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if workload in WORKLOADS:
        WORKLOADS[workload](folder, workload, threads)
