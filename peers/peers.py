"""Times packages of Python on the ratings that `matinee bench --peers` wrote.

peers.py FOLDER --list --workload NAME --threads N     names the peers of a workload, one a line
peers.py FOLDER --peer PEER --workload NAME --threads N     times one of them, in this process

Prints a line of JSON: peer, unit, seconds (of the best run), memory (peak of this process, in bytes) and, where they
apply, recall and remark.
"""

import argparse
import importlib.metadata
import json
import os
import re
import resource
import tempfile
import time

import numpy as np
import scipy.sparse as sparse

PEERS = {}


def peer(*workloads, one_thread=False):
    """Registers a function of (folder, workload, threads). `one_thread`: it has no use for more threads."""

    def register(work):
        for workload in workloads:
            PEERS.setdefault(workload, {})[work.__name__] = (work, one_thread)
        return work

    return register


def ratings(folder):
    shape = json.load(open(os.path.join(folder, "arrays", "shape.json")))
    users, items, values = triplets(folder)
    return sparse.csr_matrix((values, (users, items)), shape=(shape["users"], shape["items"]))


def triplets(folder):
    read = lambda name, kind: np.fromfile(os.path.join(folder, "arrays", name), kind)
    return read("user.i32", np.int32), read("item.i32", np.int32), read("rating.f32", np.float32)


def csv(folder):
    return os.path.join(folder, "csv", "ratings.csv")


def best_of(runs, work):
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def peak():
    """Peak memory in bytes; not ru_maxrss, which a process inherits from the one that started it."""
    try:
        return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1])
    except OSError:
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def report(packages, unit, seconds, by="", **more):
    """`by`: the function, where a workload has several peers of one package."""
    name = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages.split())
    name += f" {by}" if by else ""
    print(json.dumps({"peer": name, "unit": unit, "seconds": seconds, "memory": peak(), **more}), flush=True)


def als(folder, threads, exact, iterations):
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
    report("implicit", f"one iteration, 64 factors, {'Cholesky' if exact else '3 steps of conjugate gradient'}", seconds)


@peer("als-ml-1m", "als-ml32m-top1000", "als-ml25m")
def implicit_als(folder, workload, threads):
    als(folder, threads, False, 4)


@peer("als-cholesky-ml32m-top1000")
def implicit_cholesky(folder, workload, threads):
    als(folder, threads, True, 3)


@peer("mf-ml-1m", one_thread=True)
def surprise_svd(folder, workload, threads):
    import surprise
    from comparison import surprise_data

    train = surprise_data(*triplets(folder))
    fit = lambda epochs: best_of(2, lambda: surprise.SVD(n_factors=100, n_epochs=epochs, random_state=0).fit(train))
    one = fit(1)
    unit = "SVD, one epoch of SGD with biases, 100 factors: difference of 4 and 1 epochs / 3"
    report("scikit-surprise", unit, (fit(4) - one) / 3)


@peer("svdpp-ml-1m", one_thread=True)
def surprise_svdpp(folder, workload, threads):
    import surprise
    from comparison import surprise_data

    train = surprise_data(*triplets(folder))
    fit = lambda epochs: best_of(1, lambda: surprise.SVDpp(n_epochs=epochs, cache_ratings=True, random_state=0).fit(train))
    one = fit(1)
    unit = "SVDpp, one epoch, 20 factors, ratings cached: difference of 2 and 1 epochs"
    report("scikit-surprise", unit, fit(2) - one)


@peer("bayesian-mf-ml-1m", "bayesian-mf-ml25m", one_thread=True)
def myfm_svdpp(folder, workload, threads):
    import myfm

    users, items, values = triplets(folder)
    seen = ratings(folder)
    seen.data[:] = 1

    def block(of, rows):
        """Ids, and 1 / the root of their number for the others that each row has ratings of."""
        scale = 1 / np.sqrt(np.maximum(np.asarray(rows.sum(axis=1)).ravel(), 1))
        features = [sparse.identity(rows.shape[0]), sparse.diags(scale) @ rows]
        return myfm.RelationBlock(of.astype(np.int64), sparse.csr_matrix(sparse.hstack(features)))

    blocks = [block(users, seen), block(items, sparse.csr_matrix(seen.T))]
    groups = np.repeat([0, 1, 2, 3], [seen.shape[0], seen.shape[1], seen.shape[1], seen.shape[0]]).tolist()

    def fit(samples):
        model = myfm.MyFMRegressor(rank=16, random_seed=0)
        start = time.perf_counter()
        model.fit(None, values.astype(float), X_rel=blocks, grouping=groups, n_iter=samples, n_kept_samples=1)
        return time.perf_counter() - start

    unit = "one sample, rank 16, ids and implicit features of both sides: difference of 6 and 2 samples / 4"
    report("myfm", unit, (fit(6) - fit(2)) / 4)


