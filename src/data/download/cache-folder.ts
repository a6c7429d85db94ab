import { homedir, platform } from "node:os";
import { join } from "node:path";

/** The folder for downloads and other files that can be made again: MATINEE_CACHE, or the system's own place for such files. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env, system: string = platform()): string {
  if (env.MATINEE_CACHE) return env.MATINEE_CACHE;
  if (system === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "matinee");
  if (system === "darwin") return join(homedir(), "Library", "Caches", "matinee");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "matinee");
}
