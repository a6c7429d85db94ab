/** The indices that may be chosen; without options, all. */
export interface TopKOptions {
  /** One entry per index: 0 rules it out. */
  readonly allowed?: Uint8Array;
  /** Only these indices, in any order, none of them twice. */
  readonly among?: Int32Array;
}

/**
 * The indices of the k highest scores, highest first; equal scores by ascending index. −Infinity is never chosen.
 * O(n log k), by a heap whose root is the weakest of those kept.
 */
export function topK(scores: Float32Array | Float64Array, k: number, { allowed, among }: TopKOptions = {}): Int32Array {
  const heap = new Int32Array(Math.min(k, scores.length));
  if (heap.length === 0) return heap;
  let size = 0;

  const weaker = (a: number, b: number) => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
  function siftDown(position: number): void {
    const index = heap[position];
    for (;;) {
      let child = 2 * position + 1;
      if (child >= size) break;
      if (child + 1 < size && weaker(heap[child + 1], heap[child])) child++;
      if (!weaker(heap[child], index)) break;
      heap[position] = heap[child];
      position = child;
    }
    heap[position] = index;
  }
  function siftUp(position: number): void {
    const index = heap[position];
    while (position > 0) {
      const parent = (position - 1) >>> 1;
      if (!weaker(index, heap[parent])) break;
      heap[position] = heap[parent];
      position = parent;
    }
    heap[position] = index;
  }

  let least = Number.NEGATIVE_INFINITY; // the score of the weakest kept, once there are k
  const candidates = among?.length ?? scores.length;
  for (let n = 0; n < candidates; n++) {
    const index = among ? among[n] : n;
    const score = scores[index];
    if (score < least || score === -Infinity || (allowed && allowed[index] === 0)) continue;
    if (size < heap.length) {
      heap[size] = index;
      siftUp(size++);
      if (size < heap.length) continue;
    } else if (weaker(heap[0], index)) {
      heap[0] = index;
      siftDown(0);
    } else continue;
    least = scores[heap[0]];
  }
  const best = new Int32Array(size);
  while (size > 0) {
    best[size - 1] = heap[0];
    heap[0] = heap[--size];
    siftDown(0);
  }
  return best;
}
