import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";

/** Runs work on a new DuckDB in memory, and closes it afterwards. */
export async function withDuckDB<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  // Loaded at the first use: commands that read no table start faster without it.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  // No extension is fetched from the network because a path looks like an address, and nothing is written to the working
  // directory when memory is short.
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

/** A text in SQL: O'Hara → 'O''Hara'. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path in SQL that names this one file, whatever wildcards are in its name: r[1].csv → 'r[[]1].csv'. */
export function sqlPath(path: string): string {
  return sqlString(path.replace(/[*?[]/g, "[$&]"));
}

/** A name in SQL: say "hi" → "say ""hi""". */
export function sqlIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The values of a VARCHAR column; null where missing. */
export function textValues(chunk: DuckDBDataChunk, column: number): (string | null)[] {
  return chunk.getColumnValues(column).map((value) => (value === null ? null : String(value)));
}
