// Builds static/dist from static/src: bundled, minified, named by content, and compressed ahead of time.
// Called by static/build.py, which decides whether a build is needed and writes the stamp.
import { build } from "esbuild";
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist");
const entries = { app: "src/js/app.js", editor: "src/js/editor/page.js", runs: "src/js/runs/page.js", theme: "src/css/app.css", icon: "src/icon.svg" };

await rm(dist, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: entries,
  bundle: true,
  minify: true,
  format: "esm",
  // What is fetched when it is first wanted shares its libraries with the page.
  splitting: true,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  loader: { ".svg": "copy" },
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  metafile: true,
  legalComments: "eof",
  logLevel: "warning",
});

const manifest = {};
for (const [output, about] of Object.entries(metafile.outputs)) {
  const file = basename(output);
  const entry = Object.entries(entries).find(([, source]) => about.entryPoint === source || source in about.inputs);
  const extension = file.slice(file.lastIndexOf("."));
  if (entry) manifest[entry[0] + extension] = file;
  const bytes = await readFile(join(dist, file));
  await writeFile(join(dist, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  await writeFile(
    join(dist, `${file}.br`),
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  );
}
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
