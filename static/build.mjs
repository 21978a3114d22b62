// Builds the front end from static/src into the folder it is given: bundled, minified, named by content, and compressed ahead of time.
// Called by static/build.py, which decides whether a build is needed, puts what comes of it in its place, and writes the stamp.
import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = process.argv[2];
const entries = { app: "src/js/app.js", editor: "src/js/editor/page.js", runs: "src/js/runs/page.js", theme: "src/css/app.css", icon: "src/icon.svg" };

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
  outdir: folder,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  metafile: true,
  legalComments: "eof",
  logLevel: "warning",
});

// What a file needs at once, and what that needs: pages name these too, so that they are fetched along with it and not one after the other.
function needs(output, found = new Set()) {
  for (const { path, kind } of metafile.outputs[output].imports) {
    if (kind !== "import-statement" || found.has(path)) continue;
    found.add(path);
    needs(path, found);
  }
  return found;
}

const manifest = { files: {}, imports: {} };
for (const [output, about] of Object.entries(metafile.outputs)) {
  const file = basename(output);
  const entry = Object.entries(entries).find(([, source]) => about.entryPoint === source || source in about.inputs);
  const extension = file.slice(file.lastIndexOf("."));
  if (entry) {
    manifest.files[entry[0] + extension] = file;
    manifest.imports[entry[0] + extension] = [...needs(output)].map((path) => basename(path));
  }
  const bytes = await readFile(join(folder, file));
  await writeFile(join(folder, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  await writeFile(
    join(folder, `${file}.br`),
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  );
}
await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
