"""Lists of unseen films by plain numpy."""

import numpy as np
from scipy.linalg import get_lapack_funcs


def fit_ease(x, penalty, kind):
    """B of EASE in single precision, by LAPACK's Cholesky inverse of the Gram matrix in the precision `kind`."""
    gram = (x.T @ x).toarray().astype(kind)
    gram[np.diag_indices_from(gram)] += penalty
    potrf, potri = get_lapack_funcs(("potrf", "potri"), (gram,))
    factor, failed = potrf(gram.T, lower=True, overwrite_a=True)
    inverse, failed_too = potri(factor, lower=True, overwrite_c=True)
    assert failed == 0 and failed_too == 0
    inverse = np.tril(inverse)
    inverse += np.tril(inverse, -1).T
    weights = (inverse / -np.diag(inverse)).astype(np.float32)
    np.fill_diagonal(weights, 0)
    return np.ascontiguousarray(weights)


def top_lists(scores_of, x, size, k=10):
    """The k best unseen films of everybody, best first. scores_of(rows of x, their users): float32 [users × films]."""
    lists = np.empty((x.shape[0], k), np.int32)
    for start in range(0, x.shape[0], size):
        part = x[start : start + size]
        scores = scores_of(part, np.arange(start, start + part.shape[0]))
        scores[np.repeat(np.arange(part.shape[0]), np.diff(part.indptr)), part.indices] = -np.inf
        best = np.argpartition(scores, -k, axis=1)[:, -k:]
        order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1)
        lists[start : start + size] = np.take_along_axis(best, order, 1)
    return lists
