import { Command } from "commander";
import { siteCommand } from "./site.ts";

export function exportCommand(): Command {
  return new Command("export").description("Writes the page as a site that needs no server.").addCommand(siteCommand());
}
