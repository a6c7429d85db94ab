/** A saved model's parts speak of the same films, or it is not written, or not opened. */
import {
  type DatasetInfo,
  decodeArtifact,
  encodeArtifact,
  idsFrom,
  MatineeError,
  open,
  type Tensor,
  type Trained,
} from "../../index.ts";

/** How each part loses its last film. */
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
  "ids of films": changeInfo(({ items: { values } }) => ({
    items: idsFrom(values instanceof Float64Array ? values.subarray(0, -1) : values.slice(0, -1)),
  })),
  titles: changeInfo(({ catalog }) => ({ catalog: { ...catalog, titles: catalog.titles.slice(0, -1) } })),
  genres: changeInfo(({ catalog }) => ({
    catalog: { ...catalog, genres: { ...catalog.genres, offsets: catalog.genres.offsets.slice(0, -1) } },
  })),
  "numbers of ratings": changeInfo(({ counts }) => ({ counts: counts.slice(0, -1) })),
};

function changeInfo(change: (space: DatasetInfo) => Partial<DatasetInfo>): (trained: Trained) => Trained {
  return ({ info, ...rest }) => ({ ...rest, info: { ...info, ...change(info) } });
}

/**
 * What is said of a `hybrid` of `als` and `tfidf` when one of its parts has lost a film: a row each.
 * @throws ARTIFACT_CONTENT where the model itself does not fit together, INTERNAL where one that does not is taken
 */
export async function brokenPartRows(trained: Trained): Promise<string[][]> {
  await saveAndOpen(trained);
  const rows: string[][] = [];
  for (const [part, broken] of Object.entries(withoutLastFilm)) {
    const said = await saveAndOpen(broken(trained)).catch((error: unknown) => {
      if (error instanceof MatineeError) return error.message;
      throw error;
    });
    if (said === undefined) throw new MatineeError("INTERNAL", `a model with one film less among its ${part} is taken`);
    rows.push([part, said]);
  }
  return rows;
}

/** Written, read and opened. */
async function saveAndOpen(trained: Trained): Promise<undefined> {
  const { header, chunks } = await encodeArtifact(trained);
  open(await decodeArtifact(new Uint8Array(Buffer.concat([header, ...chunks])), "the model"))[Symbol.dispose]();
}
