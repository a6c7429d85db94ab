"""What a node of Spark finds of two blocks of items, for spark/job.py: products of items over all users, and the nearest by them.

Sums are taken over users in ascending order and in double precision, as the engine of Matinee takes them, whatever the order in which ratings come.
"""

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

# Dense products that are held at a time.
CELLS = 2_000_000
# Of the columns of ratings, in their order.
TYPES = {"user": np.int32, "item": np.int32, "rating": np.float32}


def dealt(batches, blocks):
    """Deals ratings out to pairs of blocks: rows of a pair, and users, items and ratings of one of its blocks as bytes. Item i is in block i mod blocks."""
    for batch in batches:
        columns = [column.to_numpy() for column in batch.columns]
        owner = columns[1] % blocks
        for block in range(blocks):
            mine = owner == block
            if not mine.any():
                continue
            own = [column[mine].tobytes() for column in columns]
            numbers = [number_of(block, other) for other in range(blocks)]
            yield pa.RecordBatch.from_pydict({"pair": np.array(numbers, np.int32), **{name: [part] * blocks for name, part in zip(TYPES, own)}})


def number_of(block, other):
    """The number of a pair: 0 of (0, 0), 1 of (0, 1), 2 of (1, 1) and so on."""
    low, high = sorted((block, other))
    return high * (high + 1) // 2 + low


def of_pair(batches, blocks, find):
    """What is found of the pair of blocks whose ratings come."""
    rows = [row for batch in batches for row in batch.to_pylist()]
    if not rows:
        return
    pair = rows[0]["pair"]
    user, item, rating = (np.concatenate([np.frombuffer(row[name], type) for row in rows]) for name, type in TYPES.items())
    high = int((np.sqrt(8 * pair + 1) - 1) / 2)
    low = pair - number_of(0, high)
    # Users ascend in each row, whatever the order in which ratings came: so sums have the same bits, and they are those of the engine.
    order = np.argsort(user, kind="stable")
    user, item, rating = np.unique(user[order], return_inverse=True)[1], item[order], rating[order].astype(np.float64)
    left = block_of(low, blocks, user, item, rating)
    right = left if low == high else block_of(high, blocks, user, item, rating)
    for found in find(left, right):
        yield pa.RecordBatch.from_pydict(found)


def block_of(number, blocks, user, item, rating):
    """One block of items: its number, items, and ratings as a sparse matrix, items x users."""
    own = item % blocks == number
    row, column, value = item[own] // blocks, user[own], rating[own]
    size = int(row.max()) + 1 if len(row) else 0
    return {
        "block": number,
        "items": (number + blocks * np.arange(size)).astype(np.int32),
        "ratings": csr_matrix((value, (row, column)), shape=(size, int(user.max()) + 1)),
        "squares": np.bincount(row, weights=value * value, minlength=size),
    }


def strips(left, right):
    """The products of the rows of two matrices, dense, some rows of the left at a time, and where these begin."""
    across = right.T.tocsr()
    step = max(1, CELLS // max(1, right.shape[0]))
    for first in range(0, left.shape[0], step):
        yield first, (left[first : first + step] @ across).toarray()


def products_of_pair(left, right):
    """Rows of the left's item, the right's block, and products with the items of that block, as bytes."""
    for first, found in strips(left["ratings"], right["ratings"]):
        rows = np.flatnonzero(found.any(axis=1))
        yield {
            "item": left["items"][first + rows],
            "block": np.full(len(rows), right["block"], np.int32),
            "products": [found[row].astype("<f8").tobytes() for row in rows],
        }


def nearest_of_pair(left, right, k, shrinkage):
    """For each item of both blocks the k nearest of the other, by the cosine times n / (n + shrinkage), n being the number of common users."""
    found = []
    common = strips(*(pattern_of(block["ratings"]) for block in (left, right))) if shrinkage else None
    for first, products in strips(left["ratings"], right["ratings"]):
        rows = slice(first, first + len(products))
        lengths = np.sqrt(left["squares"][rows, None] * right["squares"])
        similarities = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
        if common:
            n = next(common)[1]
            similarities *= n / (n + shrinkage)
        if left is right:
            np.fill_diagonal(similarities[:, first:], 0)
        found.append(highest(similarities, left["items"][rows], right["items"], k))
        if left is not right:
            found.append(highest(np.ascontiguousarray(similarities.T), right["items"], left["items"][rows], k))
    if found:
        yield best_lists(*(np.concatenate(parts) for parts in zip(*found)), k)


def pattern_of(matrix):
    """1 for every entry, of 0 too."""
    pattern = matrix.copy()
    pattern.data = np.ones_like(matrix.data)
    return pattern


def highest(similarities, items, names, k):
    """Of each row the k highest above 0, and those that equal the last."""
    n = len(names)
    entering = similarities > 0
    if n > k:
        entering &= similarities >= np.partition(similarities, n - k, axis=1)[:, n - k, None]
    row, column = np.nonzero(entering)
    return tuple(best_lists(items[row], names[column], similarities[row, column], k).values())


def best_lists(item, neighbour, similarity, k):
    """The k nearest of each item, nearest first, equal ones by index."""
    order = np.lexsort((neighbour, -similarity, item))
    item = item[order]
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    kept = np.arange(len(item)) - np.repeat(starts, np.diff(starts, append=len(item))) < k
    order = order[kept]
    return {"item": item[kept], "neighbour": neighbour[order], "similarity": similarity[order]}


def nearest_of_lists(batches, k):
    """The k nearest of each item of all lists of it."""
    found = [[column.to_numpy() for column in batch.columns] for batch in batches]
    if found:
        item, neighbour, similarity, *_ = (np.concatenate(parts) for parts in zip(*found))
        yield pa.RecordBatch.from_pydict(best_lists(item, neighbour, similarity, k))
