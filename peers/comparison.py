"""A comparison of seven models as Matinee's `compare` makes it, by what is quick in Python, with the same settings."""

import time

import numpy as np
import scipy.sparse as sparse
from lists import fit_ease, top_lists
from threadpoolctl import threadpool_limits

LIKED = 4
FACTORS, EPOCHS, ITERATIONS, ITEM_NEIGHBOURS, USER_NEIGHBOURS = 64, 40, 15, 50, 100
BATCH = 256


def compare(x, threads):
    """Seconds of the whole comparison, and of its parts as text."""
    marks = [("", time.perf_counter())]
    mark = lambda name: marks.append((name, time.perf_counter()))
    train, test = split_per_user(x, 0.8)
    mark("split")
    for model in (popular, bias, item_knn, user_knn, mf, als, ease):
        lists, predicted = model(train, test, threads)
        measure(lists, predicted, test)
        mark(model.__name__.replace("_", "-"))
    parts = [f"{name} {end - start:.2f}" for (_, start), (name, end) in zip(marks, marks[1:])]
    return marks[-1][1] - marks[0][1], f"parts in s: {', '.join(parts)}"


def split_per_user(x, share):
    """A random share of each user's ratings, and the others."""
    count = np.diff(x.indptr)
    users = np.repeat(np.arange(x.shape[0]), count)
    order = np.lexsort((np.random.default_rng(0).random(x.nnz), users))
    rank = np.empty(x.nnz, np.int64)
    rank[order] = np.arange(x.nnz) - np.repeat(x.indptr[:-1], count)
    trains = rank < np.maximum(1, np.round(share * count))[users]
    part = lambda kept: sparse.csr_matrix((x.data[kept], (users[kept], x.indices[kept])), shape=x.shape)
    return part(trains), part(~trains)


def popular(train, test, threads):
    counts = np.bincount(train.indices, minlength=train.shape[1]).astype(np.float32)
    return top_lists(lambda part, users: np.tile(counts, (part.shape[0], 1)), train, BATCH), None


def bias(train, test, threads):
    mean, of_user, of_item = biases(train)
    lists = top_lists(lambda part, users: mean + of_user[users, None] + of_item, train, BATCH)
    return lists, mean + of_user[rows_of(test)] + of_item[test.indices]


def item_knn(train, test, threads):
    """Lists by implicit; ratings as Σ s (r − mean of i) / Σ s around the mean of j, by sparse products."""
    import implicit

    model = implicit.nearest_neighbours.CosineRecommender(K=ITEM_NEIGHBOURS, num_threads=threads)
    model.fit(train, show_progress=False)
    lists, _ = model.recommend(np.arange(train.shape[0]), train, N=10, filter_already_liked_items=True)
    means = np.asarray(train.sum(0)).ravel() / np.maximum(1, np.bincount(train.indices, minlength=train.shape[1]))
    near = model.similarity.astype(np.float32)
    near.setdiag(0)
    deviations = with_data(train, train.data - means[train.indices])
    rated = with_data(train, np.ones(train.nnz))
    return lists, means[test.indices] + at_wanted(deviations, rated, near, test)


def user_knn(train, test, threads):
    """Neighbours by implicit on the transpose; scores and ratings as deviations from means, where three neighbours rated."""
    import implicit

    model = implicit.nearest_neighbours.CosineRecommender(K=USER_NEIGHBOURS + 1, num_threads=threads)
    model.fit(train.T.tocsr(), show_progress=False)
    near = model.similarity.astype(np.float32)
    near.setdiag(0)
    near.eliminate_zeros()
    means = (np.asarray(train.sum(1)).ravel() / np.maximum(1, np.diff(train.indptr))).astype(np.float32)
    deviations = with_data(train, train.data - means[rows_of(train)]).toarray()
    rated = with_data(train, np.ones(train.nnz)).toarray()
    predicted = np.empty(test.nnz, np.float32)

    def scores_of(part, users):
        own = near[users]
        weights = own @ rated
        scores = (own @ deviations) / np.maximum(weights, 1e-9)
        scores += means[users, None]
        first, last = test.indptr[users[0]], test.indptr[users[-1] + 1]
        wanted = rows_of(test[users]), test.indices[first:last]
        predicted[first:last] = np.where(weights[wanted] > 0, scores[wanted], means[users][wanted[0]])
        scores[(with_data(own, np.ones(own.nnz)) @ rated) < 3] = -np.inf
        return scores

    return top_lists(scores_of, train, BATCH), predicted


