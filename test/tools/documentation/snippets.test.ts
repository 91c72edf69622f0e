// Every snippet and command of the READMEs and the guides. What ran each: npx jest <this file> --verbose
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { parseAllDocuments } from "yaml";
import { commandLine } from "../../../src/cli/run-cli";
import { TerraformTest, findTerraform } from "../../../src/plugin/testing";
import { PROVIDER_ADDRESS } from "../../../src/provider/address";
import { cronofyHandlers } from "../../../src/provider/provider";
import { brokenLinks } from "../../../tools/generators/documentation/broken-links";
import { splitAtCode } from "../../../tools/generators/documentation/markdown-code";

jest.setTimeout(120_000);

const ROOT = path.resolve(__dirname, "../../..");
const PAGES = [
  ...["README.md", "CONTRIBUTING.md", "src/cli/README.md", "src/constructs/README.md"],
  ...["docs/sandbox.md", "docs/security.md", "docs/benchmarks.md"],
  ...readdirSync(path.join(ROOT, "docs/guides")).map((name) => `docs/guides/${name}`),
  ...readdirSync(path.join(ROOT, "examples"))
    .map((name) => `examples/${name}/README.md`)
    .filter((file) => existsSync(path.join(ROOT, file))),
];

interface Snippet {
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const CODE = PAGES.flatMap((page) => {
  let line = 1;
  return splitAtCode(readFileSync(path.join(ROOT, page), "utf8")).flatMap(({ text, isCode }) => {
    const place = `${page}:${line}`;
    line += text.split("\n").length - 1;
    return isCode ? [{ place, text }] : [];
  });
});
const SNIPPETS = CODE.flatMap(({ place, text }): Snippet[] => {
  const [, language, content = ""] = /^```+(.*)\n([^]*?) *```+$/.exec(text) ?? [];
  return language === undefined ? [] : [{ place, language, text: content }];
});
/** What a sentence or a table names. */
const MENTIONS = CODE.map(({ place, text }) => ({
  place,
  text: text.replace(/^`+|`+$/g, "").replace(/\s+/g, " "),
})).filter(({ text }) => /^(npx )?(ou-link|npm run) ./.test(text));

/** Languages that nothing here reads, and why. */
const ONLY_SHOWN: Readonly<Record<string, string>> = {
  text: "what a program prints",
  groovy: "run by test/pipelines/pipelines.test.ts",
  sql: "run, with other names, by test/link-store/postgres-link-store.test.ts",
  nginx: "no nginx here",
  caddyfile: "no Caddy here",
  ini: "no systemd here",
  python: "synthesized and validated by hand; no Python CDK here",
};

/** What a reader has on their machine, beside what is ours. */
const PROGRAMS = new Set(
  ". [ true cat cd cdktf cdktn chmod code=0 cp curl docker echo exit export git gh jq mkdir mv openssl pip psql rm sed set sh source test unset vault xargs".split(
    " ",
  ),
);
/** What a part of a TypeScript program takes from the rest of it. */
const GIVEN: Readonly<Record<string, string>> = {
  stack: 'import("cdktf").TerraformStack',
  MyApplication:
    "new (options: { fetch: typeof fetch; clientId: string; clientSecret: string }) => " +
    "{ authorizationUrl(account: string): Promise<string>; callback(url: string): Promise<void> }",
};
const SHELL_WORDS = new Set(["if", "then", "else", "fi", "while", "do", "done", "!", "time", "exec", "sudo"]);

const scripts = (JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { scripts: object }).scripts;
const of = (...languages: string[]) => SNIPPETS.filter(({ language }) => languages.includes(language));
/** A test for each snippet: what reads it is in the name of the tests around. */
const each = (languages: string[], check: (snippet: Snippet) => void) => {
  for (const snippet of of(...languages)) it(snippet.place, () => check(snippet));
};

it("every snippet says in which language it is, and something reads that, or it is only shown", () => {
  const read = ["sh", "hcl", "terraform", "ts", "json", "yaml", ...Object.keys(ONLY_SHOWN)];
  expect(SNIPPETS.filter(({ language }) => !read.includes(language)).map(({ place }) => place)).toEqual([]);
});

it("every link leads somewhere", () => {
  const at = (file: string) => ({
    path: file,
    markdown: file.endsWith(".md") ? readFileSync(path.join(ROOT, file), "utf8") : "",
  });
  expect(
    brokenLinks(
      PAGES.map(at),
      filesOf(ROOT)
        .filter((file) => !PAGES.includes(file))
        .map(at),
    ),
  ).toEqual([]);
});

describe("only shown", () => {
  for (const { place, language } of of(...Object.keys(ONLY_SHOWN))) {
    it(`${place}: ${ONLY_SHOWN[language] ?? ""}`, () => undefined);
  }
});

describe("a shell, and ou-link's own command line", () => {
  each(["sh"], ({ text }) => {
    const { stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(commandsOf(text).flatMap((words) => commandProblem(words) ?? [])).toEqual([]);
  });
  for (const { place, text } of MENTIONS) {
    it(`${place}: ${text}`, () => expect(mentionProblem(text.split(" "))).toBeNull());
  }
});

describe("a parser", () => {
  each(["json"], ({ text }) => void JSON.parse(text));
  // Of CircleCI's, what stands between << and >> is filled in before it is YAML.
  each(["yaml"], ({ text }) =>
    expect(parseAllDocuments(text.replace(/<<.*?>>/g, "x")).flatMap(({ errors }) => errors)).toEqual([]),
  );
});

describe("TypeScript, in one program", () => {
  let complaints = "";
  beforeAll(() => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "snippets-"));
    const from = (file: string) => path.join(ROOT, file);
    const paths = {
      "terraform-provider-cronofy": [from("src/constructs/index.ts")],
      "ou-link/link-service": [from("lib/link-service/index.d.ts")],
      "ou-link/sandbox": [from("lib/sandbox/index.d.ts")],
      "*": [from("node_modules/@types/*"), from("node_modules/*")],
    };
    const compilerOptions = {
      paths,
      module: "esnext",
      noUnusedLocals: false,
      typeRoots: [from("node_modules/@types")],
      types: ["node"],
    };
    writeFileSync(
      path.join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: from("tsconfig.json"),
        compilerOptions,
        include: ["*.ts"],
      }),
    );
    for (const snippet of of("ts")) {
      const given = Object.entries(GIVEN).filter(
        ([name]) => new RegExp(`\\b${name}\\b`).test(snippet.text) && !snippet.text.includes(`const ${name} `),
      );
      const declared = given.map(([name, type]) => `declare const ${name}: ${type};\n`).join("");
      writeFileSync(path.join(folder, fileOf(snippet)), `${declared}${snippet.text}\nexport {};\n`);
    }
    const tsc = from("node_modules/typescript7/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { encoding: "utf8" });
    complaints = stdout;
    rmSync(folder, { recursive: true });
  });

  each(["ts"], (snippet) =>
    expect(complaints.split("\n").filter((line) => line.includes(fileOf(snippet)))).toEqual([]),
  );

  it("has nothing else to complain of", () => expect(complaints.replace(/^.*_md_.*\n/gm, "")).toBe(""));
});

