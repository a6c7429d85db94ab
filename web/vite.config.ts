import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const fontLicence = join(import.meta.dirname, "../node_modules/@fontsource-variable/league-gothic/LICENSE");

export default defineConfig({
  root: import.meta.dirname,
  base: "./", // the page may stand below a prefix of somebody's own server
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // A strict content security policy allows files of our own and no data: addresses.
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    // light-dark() as it stands: a part of the page may be dark where the rest is light.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: { input: ["index.html", "admin.html"].map((name) => join(import.meta.dirname, name)) },
  },
  plugins: [
    {
      // The font's licence asks to be where the font is.
      name: "font-licence",
      generateBundle() {
        this.emitFile({ type: "asset", fileName: "league-gothic-licence.txt", source: readFileSync(fontLicence) });
      },
    },
  ],
  // `vite web` beside a running `matinee serve`.
  server: { proxy: { "/api": "http://127.0.0.1:7070" } },
});
