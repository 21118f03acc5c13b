// Builds what the browser runs into internal/web/assets, named by the hash of its content.
import { build } from "esbuild";
import { readFile, readdir, rm, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "../internal/web/assets"));

// The icons that the pages use, of Lucide's.
const icons = [
  "house", "package-plus", "hammer", "truck", "clipboard-list", "boxes", "warehouse", "gauge", "siren", "book-open", "file-up", "settings", "users",
  "search", "scan-line", "menu", "sun-moon", "undo-2", "download", "printer", "plus", "arrow-right", "arrow-left", "arrow-up", "arrow-down", "check", "x", "octagon-alert", "triangle-alert", "info",
  "lock", "git-fork", "chart-line", "file-text", "camera", "shield-check", "clock", "link",
];

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const result = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.ts", "scan-worker": "src/scan-worker.ts", style: "src/style.css" },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  legalComments: "none",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: "/assets/",
  loader: { ".woff2": "file", ".wasm": "file" },
  metafile: true,
});

const manifest = {};
for (const [file, made] of Object.entries(result.metafile.outputs)) {
  if (made.entryPoint) manifest[basename(made.entryPoint)] = basename(file);
}
for (const file of (await readdir(out)).sort()) {
  const font = /^(ibm-plex-sans-latin-400-normal)-.*\.woff2$/.exec(file);
  if (font) manifest["font"] = file;
}
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");

const drawn = {};
for (const name of icons) {
  const svg = await readFile(join(here, `node_modules/lucide-static/icons/${name}.svg`), "utf8");
  drawn[name] = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
}
await writeFile(join(out, "icons.json"), JSON.stringify(drawn, null, 1) + "\n");

let licences = "What is built into these files, and under which licence.\n";
for (const name of ["@dagrejs/dagre", "cytoscape", "echarts", "zxing-wasm", "@fontsource/ibm-plex-sans", "@fontsource/ibm-plex-mono", "lucide-static"]) {
  const about = JSON.parse(await readFile(join(here, "node_modules", name, "package.json"), "utf8"));
  licences += `${name} ${about.version}: ${about.license}\n`;
}
await writeFile(join(out, "licences.txt"), licences);