def mf(train, test, threads):
    model = fit_svd(rows_of(train), train.indices, train.data, FACTORS, EPOCHS)
    inner = model.trainset
    mean = np.float32(inner.global_mean)
    p, of_user = np.zeros((train.shape[0], FACTORS), np.float32), np.zeros(train.shape[0], np.float32)
    q, of_item = np.zeros((train.shape[1], FACTORS), np.float32), np.zeros(train.shape[1], np.float32)
    users = [inner.to_raw_uid(n) for n in inner.all_users()]
    items = [inner.to_raw_iid(n) for n in inner.all_items()]
    p[users], of_user[users], q[items], of_item[items] = model.pu, model.bu, model.qi, model.bi
    lists = top_lists(lambda part, users: p[users] @ q.T + of_item, train, BATCH)
    rows = rows_of(test)
    product = np.einsum("nf,nf->n", p[rows], q[test.indices])
    return lists, mean + of_user[rows] + of_item[test.indices] + product


def als(train, test, threads):
    import implicit

    model = implicit.als.AlternatingLeastSquares(
        factors=FACTORS, regularization=4.7, iterations=ITERATIONS, num_threads=threads, random_state=1
    )
    with threadpool_limits(1, "blas"):  # implicit has threads of its own
        model.fit(with_data(train, 1 + 1.3 * train.data), show_progress=False)
        lists = [
            model.recommend(np.arange(start, start + part.shape[0]), part, N=10, filter_already_liked_items=True)[0]
            for start in range(0, train.shape[0], 1000)
            for part in [train[start : start + 1000]]
        ]
    return np.concatenate(lists), None


def ease(train, test, threads):
    x = with_data(train, train.data - 1.0625)
    weights = fit_ease(x, 2000, np.float32)
    return top_lists(lambda part, users: part @ weights, x, BATCH), None


def measure(lists, predicted, test):
    """Precision, recall and nDCG of lists of ten as means over users with a relevant film, and RMSE."""
    relevant = test.copy()
    relevant.data = (test.data >= LIKED).astype(np.float32)
    relevant.eliminate_zeros()
    hits = np.empty(lists.shape)
    for start in range(0, len(lists), BATCH):
        part = slice(start, start + BATCH)
        hits[part] = np.take_along_axis(relevant[part].toarray(), lists[part], 1) * (lists[part] >= 0)
    count = np.diff(relevant.indptr)
    judged = count > 0
    k = lists.shape[1]
    discounts = 1 / np.log2(np.arange(k) + 2)
    ideal = np.cumsum(discounts)[np.minimum(count[judged], k) - 1]
    found = hits[judged].sum(1)
    rmse = None if predicted is None else np.sqrt(np.mean((np.clip(predicted, 0.5, 5) - test.data) ** 2))
    return (found / k).mean(), (found / count[judged]).mean(), (hits[judged] @ discounts / ideal).mean(), rmse


def biases(x):
    """The mean, and damped means of what is left by user and by item."""
    mean = x.data.mean()
    damped = lambda at, values, size, damping: np.bincount(at, values, size) / (np.bincount(at, minlength=size) + damping)
    of_item = damped(x.indices, x.data - mean, x.shape[1], 25)
    of_user = damped(rows_of(x), x.data - mean - of_item[x.indices], x.shape[0], 10)
    return mean, of_user.astype(np.float32), of_item.astype(np.float32)


def at_wanted(deviations, rated, near, test):
    """Σ s d / Σ s at the entries of `test`, 0 where Σ s is 0."""
    out = np.zeros(test.nnz, np.float32)
    for start in range(0, test.shape[0], BATCH):
        part = slice(start, start + BATCH)
        wanted = rows_of(test[part]), test[part].indices
        weights = (rated[part] @ near).toarray()[wanted]
        sums = (deviations[part] @ near).toarray()[wanted]
        first = test.indptr[start]
        out[first : first + len(sums)] = np.where(weights > 0, sums / np.maximum(weights, 1e-9), 0)
    return out


def rows_of(x):
    return np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))


def with_data(x, data):
    return sparse.csr_matrix((data.astype(np.float32), x.indices, x.indptr), shape=x.shape)


def surprise_data(users, items, values):
    import pandas
    import surprise

    frame = pandas.DataFrame({"user": users, "item": items, "rating": values})
    return surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(0.5, 5))).build_full_trainset()


def fit_svd(users, items, values, factors, epochs):
    import surprise

    return surprise.SVD(n_factors=factors, n_epochs=epochs, random_state=0).fit(surprise_data(users, items, values))
