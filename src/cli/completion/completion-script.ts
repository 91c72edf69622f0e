import type { Command, Option } from "commander";
import type { Shell } from "../completion-command";

/** What can follow one command on a command line. */
interface Node {
  /** The command and those above it, without the program: `store list`. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly says: string; readonly choices?: readonly string[] }[];
  /** Options that take a value: the next word is none of `words`. */
  readonly takesValue: readonly { readonly word: string; readonly choices: readonly string[] }[];
}

/** The script by which a shell completes a program's command lines: all it offers, written down. */
export function completionScript(shell: Shell, program: Command): string {
  const nodes = [...nodesOf(program, [])];
  switch (shell) {
    case "bash":
      return bashScript(nodes);
    case "zsh":
      return zshScript(nodes);
    case "fish":
      return fishScript(nodes);
  }
}

function* nodesOf(command: Command, above: readonly string[]): Generator<Node> {
  const help = command.createHelp();
  const options = [...help.visibleOptions(command), ...(command.parent === null ? [] : rootOptions(command))];
  const commands = help.visibleCommands(command);
  yield {
    path: above.join(" "),
    words: [
      ...commands.map((each) => ({ word: each.name(), says: help.subcommandDescription(each) })),
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((word) => ({ word, says: description })),
      ),
      ...options.flatMap((option) => flagsOf(option).map((word) => ({ word, says: option.description }))),
    ],
    takesValue: options
      .filter(({ required, optional }) => required || optional)
      .flatMap((option) => flagsOf(option).map((word) => ({ word, choices: option.argChoices ?? [] }))),
  };
  for (const each of commands) {
    if (each.name() !== "help") yield* nodesOf(each, [...above, each.name()]);
  }
}

/** The options of the program itself, which every command takes; `--version` is for the program alone. */
function rootOptions(command: Command): readonly Option[] {
  let root = command;
  while (root.parent !== null) root = root.parent;
  return root.options.filter(({ long }) => long !== "--version");
}

function flagsOf({ short, long }: Option): string[] {
  return [short, long].filter((flag): flag is string => typeof flag === "string");
}

/** A word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

function bashScript(nodes: readonly Node[]): string {
  const valueCases = nodes.flatMap(({ path, takesValue }) =>
    takesValue.map(
      ({ word, choices }) => `    ${quoted(`${path}|${word}`)}) choices=${quoted(choices.join(" "))}; value=1 ;;`,
    ),
  );
  const wordCases = nodes.map(
    ({ path, words }) => `    ${quoted(path)}) words=${quoted(words.map(({ word }) => word).join(" "))} ;;`,
  );
  const pathCases = nodes.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  return `# bash completion for ou-link
_ou_link() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command= candidate at words= choices= value=
  for ((at = 1; at < COMP_CWORD; at++)); do
    candidate="\${command:+$command }\${COMP_WORDS[at]}"
    case $candidate in
    ${pathCases.join(" | ")}) command=$candidate ;;
    esac
  done
  case "$command|$previous" in
${valueCases.join("\n")}
  esac
  if [[ -n $value ]]; then
    if [[ -n $choices ]]; then COMPREPLY=($(compgen -W "$choices" -- "$current"))
    else COMPREPLY=($(compgen -f -- "$current")); fi
    return
  fi
  case $command in
${wordCases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 || $current == -* ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _ou_link ou-link
`;
}

function zshScript(nodes: readonly Node[]): string {
  const describe = (text: string) => text.replace(/[:\\]/g, "\\$&");
  const valueCases = nodes.flatMap(({ path, takesValue }) =>
    takesValue.map(({ word, choices }) =>
      choices.length === 0
        ? `    ${quoted(`${path}|${word}`)}) _files; return ;;`
        : `    ${quoted(`${path}|${word}`)}) compadd -- ${choices.map(quoted).join(" ")}; return ;;`,
    ),
  );
  const wordCases = nodes.map(
    ({ path, words }) =>
      `    ${quoted(path)}) entries=(\n${words
        .map(({ word, says }) => `      ${quoted(`${describe(word)}:${describe(says)}`)}`)
        .join("\n")}\n    ) ;;`,
  );
  const pathCases = nodes.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  return `#compdef ou-link
_ou_link() {
  local command= candidate at
  local -a entries
  for ((at = 2; at < CURRENT; at++)); do
    candidate="\${command:+$command }\${words[at]}"
    case $candidate in
    ${pathCases.join(" | ")}) command=$candidate ;;
    esac
  done
  case "$command|\${words[CURRENT-1]}" in
${valueCases.join("\n")}
  esac
  case $command in
${wordCases.join("\n")}
  esac
  _describe 'ou-link' entries
  [[ $PREFIX == -* ]] || _files
}
if [[ $funcstack[1] == _ou-link ]]; then _ou_link "$@"; else compdef _ou_link ou-link; fi
`;
}

function fishScript(nodes: readonly Node[]): string {
  const fish = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const lines = nodes.flatMap(({ path, words, takesValue }) => {
    const condition = `-n ${fish(`__ou_link_at ${path}`.trim())}`;
    const valued = new Map(takesValue.map(({ word, choices }) => [word, choices]));
    return words.map(({ word, says }) => {
      const choices = valued.get(word);
      const what = !word.startsWith("-")
        ? `-f -a ${fish(word)}`
        : word.startsWith("--")
          ? `-l ${fish(word.slice(2))}`
          : `-s ${fish(word.slice(1))}`;
      const value = choices === undefined ? "" : choices.length === 0 ? " -r" : ` -x -a ${fish(choices.join(" "))}`;
      return `complete -c ou-link ${condition} ${what}${value} -d ${fish(says)}`;
    });
  });
  const commands = nodes.map(({ path }) => fish(path)).join(" ");
  return `# fish completion for ou-link
function __ou_link_at
  set -l known ${commands}
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l candidate (string trim "$at $word")
    contains -- $candidate $known; and set at $candidate
  end
  test "$at" = "$argv"
end
${lines.join("\n")}
`;
}
