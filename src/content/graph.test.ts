import assert from "node:assert/strict";
import { it } from "node:test";
import { emptyCatalog, labelsFrom } from "../data/catalog.ts";
import { type ContentKind, contentKinds, filmGraph, graphSize, nodeName } from "./graph.ts";

const catalog = {
  ...emptyCatalog(4),
  years: Int16Array.of(1995, 1996, 2003, 0),
  genres: labelsFrom([["Crime", "Drama"], ["Crime"], ["Comedy"], []], ["Comedy", "Crime", "Drama", "War"]),
  tags: labelsFrom([["heist", "Film Noir", "Heist", "heist "], ["film noir"], [], ["space"]]),
};

/** Edges by name, as film: node × weight, seen from both ends. */
function edgesOf(kind: ContentKind) {
  const [{ byFilm, byNode }] = filmGraph(catalog, [kind]).relations;
  const read = ({ offsets, indices, values, rows }: typeof byFilm, turned: boolean) =>
    Array.from({ length: rows }, (_, row) => row).flatMap((row) =>
      Array.from(indices.subarray(offsets[row], offsets[row + 1]), (column, n) => {
        const [film, node] = turned ? [column, row] : [row, column];
        return `${film}: ${nodeName(catalog, kind, node)} × ${values[offsets[row] + n]}`;
      }),
    );
  const edges = read(byFilm, false);
  assert.deepEqual(read(byNode, true).sort(), [...edges].sort());
  return edges;
}

it("a film graph joins films to their genres, decades and tags, whatever the capitals of these", () => {
  assert.deepEqual(edgesOf("genre"), ["0: Crime × 1", "0: Drama × 1", "1: Crime × 1", "2: Comedy × 1"]);
  assert.deepEqual(edgesOf("decade"), ["0: 1990s × 1", "1: 1990s × 1", "2: 2000s × 1"]);
  assert.deepEqual(edgesOf("tag"), ["0: heist × 3", "0: Film Noir × 1", "1: Film Noir × 1", "3: space × 1"]);
});

it("a placeholder for genres is a node only where that is asked for, and its films keep their other genres", () => {
  const listed = [["unknown"], ["(no genres listed)", "Drama"], ["Unknown", "Drama"], ["Drama"]];
  const films = { ...emptyCatalog(4), genres: labelsFrom(listed), tags: labelsFrom([["unknown"], [], [], []]) };
  assert.deepEqual(graphSize(filmGraph(films, ["genre"])), { nodes: 5, edges: 3 });
  assert.deepEqual(graphSize(filmGraph(films, ["genre"], { placeholders: true })), { nodes: 8, edges: 6 });
  assert.deepEqual(graphSize(filmGraph(films, ["tag"])), { nodes: 5, edges: 1 });
});

it("a film graph has all films and the labels in use as its nodes", () => {
  assert.deepEqual(graphSize(filmGraph(catalog, [])), { nodes: 4, edges: 0 });
  assert.deepEqual(graphSize(filmGraph(catalog, ["genre"])), { nodes: 7, edges: 4 });
  assert.deepEqual(graphSize(filmGraph(catalog, contentKinds)), { nodes: 12, edges: 11 });
  assert.deepEqual(graphSize(filmGraph(emptyCatalog(3), contentKinds)), { nodes: 3, edges: 0 });
});
