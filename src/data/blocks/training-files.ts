/** The files of a training out of core, in a folder of their own. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { openPieces, writePieces } from "./pieces.ts";
import type { TrainingFiles } from "./rating-blocks.ts";

export function trainingFilesIn(folder: string): TrainingFiles {
  return {
    async open(name) {
      const path = join(folder, name);
      const isThere = await access(path).then(
        () => true,
        () => false,
      );
      return isThere ? openPieces(path) : undefined;
    },
    write: (name, write) => writePieces(join(folder, name), write),
  };
}
