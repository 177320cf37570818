// Purge the styles of a built book, in place: node purge.mjs FOLDER. Called by theme.py.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PurgeCSS } from "purgecss";

const out = process.argv[2];
const files = (folder, ending) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
const raw = (path) => ({ raw: readFileSync(path, "utf8"), extension: path.split(".").at(-1) });
const css = files(join(out, "_static"), ".css");
const content = [...files(out, ".html"), ...files(join(out, "_static"), ".js")];
const purged = await new PurgeCSS().purge({
  content: content.map(raw),
  css: css.map((path) => ({ raw: readFileSync(path, "utf8"), name: path })),
  fontFace: true,
  keyframes: true,
});
purged.forEach(({ css: text }, k) => writeFileSync(css[k], text));
