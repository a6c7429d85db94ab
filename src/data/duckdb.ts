import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";

/** Runs work on a DuckDB of its own, in memory, and closes it whatever happens. */
export async function withDuckDB<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  // Loaded at the first table that is read, so that what reads none starts without it.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  // No extension is ever fetched from the network for the sake of a path that looks like an address.
  // And nothing is put into the folder the process happens to run in, as DuckDB would when memory is short.
  const settings = {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
  };
  const instance = await DuckDBInstance.create(":memory:", settings);
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** SQL text: O'Hara → 'O''Hara'. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** SQL text of a path that means this one file, whatever wildcards its name holds: r[1].csv → 'r[[]1].csv'. */
export function sqlPath(path: string): string {
  return sqlString(path.replace(/[*?[]/g, "[$&]"));
}

/** SQL name: say "hi" → "say ""hi""". */
export function sqlIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The values of a DOUBLE column without NULLs, as DuckDB holds them: no copy, valid until the next chunk. */
export function numberValues(chunk: DuckDBDataChunk, column: number): Float64Array {
  // The array is private in the declaration; the public way, value by value, is 10 times slower.
  const { items } = chunk.getColumnVector(column) as unknown as { items?: unknown };
  if (!(items instanceof Float64Array)) throw new TypeError(`column ${column} is not DOUBLE`);
  return items;
}

/** The values of a VARCHAR column; null where missing. */
export function textValues(chunk: DuckDBDataChunk, column: number): (string | null)[] {
  return chunk.getColumnValues(column).map((value) => (value === null ? null : String(value)));
}
