/** How walks are taken, which depends on the sizes of data and profile alone, so that answers are the same whatever was asked before. */
import type { Engine } from "../../compute/engine.ts";
import { sparsePanel } from "../../compute/kernels/scores.ts";
import { type Chances, type Size, sizeOf } from "./chances.ts";
import type { Links } from "./links.ts";
import { walksByNodes, walksByRows } from "./matrix.ts";
import type { Course, Walks } from "./walks.ts";

/** What walks are taken over. */
export interface Walking {
  readonly links: readonly Links[];
  /** Made at the first call. */
  readonly chances: () => Chances;
  readonly course: Course;
  readonly byStep: Walks;
}

/** Chooses walks for profiles of so many films. */
export type ChooseWalks = (engine: Engine, walking: Walking) => (films: number) => Walks;

/** Bytes of R, or of S by rows and by columns, beyond which they are not made (matrix.ts). */
const mostBytes = 2 ** 26;

/** Flops that somebody may wait for: half a second, or less. */
const mostFlops = 2 ** 33;

/** Films of a profile, beyond which its rows of R are not made. */
const mostFilms = 256;

/** Edges times steps of a walk that is over in some hundredths of a millisecond, so that there is nothing to gain. */
const shortWalk = 2 ** 13;

/** By rows where films are few, else by nodes where they are, else step by step, as where there are few edges. */
export const quickest: ChooseWalks = (engine, { links, chances, course, byStep }) => {
  const size = sizeOf(links);
  if (size.edges * course.steps <= shortWalk) return () => byStep;
  const most = mostByRows(size, course);
  const byRows = most > 0 ? walksByRows(engine, chances(), course) : byStep;
  const otherwise = suitsNodes(size, course) ? walksByNodes(engine, chances(), course) : byStep;
  return (films) => (films <= most ? byRows : otherwise);
};

/** How many films a profile may have to be answered by rows of R; 0: they are not made. */
function mostByRows(size: Size, course: Course): number {
  if (4 * size.films ** 2 > mostBytes) return 0;
  return Math.min(mostFilms, sparsePanel * Math.floor(mostFlops / flopsOfPanel(size, course)));
}

/** Whether S is made. */
function suitsNodes(size: Size, course: Course): boolean {
  const panels = Math.ceil(size.nodes / sparsePanel);
  return 8 * size.nodes ** 2 <= mostBytes && panels * flopsOfPanel(size, course) <= mostFlops;
}

/** Flops of 32 rows or columns. */
function flopsOfPanel({ edges }: Size, { steps }: Course): number {
  return 4 * sparsePanel * edges * steps;
}
