/** Reports and their pictures, apart from `index.ts`: what draws takes a while to load. */
export { dataSection } from "./report/data-section.ts";
export { blankDocument } from "./report/document.ts";
export { comparisonGrid, evaluationReport } from "./report/evaluation-report.ts";
export { htmlOf } from "./report/html.ts";
export { inspectReport } from "./report/inspect-report.ts";
export { markdownOf } from "./report/markdown.ts";
export type { Cell, Picture, Table } from "./report/picture.ts";
export { normsOf, normsPicture } from "./report/pictures/norms.ts";
export { overKPicture } from "./report/pictures/over-k.ts";
export { clusterPicture } from "./report/pictures/similarity-map.ts";
export { termsPicture } from "./report/pictures/terms.ts";
export type { Block, Report, Section } from "./report/report.ts";
export { modelSimilarities } from "./report/similarity.ts";
