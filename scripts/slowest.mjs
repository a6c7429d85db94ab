/** A reporter of node:test: which files took longest, by the time of their tests. `npm test -- --slowest` */
const shown = 15;

export default async function* slowest(events) {
  const seconds = new Map();
  for await (const { type, data } of events) {
    if (!["test:pass", "test:fail"].includes(type) || data.nesting > 0 || !data.file) continue;
    seconds.set(data.file, (seconds.get(data.file) ?? 0) + data.details.duration_ms / 1000);
  }
  yield "\nSlowest files:\n";
  const sorted = [...seconds].sort(([, a], [, b]) => b - a).slice(0, shown);
  for (const [file, time] of sorted) yield `${time.toFixed(1).padStart(7)} s  ${file}\n`;
}
