/** The most that this process may take: what it has, and what is free on the machine, in bytes. */
export function memoryForProcess(): number {
  return process.memoryUsage.rss() + process.availableMemory();
}
