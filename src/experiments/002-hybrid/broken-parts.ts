/** Models whose parts do not hold the same films, which must not be saved or opened. */
import {
  type DatasetInfo,
  decodeArtifact,
  encodeArtifact,
  idsFrom,
  MatineeError,
  openModel,
  type Tensor,
  type Trained,
} from "../../core.ts";

/** Removes the last film from one part. */
const withoutLastFilm: Record<string, (trained: Trained) => Trained> = {
  "vectors of films": ({ state, ...rest }) => {
    const { als } = state.parts!;
    const { shape, data } = als.tensors.items;
    const [films, length] = shape;
    const items = { shape: [films - 1, length], data: data.subarray(0, (films - 1) * length) };
    return {
      ...rest,
      state: { ...state, parts: { ...state.parts, als: { ...als, tensors: { ...als.tensors, items } } } },
    };
  },
  "texts of films": ({ state, ...rest }) => {
    const { tfidf } = state.parts!;
    const { data } = tfidf.tensors.offsets;
    const films = data.length - 1;
    const last = data[films - 1];
    const tensors: Record<string, Tensor> = {
      ...tfidf.tensors,
      offsets: { shape: [films], data: data.subarray(0, films) },
    };
    for (const name of ["indices", "counts"])
      tensors[name] = { shape: [last], data: tensors[name].data.subarray(0, last) };
    return { ...rest, state: { ...state, parts: { ...state.parts, tfidf: { ...tfidf, tensors } } } };
  },
  "ids of films": withInfo(({ items: { values } }) => ({
    items: idsFrom(values instanceof Float64Array ? values.subarray(0, -1) : values.slice(0, -1)),
  })),
  titles: withInfo(({ catalog }) => ({ catalog: { ...catalog, titles: catalog.titles.slice(0, -1) } })),
  genres: withInfo(({ catalog }) => ({
    catalog: { ...catalog, genres: { ...catalog.genres, offsets: catalog.genres.offsets.slice(0, -1) } },
  })),
  "numbers of ratings": withInfo(({ counts }) => ({ counts: counts.slice(0, -1) })),
};

function withInfo(change: (info: DatasetInfo) => Partial<DatasetInfo>): (trained: Trained) => Trained {
  return ({ info, ...rest }) => ({ ...rest, info: { ...info, ...change(info) } });
}

/**
 * Removes the last film from each part of a `hybrid` of `als` and `tfidf` in turn: rows of the part and the error message.
 *
 * @throws ARTIFACT_CONTENT where the model itself is broken; INTERNAL where a broken model is accepted
 */
export async function brokenPartRows(trained: Trained): Promise<string[][]> {
  await saveAndOpen(trained);
  const rows: string[][] = [];
  for (const [part, broken] of Object.entries(withoutLastFilm)) {
    const message = await saveAndOpen(broken(trained)).catch((error: unknown) => {
      if (error instanceof MatineeError) return error.message;
      throw error;
    });
    if (message === undefined)
      throw new MatineeError("INTERNAL", `a model with one film less among its ${part} is taken`);
    rows.push([part, message]);
  }
  return rows;
}

/** Saves the model in memory, reads and opens it. */
async function saveAndOpen(trained: Trained): Promise<undefined> {
  const { header, chunks } = await encodeArtifact(trained);
  openModel(await decodeArtifact(new Uint8Array(Buffer.concat([header, ...chunks])), "the model"))[Symbol.dispose]();
}
