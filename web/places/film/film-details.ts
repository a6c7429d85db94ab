import type { Client, Id, RequestOptions } from "../../../src/client.ts";

/** What is known of a film besides its facts; absent where it is unknown. */
export interface FilmDetails {
  readonly mean?: number;
  /** The lowest rating first. */
  readonly histogram?: readonly { readonly rating: number; readonly count: number }[];
  /** The most used first. */
  readonly tags?: readonly { readonly tag: string; readonly count: number }[];
  readonly links?: { readonly imdb?: string; readonly tmdb?: string };
}

/** The details of a film; none where the client does not tell them. */
export async function detailsOf(client: Client, id: Id, options: RequestOptions): Promise<FilmDetails> {
  const { itemDetails } = client as Client & {
    itemDetails?: (id: Id, options: RequestOptions) => Promise<FilmDetails>;
  };
  return itemDetails ? itemDetails(id, options) : {};
}
