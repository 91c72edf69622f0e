import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Shell } from "../../src/cli/completion-command";
import type { ShellInstallation } from "../../tools/shells";

/** What a shell shows that a word could be. */
export interface Offer {
  readonly word: string;
  /** What it shows beside the word; bash shows nothing. */
  readonly says?: string;
}

const TIMEOUT = 20_000;

/**
 * Types command lines into an interactive shell, and has it complete each as a person does.
 *
 * @param script what `ou-link completion` printed for it
 * @param folder where the shell is started, and where it may keep files under `.shell`
 * @param lines what is typed after `ou-link `
 * @returns what it offers in place of the last word of each line
 */
export function typeInto(
  shell: Shell,
  installation: ShellInstallation,
  script: string,
  folder: string,
  lines: readonly string[],
): Offer[][] {
  const own = path.join(folder, ".shell");
  mkdirSync(own, { recursive: true });
  const run = (args: readonly string[], input = "") => {
    const { status, stdout, stderr, error } = spawnSync(installation.executable, args, {
      cwd: folder,
      // Neither the settings nor the history of whoever runs the tests. A folder's name may have letters beyond ASCII.
      env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", TERM: "dumb", HOME: own, ...installation.env },
      input,
      encoding: "utf8",
      timeout: TIMEOUT,
    });
    if (status !== 0) throw new Error(`${shell}: ${error?.message ?? `exit code ${status}`}\n${stdout}\n${stderr}`);
    return stdout.replace(/\r/g, "");
  };
  switch (shell) {
    case "bash":
      return offersOfBash(run, own, script, lines);
    case "zsh":
      return offersOfZsh(run, own, script, lines, installation);
    case "fish":
      return offersOfFish(run, own, script, lines);
  }
}

type Run = (args: readonly string[], input?: string) => string;

/**
 * Readline puts all that it offers into the line, which is then run: so its quotes are seen to be right, too. A line that ends
 * with a tab is completed by that instead.
 */
function offersOfBash(run: Run, own: string, script: string, lines: readonly string[]): Offer[][] {
  const settings = path.join(own, "bashrc");
  writeFileSync(
    settings,
    `${script}
bind '"\\C-xi": insert-completions'
ou-link() { printf '<%s>' "$@"; echo; }
`,
  );
  const typed = lines.map((line) => `ou-link ${line}${line.endsWith("\t") ? "" : "\x18i"}\n`).join("");
  const printed = run(["--noprofile", "--rcfile", settings, "-i"], `${typed}exit 0\n`);
  return printed
    .trim()
    .split("\n")
    .map((line, at) => {
      const before = lines[at]?.split(" ") ?? [];
      const last = before.pop();
      const words = [...line.matchAll(/<(.*?)>/g)].map(([, word = ""]) => word).slice(before.length);
      return words.filter((word) => word !== "" && word !== last).map((word) => offer(word));
    });
}

/** In a terminal of zsh's own, a second zsh lists what it offers as it shows that to a person. */
function offersOfZsh(
  run: Run,
  own: string,
  script: string,
  lines: readonly string[],
  { executable, zshModules }: ShellInstallation,
): Offer[][] {
  writeFileSync(path.join(own, "_ou-link"), `${script}\n`);
  const modulePath = zshModules === undefined ? ":" : `module_path=('${zshModules}')`;
  const inner = path.join(own, "inner.zsh");
  writeFileSync(
    inner,
    `${modulePath}
PROMPT= RPROMPT= PROMPT_EOL_MARK= LISTMAX=10000
stty columns 200 rows 100
setopt zle
zmodload zsh/zle
unset zle_bracketed_paste
fpath=('${own}' $fpath)
autoload -Uz compinit
compinit -D -u
list() { print -r -- "<list>"; zle list-choices; zle -R; print -r -- "</list>"; BUFFER= }
zle -N list
bindkey '^Xl' list
print -r -- "<re""ady>"
`,
  );
  const outer = path.join(own, "outer.zsh");
  writeFileSync(
    outer,
    `${modulePath}
zmodload zsh/zpty || exit
zpty inner "\${(q)1}" -f -i
# Only now does it hear where its modules are, and that of its line editor is one of them.
zpty -w inner "${modulePath}; source '${inner}'"
zpty -r inner shown '*<ready>*'
for line in "\${@[2,-1]}"; do
  zpty -wn inner "ou-link $line"$'\\Cxl'
  zpty -r inner shown '*</list>*'
  print -r -- "$shown"
done
zpty -d inner
`,
  );
  const shown = run(["-f", outer, executable, ...lines]);
  return [...shown.matchAll(/<list>\n([^]*?)[^\n]*<\/list>/g)].map(([, list = ""]) =>
    list
      .split("\n")
      .filter((line) => line.trim() !== "")
      .flatMap((line) => {
        const [words = "", says] = line.trim().split(/ +-- /);
        return words.split(/ {2,}/).map((word) => offer(word, says));
      }),
  );
}

function offersOfFish(run: Run, own: string, script: string, lines: readonly string[]): Offer[][] {
  const completions = path.join(own, "ou-link.fish");
  writeFileSync(completions, `${script}\n`);
  const shown = run([
    "--no-config",
    "-c",
    `source $argv[1]; for line in $argv[2..-1]; complete -C "ou-link $line"; echo "<end>"; end`,
    completions,
    ...lines,
  ]);
  return shown
    .split("<end>\n")
    .slice(0, -1)
    .map((list) =>
      list
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const [word = "", says] = line.split("\t");
          return offer(word, says);
        }),
    );
}

/** Some show a value with its option before it, and quoted as it will stand in the line. */
function offer(shown: string, says?: string): Offer {
  const word = shown.replace(/^(--[\w-]+|json)=/, "").replace(/\\ /g, " ");
  return says === undefined ? { word } : { word, says };
}