@peer("ease-ml-1m")
def numpy_ease(folder, workload, threads):
    ease(folder, "numpy", "inv", np.float64, np.linalg.inv)


@peer("ease-ml-1m")
def lapack_ease_single(folder, workload, threads):
    lapack_ease(folder, "s", np.float32)


@peer("ease-ml-1m")
def lapack_ease_double(folder, workload, threads):
    lapack_ease(folder, "d", np.float64)


def lapack_ease(folder, letter, kind):
    """By Cholesky's factor, in place. The matrix is symmetric, so its rows serve as the columns that LAPACK wants."""
    from scipy.linalg import lapack

    factorise, invert = getattr(lapack, letter + "potrf"), getattr(lapack, letter + "potri")

    def inverse(gram):
        factor, failed = factorise(gram.T, lower=1, clean=0, overwrite_a=1)
        lower, failed_too = invert(factor, lower=1, overwrite_c=1)
        assert failed == failed_too == 0 and np.shares_memory(lower, gram)
        return lower

    def mirrored(gram):
        lower = inverse(gram)
        for start in range(0, len(lower), 256):
            end = start + 256
            lower[start:end, end:] = lower[end:, start:end].T
            block = lower[start:end, start:end]
            block[:] = np.tril(block) + np.tril(block, -1).T
        return lower

    ease(folder, "scipy", f"{letter}potrf + {letter}potri", kind, mirrored, inverse)


def ease(folder, package, by, kind, inverse, alone=None):
    """`alone`: what is timed by itself for the remark, `inverse` unless given."""
    x = ratings(folder)
    x.data[:] = 1
    gram = None

    def make_gram():
        nonlocal gram
        gram = (x.T @ x).toarray(order="C").astype(kind, copy=False)
        gram[np.diag_indices_from(gram)] += 500

    def fit():
        make_gram()
        weights = inverse(gram)
        weights /= -np.diag(weights)
        np.fill_diagonal(weights, 0)

    seconds = best_of(2, fit)
    make_gram()
    own = best_of(1, lambda: (alone or inverse)(gram))
    precision = "single" if kind == np.float32 else "double"
    unit = f"a fit, inverse in {precision} precision"
    report(package, unit, seconds, by=by, remark=f"inverse {own:.3g} s")


@peer("itemknn-ml-1m", "itemknn-ml25m-active")
def implicit_items(folder, workload, threads):
    import implicit

    x = ratings(folder)

    def fit():
        implicit.nearest_neighbours.CosineRecommender(K=20, num_threads=threads).fit(x, show_progress=False)

    seconds = best_of(2 if workload == "itemknn-ml-1m" else 1, fit)
    report("implicit", "CosineRecommender, top 20 of all films", seconds)


@peer("itemknn-ml-1m")
def sklearn_items(folder, workload, threads):
    from sklearn.neighbors import NearestNeighbors

    films = ratings(folder).T.tocsr()

    def fit():
        NearestNeighbors(metric="cosine", algorithm="brute", n_neighbors=21).fit(films).kneighbors(films)

    report("scikit-learn", "NearestNeighbors, brute force on sparse rows, top 20 of all films", best_of(1, fit))


def query_users(x, count):
    return np.random.default_rng(0).integers(0, x.shape[0], count)


@peer("userknn-ml25m-active")
def sklearn_users(folder, workload, threads):
    from sklearn.neighbors import NearestNeighbors

    x = ratings(folder)
    model = NearestNeighbors(metric="cosine", algorithm="brute").fit(x)
    some = query_users(x, 200)[:20]
    ask = lambda: [model.kneighbors(x[user], 21) for user in some]
    report("scikit-learn", "NearestNeighbors, brute force on sparse rows, mean of 20", best_of(1, ask) / len(some))


def faiss_index(x, threads):
    import faiss
    from sklearn.preprocessing import normalize

    faiss.omp_set_num_threads(threads)
    dense = normalize(x.toarray().astype(np.float32))
    index = faiss.IndexFlatIP(dense.shape[1])
    index.add(dense)
    return index, dense


