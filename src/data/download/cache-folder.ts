import { homedir, platform, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { MatineeError } from "../../errors.ts";

/**
 * The folder for downloads and other files that can be made again: MATINEE_CACHE, or the system's own place for such files. Never one below
 * the working folder, unless MATINEE_CACHE names it.
 *
 * @throws WRITE_FAILED where there is no home folder
 */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env, system: string = platform()): string {
  if (env.MATINEE_CACHE) return env.MATINEE_CACHE;
  const named = system === "win32" ? env.LOCALAPPDATA : system === "darwin" ? undefined : env.XDG_CACHE_HOME;
  if (named && isAbsolute(named)) return join(named, "matinee");
  const place = system === "win32" ? ["AppData", "Local"] : system === "darwin" ? ["Library", "Caches"] : [".cache"];
  return join(homeFolder(), ...place, "matinee");
}

/** The user's folder; that of the system's own list of users where HOME does not say. */
function homeFolder(): string {
  const home = [homedir, () => userInfo().homedir].map((find) => find()).find(isAbsolute);
  if (home !== undefined) return home;
  throw new MatineeError("WRITE_FAILED", "there is no home folder for files that are kept", {
    fix: "name a folder in MATINEE_CACHE",
  });
}
