import { spawnSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { GLIBC_VERSION } from "./carried-glibc";
import type { Bun } from "./installed-bun";
import { LGPL_2_1 } from "./lgpl";

/** One thing that a release consists of, and that others have written. */
interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** An SPDX expression; in other words where the author has used others; undefined where nothing is said. */
  readonly license: string | undefined;
  /** The licence and what else has to be passed on. */
  readonly text: string;
  /** What is linked into it. */
  readonly components?: readonly Component[];
}

/** What is in a release, beside the project's own code. */
export interface Materials {
  /** The npm packages, by name. */
  readonly packages: readonly Component[];
  readonly runtime: Component;
  /** What packages for Linux hold as well. */
  readonly glibc: Component;
}

const GLIBC: Component = {
  name: "glibc",
  version: GLIBC_VERSION,
  purl: `pkg:deb/debian/libc6@${encodeURIComponent(GLIBC_VERSION)}?distro=debian-12`,
  license: "LGPL-2.1-or-later",
  text: `Where a system has another C library, the program runs with the loader and the libraries of glibc in the folder runtime.
They are those of Debian's package libc6, unchanged; runtime/glibc-copyright.txt holds their licences and says where their
source is. Others may be put in their place.`,
};

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
}

/**
 * Finds what an executable consists of.
 *
 * @param folder the project
 * @param sources files whose code is in the executable, seen from there
 */
export async function materialsOf(folder: string, sources: readonly string[], bun: Bun): Promise<Materials> {
  const folders = new Set(sources.flatMap((file) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const packages = new Map<string, Component>();
  for (const each of folders) {
    const component = await packageIn(path.resolve(folder, each));
    packages.set(component.purl, component);
  }
  return {
    packages: [...packages.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
    runtime: runtimeOf(bun),
    glibc: GLIBC,
  };
}

async function packageIn(folder: string): Promise<Component> {
  const { name, version, license } = JSON.parse(
    await readFile(path.join(folder, "package.json"), "utf8"),
  ) as PackageJson;
  return {
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    license: typeof license === "object" ? license.type : license,
    text: await licenceText(folder),
  };
}

/** The package's licence and notices; of some, their README holds it. */
async function licenceText(folder: string): Promise<string> {
  const files = (await readdir(folder, { withFileTypes: true }))
    .flatMap((file) => (file.isFile() && /^(licen[cs]e|copying|notice)/i.test(file.name) ? [file.name] : []))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  if (texts.length > 0) return texts.map((text) => text.trim()).join("\n\n");
  const readme = await readFile(path.join(folder, "README.md"), "utf8").catch(() => "");
  const [, section] = /^(?:#+ *licen[cs]e *|licen[cs]e\n-+)\n+([^]+?)(?:\n#|$(?![^]))/im.exec(readme) ?? [];
  return section?.trim() ?? "The package holds no text of its licence.";
}

/** Bun says of itself which version of each library it was linked with. */
function runtimeOf({ compiler, version }: Bun): Component {
  const { stdout } = spawnSync(compiler, ["--print", "JSON.stringify(process.versions)"], { encoding: "utf8" });
  const versions = JSON.parse(stdout) as Readonly<Record<"webkit" | "tinycc", string>>;
  const linked = (name: string, repository: string, commit: string, license: string): Component => ({
    name,
    version: commit,
    purl: `pkg:github/${repository}@${commit}`,
    license,
    text: "",
  });
  const components = [
    linked("JavaScriptCore", "oven-sh/webkit", versions.webkit, "LGPL-2.0-or-later AND BSD-2-Clause"),
    linked("TinyCC", "oven-sh/tinycc", versions.tinycc, "LGPL-2.1-or-later"),
  ];
  return {
    name: "Bun",
    version,
    purl: `pkg:github/oven-sh/bun@bun-v${version}`,
    license: "MIT",
    text: `The executable is this program's code and the runtime Bun, which is under the MIT licence. Bun's source, and how to build
it, are at https://github.com/oven-sh/bun, tag bun-v${version}.

Bun is linked statically with JavaScriptCore and TinyCC, which are under the GNU Lesser General Public License (the former
from version 2 on, when it was the Library General Public License, the latter from 2.1 on; parts are under other licences).
Their sources:
${components.map(({ purl }) => `  https://github.com/${purl.slice("pkg:github/".length).replace("@", "/tree/")}`).join("\n")}
Who wants another one in it may build Bun with that, and compile this program with what comes of it; to find out by reverse
engineering whether a changed one works is allowed. The other libraries that Bun is linked with, and their licences, are in
https://github.com/oven-sh/bun/blob/bun-v${version}/LICENSE.md.

${LGPL_2_1.trim()}`,
    components,
  };
}

/** What is released. */
interface Subject {
  readonly name: string;
  readonly version: string;
  /** When it was. */
  readonly time: Date;
  readonly targets: readonly string[];
}

/** The bill of materials in CycloneDX's format, as JSON. The same materials give the same text. */
export function cycloneDx({ name, version, time, targets }: Subject, { packages, runtime, glibc }: Materials): string {
  const bill = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: time.toISOString(),
      component: { "bom-ref": name, type: "application", name, version },
    },
    components: [
      ...packages.map((each) => cycloneDxComponent("library", each)),
      cycloneDxComponent("platform", runtime),
      ...(targets.some(isLinux) ? [cycloneDxComponent("library", glibc)] : []),
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function cycloneDxComponent(type: string, { name, version, purl, license, components }: Component): object {
  const [, scope, bare] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  // Words that are no expression may be a name.
  const expression = license !== undefined && /^[\w.+() -]+$/.test(license) && !/^(SEE|UNLICENSED)/.test(license);
  return {
    ...{ "bom-ref": purl, type, ...(scope && { group: scope }), name: bare ?? name, version },
    ...(license && {
      licenses: [expression ? { expression: bareExpression(license) } : { license: { name: license } }],
    }),
    purl,
    ...(components && { components: components.map((each) => cycloneDxComponent("library", each)) }),
  };
}

function bareExpression(license: string): string {
  return license.replace(/^\((.*)\)$/, "$1");
}

/** What has to be passed on with the package for one platform, as text for people. */
export function thirdPartyNotices(name: string, target: string, { packages, runtime, glibc }: Materials): string {
  const line = "-".repeat(80);
  return [
    `${name} holds code of others, under these licences.`,
    ...[runtime, ...(isLinux(target) ? [glibc] : []), ...packages].map(
      (each) => `${line}\n${each.name} ${each.version} (${each.license ?? "no licence named"})\n\n${each.text}`,
    ),
    "",
  ].join("\n\n");
}

function isLinux(target: string): boolean {
  return target.startsWith("linux_");
}
