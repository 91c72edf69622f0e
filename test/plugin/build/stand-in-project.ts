import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What there is of Bun where it has nothing to compile. */
const BUN = `#!/bin/sh
case "$1" in
--version) echo 1.4.5 ;;
--print) echo '{ "webkit": "ab12", "tinycc": "cd34" }' ;;
build)
  for each in "$@"; do
    case "$each" in
    --metafile=*) cat metafile.json > "\${each#*=}" ;;
    --outfile=*) out=\${each#*=} ;;
    --target=*) target=\${each#*=} ;;
    esac
  done
  echo "notes for $target" > "$out"
  ;;
*) echo "This is the Terraform provider registry.terraform.io/example/notes." >&2; exit 1 ;;
esac
`;

/** The npm packages whose code is in the provider, and files of theirs. */
const PACKAGES: Readonly<Record<string, { license?: unknown; files?: Readonly<Record<string, string>> }>> = {
  "@scope/one": {
    license: "(MIT OR Apache-2.0)",
    files: { LICENSE: "One's own licence.\n", NOTICE: "One's notice.\n" },
  },
  two: {
    license: "ISC",
    files: { "README.md": "# two\n\n## License\n\nTwo's own licence.\n\n## Thanks\n\nTo all.\n" },
  },
  three: { license: "SEE LICENSE IN terms.txt" },
  four: { license: { type: "MIT" }, files: { "license.md": "Four's own licence.\n" } },
  five: {},
};

/** Puts a provider's project into an empty folder, and where its dependencies belong what stands in for them. */
export function standInProject(folder: string): void {
  const write = (file: string, content: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  };
  write("LICENSE", "MPL-2.0\n");
  const sources = ["main.ts", ...Object.keys(PACKAGES).map((name) => `node_modules/${name}/lib/index.js`)];
  const inputs = Object.fromEntries(sources.map((source) => [source, {}]));
  write("metafile.json", JSON.stringify({ outputs: { "./provider": { inputs } } }));
  for (const [name, { license, files = {} }] of Object.entries(PACKAGES)) {
    const all = { "package.json": JSON.stringify({ name, version: "1.0.0", license }), ...files };
    for (const [file, content] of Object.entries(all)) write(`node_modules/${name}/${file}`, content);
  }
  const runtimes = ["@oven/bun-windows-x64", "@oven/bun-freebsd-x64", "@oven/bun-freebsd-aarch64"];
  const optionalDependencies = Object.fromEntries(runtimes.map((name) => [name, "1.4.5"]));
  write("node_modules/bun/package.json", JSON.stringify({ optionalDependencies }));
  for (const file of ["bun/bin/bun.exe", ...runtimes.map((name) => `${name}/bin/bun`)]) {
    write(`node_modules/${file}`, BUN);
    chmodSync(path.join(folder, "node_modules", file), 0o755);
  }
}