@peer("userknn-ml25m-active")
def faiss_users(folder, workload, threads):
    x = ratings(folder)
    index, dense = faiss_index(x, threads)
    some = query_users(x, 200)
    ask = lambda: [index.search(dense[user : user + 1], 21) for user in some]
    report("faiss-cpu", "IndexFlatIP, one exact query, mean of 200", best_of(2, ask) / len(some))


@peer("userknn-batch-ml25m-active")
def faiss_batch(folder, workload, threads):
    x = ratings(folder)
    index, dense = faiss_index(x, threads)
    some = query_users(x, 200)
    seconds = best_of(3, lambda: index.search(dense[some], 21)) / len(some)
    report("faiss-cpu", "IndexFlatIP, one of 200 exact queries in one call", seconds)


@peer("userknn-centred-ml25m-active", one_thread=True)
def annoy_users(folder, workload, threads):
    from annoy import AnnoyIndex

    x = ratings(folder)
    counts = np.diff(x.indptr)
    x.data -= np.repeat(np.asarray(x.sum(1)).ravel() / counts, counts).astype(np.float32)
    dense = x.toarray()
    some = query_users(x, 100)
    unit = dense / (np.linalg.norm(dense, axis=1, keepdims=True) + 1e-12)
    truth = [set(np.argsort(-(unit @ unit[user]))[:31]) for user in some]
    del unit
    start = time.perf_counter()
    index = AnnoyIndex(dense.shape[1], "angular")
    for row, vector in enumerate(dense):
        index.add_item(row, vector)
    index.build(10, n_jobs=threads)
    build = time.perf_counter() - start
    found = []
    start = time.perf_counter()
    for user in some:
        found.append(index.get_nns_by_item(int(user), 31))
    seconds = (time.perf_counter() - start) / len(some)
    recall = float(np.mean([len(true & set(got)) / 31 for true, got in zip(truth, found)]))
    unit = "10 trees, one approximate query, k = 30, mean of 100"
    report("annoy", unit, seconds, recall=recall, remark=f"10 trees, built in {build:.1f} s")


@peer("topk-ml32m-top1000")
def implicit_top(folder, workload, threads):
    import implicit

    x = ratings(folder)
    model = implicit.als.AlternatingLeastSquares(factors=64, iterations=1, num_threads=threads, random_state=1)
    model.fit(x, show_progress=False)
    report("implicit", "recommend, batches of 1,000 people", best_of(1, lambda: recommend(model, x)))


def recommend(model, x):
    for start in range(0, x.shape[0], 1000):
        batch = np.arange(start, min(start + 1000, x.shape[0]))
        model.recommend(batch, x[batch], N=10, filter_already_liked_items=True)


@peer("lists-ease-ml-1m", "lists-ease-ml-latest-small")
def numpy_lists(folder, workload, threads):
    from lists import fit_ease, top_lists

    x = ratings(folder)
    x.data[:] = 1
    weights = fit_ease(x, 500, np.float64)
    seconds = {size: best_of(3, lambda: top_lists(lambda part, users: part @ weights, x, size)) for size in (16, 64, 256, 1024)}
    size = min(seconds, key=seconds.get)
    unit = "sparse X @ dense B in single precision, argpartition; the best of batches of 16, 64, 256 and 1,024 users"
    report("numpy scipy", unit, seconds[size], remark=f"batches of {size}")


@peer("lists-itemknn-ml-1m", "lists-itemknn-ml25m-active")
def implicit_item_lists(folder, workload, threads):
    import implicit

    x = ratings(folder)
    model = implicit.nearest_neighbours.CosineRecommender(K=50, num_threads=threads)
    model.fit(x, show_progress=False)
    everybody = np.arange(x.shape[0])
    ask = lambda: model.recommend(everybody, x, N=10, filter_already_liked_items=True)
    report("implicit", "CosineRecommender, K = 50, recommend, everybody in one call", best_of(2, ask))


@peer("predict-mf-ml-1m", one_thread=True)
def surprise_predictions(folder, workload, threads):
    from comparison import fit_svd

    users, items, values = triplets(folder)
    held_out = np.random.default_rng(0).random(len(values)) >= 0.8
    model = fit_svd(users[~held_out], items[~held_out], values[~held_out], factors=64, epochs=2)
    wanted = list(zip(users[held_out].tolist(), items[held_out].tolist(), values[held_out].tolist()))
    unit = "SVD.test of a fifth of the ratings, 64 factors, users known"
    report("scikit-surprise", unit, best_of(3, lambda: model.test(wanted)))


