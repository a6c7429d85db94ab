/** `matinee/report`: reports and their pictures, apart from `matinee` because they need the optional packages @observablehq/plot and linkedom. */
import "../require-node.ts";

export { coldStartReport } from "./cold-start-report.ts";
export { dataSection } from "./data-section.ts";
export { blankDocument } from "./document.ts";

export { comparisonGrid, evaluationReport } from "./evaluation-report.ts";
export { htmlOf } from "./html.ts";
export { inspectReport } from "./inspect-report.ts";
export { modelVectors } from "./inspected.ts";
export { loadPlot } from "./load-plot.ts";
export { markdownOf } from "./markdown.ts";
export type { Cell, Picture, Table } from "./picture.ts";
export { comparisonPicture } from "./pictures/comparison.ts";
export { type LossPanel, lossPicture } from "./pictures/losses.ts";
export { normsPicture } from "./pictures/norms.ts";
export { overKPicture } from "./pictures/over-k.ts";
export { overNeighboursPicture } from "./pictures/over-neighbours.ts";
export { clusterPicture, similarityPicture } from "./pictures/similarity-map.ts";
export { termsPicture } from "./pictures/terms.ts";
export type { Block, Prose, Report, Section } from "./report.ts";
export { modelSimilarities } from "./similarity.ts";
export { normsOf } from "./vector-norms.ts";