describe("terraform fmt and validate, in one workspace", () => {
  let terraform: TerraformTest;
  let complaints: { readonly file: string; readonly says: string }[];
  const HCL = ["hcl", "terraform"];
  beforeAll(async () => {
    terraform = await TerraformTest.create({
      attached: { [PROVIDER_ADDRESS]: cronofyHandlers({ env: {} }) },
      configuration: "",
    });
    const { workspace } = terraform;
    const requirements =
      'terraform {\n  required_providers {\n    cronofy = {\n      source = "ou-link/cronofy"\n    }\n  }\n}\n';
    const modules: string[] = [];
    for (const snippet of of(...HCL)) {
      const folder = fileOf(snippet);
      const write = (file: string, text: string) => {
        mkdirSync(path.dirname(path.join(workspace.directory, file)), { recursive: true });
        writeFileSync(path.join(workspace.directory, file), text);
      };
      // Only the root may import. What configures Terraform itself is no module.
      if (/^import \{/m.test(snippet.text)) write(`${folder}.tf`, snippet.text);
      else write(`${folder}/snippet.tf`, snippet.text);
      if (/^(import|provider_installation) \{/m.test(snippet.text)) continue;
      if (!/^terraform \{/m.test(snippet.text)) write(`${folder}/versions.tf`, requirements);
      modules.push(`module "${folder}" {\n  source = "./${folder}"\n}\n`);
    }
    writeFileSync(path.join(workspace.directory, "main.tf"), [requirements, ...modules].join("\n"));
    const initialized = await workspace.run(["init"]);
    expect(initialized.stderr).toBe("");
    const { diagnostics } = JSON.parse((await workspace.run(["validate", "-json"])).stdout) as {
      diagnostics: { summary: string; detail: string; range?: { filename: string } }[];
    };
    const { stdout } = await workspace.run(["fmt", "-check", "-recursive", "-list=true"]);
    complaints = [
      ...diagnostics.map(({ summary, detail, range }) => ({
        file: range?.filename ?? "",
        says: `${summary}: ${detail}`,
      })),
      ...stdout.split("\n").map((file) => ({ file, says: "is not formatted" })),
    ];
  });
  afterAll(() => terraform.close());

  each(HCL, (snippet) => expect(complaints.filter(({ file }) => file.startsWith(fileOf(snippet)))).toEqual([]));
});

describe("troubleshooting.md", () => {
  it("quotes messages as the sources have them", () => {
    const sources = [...readdirSync(path.join(ROOT, "src"), { recursive: true, encoding: "utf8" }), "../bin/ou-link.js"]
      .filter((file) => /\.[tj]s$/.test(file))
      .map((file) => readFileSync(path.join(ROOT, "src", file), "utf8"))
      .join("\n")
      // A message goes over several lines, and what is put into it stands in it.
      .replace(/["'`] \+\s*(\w+ \+\s*)?["'`]/g, "")
      .replace(/\$\{STORE_KEY_VARIABLE\}/g, "OU_LINK_STORE_KEY");
    const guide = readFileSync(path.join(ROOT, "docs/guides/troubleshooting.md"), "utf8");
    const quoted = [...guide.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text),
    );
    expect(quoted.length).toBeGreaterThan(50);
    expect(quoted.filter((text) => text.split("…").some((part) => !sources.includes(part.trim())))).toEqual([]);
  });
});

/** The name of a snippet among others, for a file or a folder. */
function fileOf({ place, language }: Snippet): string {
  const name = place.replace(/\W/g, "_");
  return language === "ts" ? `${name}.ts` : name;
}

/** Files and folders that may be linked to. */
function filesOf(folder: string, name = ""): string[] {
  const made = /^(node_modules|dist|lib|build|release|test-results|cdktf\.out|\..*)$/;
  return readdirSync(path.join(folder, name), { withFileTypes: true }).flatMap((entry) => {
    if (made.test(entry.name) && entry.name !== ".github") return [];
    const inside = path.posix.join(name, entry.name);
    return entry.isDirectory() ? [inside, ...filesOf(folder, inside)] : [inside];
  });
}

/** The simple commands of a script: the words of each, without redirections and what they stand behind. */
function commandsOf(script: string): string[][] {
  const commands: string[][] = [];
  const pattern =
    /\\\n|(?<![^\s;|&(])#[^\n]*|([\n;|&()]+)|\d?[<>]+&?\s*("[^"]*"|\S+)|((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s;|&()<>"'\\])+)/g;
  let words: string[] = [];
  for (const [, end, , word] of script.matchAll(pattern)) {
    if (word !== undefined) words.push(word.replace(/^(["'])(.*)\1$/s, "$2"));
    if (end === undefined) continue;
    commands.push(words);
    words = [];
  }
  return [...commands, words]
    .map((each) => each.slice(each.findIndex((word) => !SHELL_WORDS.has(word) && !/^\w+=/.test(word))))
    .filter(([first]) => first !== undefined && !/^\w+=/.test(first));
}

/** What is wrong with a command; null where nothing is. */
function commandProblem([program = "", ...args]: readonly string[]): string | null {
  if (program === "npx") return commandProblem(args);
  if (program === "ou-link") return parseProblem(args);
  if (program === "npm") return mentionProblem(["npm", ...args]);
  if (program === "terraform" || program === "tofu") {
    const subcommand = args.find((word) => !word.startsWith("-")) ?? "";
    return terraformCommands().has(subcommand) ? null : `terraform has no ${subcommand}`;
  }
  if (program === "tsx" || PROGRAMS.has(program)) return null;
  return `nobody knows ${program}`;
}

/** What is wrong with a command that a text only names, with what it takes or without. */
function mentionProblem(words: readonly string[]): string | null {
  const [program, ...args] = words.filter((word) => word !== "npx" && word !== "help");
  if (program === "npm") {
    const isThere =
      args[0] !== "run" || Object.hasOwn(scripts, args.find((word) => word !== "run" && !word.startsWith("-")) ?? "");
    return isThere ? null : `there is no npm script ${args.join(" ")}`;
  }
  let command: Command = ouLink();
  const root = command;
  for (const word of args) {
    const next: Command | undefined = command.commands.find((each) => each.name() === word);
    if (next !== undefined) command = next;
    else if (command === root && !word.startsWith("-") && !/^[<…]/.test(word)) return `ou-link has no ${word}`;
    const [flag = ""] = word.split("=");
    const known = [...root.options, ...command.options].some(({ long, short }) => long === flag || short === flag);
    if (/^--?[a-z]/.test(flag) && flag !== "--help" && !known) return `${command.name()} has no ${flag}`;
  }
  return null;
}

/** What ou-link says to a command line before it does anything; null where it takes it. */
function parseProblem(args: readonly string[]): string | null {
  const silent = (command: Command) => {
    command.action(() => undefined);
    command.commands.forEach(silent);
  };
  const program = ouLink();
  silent(program);
  try {
    program.parse(args, { from: "user" });
    return null;
  } catch (error) {
    return `ou-link ${args.join(" ")}: ${(error as Error).message}`;
  }
}

function ouLink(): Command {
  const nothing = () => undefined;
  return commandLine(
    {
      ...{
        env: {},
        platform: process.platform,
        architecture: process.arch,
        print: nothing,
        note: nothing,
        warn: nothing,
      },
      ...{ output: new PassThrough(), input: new PassThrough(), prompt: new PassThrough() },
      interruption: () => new AbortController().signal,
    },
    nothing,
  ).program;
}

let known: ReadonlySet<string> | undefined;

function terraformCommands(): ReadonlySet<string> {
  const help = () => spawnSync(findTerraform(process.env).path, ["-help"], { encoding: "utf8" }).stdout;
  return (known ??= new Set([...help().matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = ""]) => name)));
}