@peer("compare-ml-100k", "compare-ml-1m")
def python_comparison(folder, workload, threads):
    from comparison import compare

    runs = [compare(ratings(folder), threads) for _ in range(2)]
    seconds, remark = min(runs)
    unit = "the same models, lists and metrics by implicit, Surprise's SVD, scipy and numpy; no tests"
    report("implicit scikit-surprise scipy numpy", unit, seconds, remark=remark)


@peer("whole-ml25m")
def python_whole(folder, workload, threads):
    import implicit
    import pandas

    ends = [time.perf_counter()]
    mark = lambda: ends.append(time.perf_counter())
    frame = pandas.read_csv(csv(folder), usecols=["userId", "movieId", "rating"])
    users, items = frame.userId.astype("category"), frame.movieId.astype("category")
    x = sparse.csr_matrix((frame.rating.to_numpy(np.float32), (users.cat.codes, items.cat.codes)))
    mark()
    model = implicit.als.AlternatingLeastSquares(
        factors=64, regularization=0.1, alpha=40, iterations=15, num_threads=threads, random_state=1
    )
    model.fit(x, show_progress=False)
    mark()
    with tempfile.TemporaryDirectory() as target:
        model.save(os.path.join(target, "model.npz"))
    mark()
    recommend(model, x)
    mark()
    parts = zip(["read", "fit", "save", "recommend"], np.diff(ends))
    remark = ", ".join(f"{part} {seconds:.3g} s" for part, seconds in parts)
    unit = "read, ALS with 64 factors × 15, save, top 10 unseen for everybody"
    report("pandas scipy implicit", unit, ends[-1] - ends[0], remark=remark)


@peer("csv-ml25m", one_thread=True)
def pandas_csv(folder, workload, threads):
    import pandas

    report("pandas", "read_csv", best_of(3, lambda: pandas.read_csv(csv(folder))))


@peer("csv-ml25m")
def polars_csv(folder, workload, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    report("polars", "read_csv", best_of(3, lambda: polars.read_csv(csv(folder))))


@peer("csv-ml25m")
def duckdb_csv(folder, workload, threads):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set threads={threads}")
    read = lambda: connection.execute("select * from read_csv(?)", [csv(folder)]).fetchnumpy()
    report("duckdb", "select * from read_csv, to arrays", best_of(3, read))


@peer("tfidf", one_thread=True)
def sklearn_terms(folder, workload, threads):
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = open(os.path.join(folder, "texts.txt"), encoding="utf-8").read().split("\n")
    fit = lambda: TfidfVectorizer(max_features=5000, stop_words="english").fit_transform(texts)
    report("scikit-learn", "TfidfVectorizer, English stop words, 5,000 features", best_of(5, fit))


@peer("text-embedding")
def onnxruntime_texts(folder, workload, threads):
    """As sentence-transformers does it: sorted by length, padded batches of 32, mean over the mask, of length 1."""
    import onnxruntime
    import tokenizers

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    texts = open(os.path.join(folder, "descriptions.txt"), encoding="utf-8").read().split("\n")
    model = open(os.path.join(folder, "text-model.txt"), encoding="utf-8").read()
    tokenizer = tokenizers.Tokenizer.from_file(os.path.join(model, "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        os.path.join(model, "onnx", "model.onnx"), options, providers=["CPUExecutionProvider"]
    )

    def embed():
        order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
        vectors = np.empty((len(texts), 384), np.float32)
        for start in range(0, len(texts), 32):
            part = order[start : start + 32]
            encoded = tokenizer.encode_batch([texts[n] for n in part])
            ids = np.array([e.ids for e in encoded], np.int64)
            mask = np.array([e.attention_mask for e in encoded], np.int64)
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = session.run(["last_hidden_state"], feed)[0]
            mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            vectors[part] = mean / np.linalg.norm(mean, axis=1, keepdims=True)

    embed()
    report("onnxruntime tokenizers", "padded batches of 32, tokens included", best_of(3, embed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--workload", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--peer")
    flags = parser.parse_args()
    here = PEERS.get(flags.workload, {})
    if flags.list:
        for name, (_, one_thread) in here.items():
            if flags.threads == 1 or not one_thread:
                print(name)
    else:
        here[flags.peer][0](flags.folder, flags.workload, flags.threads)
