import type { Argument, Command, Option } from "commander";
import { cliCommand } from "./command-line/cli-command";
import { EXIT_CODE } from "./command-line/cli-error";

/** Shells that can complete our command lines. */
const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** `ou-link completion`: lets a shell complete command lines. */
export const completionCommand = cliCommand({
  name: "completion",
  summary: "print what makes a shell complete command lines",
  description:
    "Prints a script with which bash, zsh or fish completes the commands and options of ou-link. It starts no ou-link " +
    "while you type.",
  argument: { name: "<shell>", description: "whose script to print", choices: SHELLS },
  options: [],
  examples: [
    { does: "bash, for this shell; in ~/.bashrc for all", line: "source <(ou-link completion bash)" },
    { does: "zsh, in a folder of fpath", line: 'ou-link completion zsh > "${fpath[1]}/_ou-link"' },
    { does: "fish", line: "ou-link completion fish > ~/.config/fish/completions/ou-link.fish" },
  ],
  run(_, terminal, [shell], command) {
    const program = command.parent ?? command;
    terminal.print(completionScript(shell as Shell, program).trimEnd());
    return EXIT_CODE.ok;
  },
});

/** What can follow one command on a command line. */
interface Node {
  /** The command and those above it, without the program: `store list`. */
  readonly path: string;
  /** Commands, or what an argument can be. */
  readonly names: readonly Described[];
  /** Whether it takes files or folders. */
  readonly takesFiles: boolean;
  readonly options: readonly NodeOption[];
}

interface Described {
  readonly word: string;
  readonly says: string;
}

interface NodeOption {
  readonly flags: readonly string[];
  readonly says: string;
  /** Where the next word is a value: all that it can be, where that is known. */
  readonly value?: { readonly choices: readonly string[]; readonly isFile: boolean };
}

/** What the help calls an argument or a value that is a file or a folder, be it after a `format=`. */
const FILE_NAMES = new Set(["file", "folder", "path", "state"]);

/** The script by which a shell completes a program's command lines: all it offers, written down. */
function completionScript(shell: Shell, program: Command): string {
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
  const options = [...help.visibleOptions(command), ...(command.parent === null ? [] : rootOptions(command))].map(
    nodeOption,
  );
  const subcommands = help.visibleCommands(command);
  const described = subcommands.map((each) => ({ word: each.name(), says: help.subcommandDescription(each) }));
  const choices = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((word) => ({ word, says: description })),
  );
  const takesFiles = command.registeredArguments.some(isFile);
  yield { path: above.join(" "), names: [...described, ...choices], takesFiles, options };
  // After one of the choices comes no other.
  yield* choices.map(({ word }) => ({ path: [...above, word].join(" "), names: [], takesFiles, options }));
  for (const each of subcommands) {
    const path = [...above, each.name()];
    if (each.name() !== "help") yield* nodesOf(each, path);
    else yield* helpNodes(path.join(" "), described);
  }
}

/** `help` takes the name of one command beside it, and nothing else. */
function helpNodes(path: string, commands: readonly Described[]): Node[] {
  const names = commands.filter(({ word }) => word !== "help");
  const nothing = { names: [], takesFiles: false, options: [] };
  return [{ ...nothing, path, names }, ...names.map(({ word }) => ({ ...nothing, path: `${path} ${word}` }))];
}

/** The options of the program itself, which every command takes; `--version` is for the program alone. */
function rootOptions(command: Command): readonly Option[] {
  let root = command;
  while (root.parent !== null) root = root.parent;
  return root.options.filter(({ long }) => long !== "--version");
}

function nodeOption({ short, long, description, required, optional, argChoices, flags }: Option): NodeOption {
  const words = { flags: [short, long].filter((flag) => typeof flag === "string"), says: description };
  if (!required && !optional) return words;
  const valueName = /[<[](?:\w+=)?(.+?)[\]>]/.exec(flags)?.[1] ?? "";
  return { ...words, value: { choices: argChoices ?? [], isFile: FILE_NAMES.has(valueName) } };
}

function isFile(argument: Argument): boolean {
  return FILE_NAMES.has(argument.name());
}

/** A word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

/** Patterns of `case`, for bash and zsh alike: each is one of the texts. */
function anyOf(texts: readonly string[]): string {
  return texts.map(quoted).join(" | ");
}

function paths(nodes: readonly Node[]): string[] {
  return nodes.map(({ path }) => path).filter((path) => path !== "");
}

/**
 * A function of bash and zsh alike. It takes `command|option`, answers whether that takes a value, and sets `choices` and
 * `files` to what the value can be.
 */
function valueFunction(nodes: readonly Node[]): string {
  const byValue = new Map<string, string[]>();
  for (const { path, options } of nodes) {
    for (const { flags, value } of options) {
      if (value === undefined) continue;
      const set = value.isFile
        ? "files=1 "
        : value.choices.length > 0
          ? `choices=${quoted(value.choices.join(" "))} `
          : "";
      const alike = byValue.get(set) ?? [];
      byValue.set(set, alike);
      alike.push(...flags.map((flag) => `${path}|${flag}`));
    }
  }
  return `_ou_link_value() {
  choices= files=
  case $1 in
${[...byValue].map(([set, alike]) => `    ${anyOf(alike)}) ${set};;`).join("\n")}
    *) return 1 ;;
  esac
}`;
}

function bashScript(nodes: readonly Node[]): string {
  const nodeCases = nodes.map(({ path, names, takesFiles, options }) => {
    const words = quoted(names.map(({ word }) => word).join(" "));
    const flags = quoted(options.flatMap((option) => option.flags).join(" "));
    return `    ${quoted(path)}) words=${words} flags=${flags} files=${takesFiles ? 1 : ""} ;;`;
  });
  return `# bash completion for ou-link
${valueFunction(nodes)}
_ou_link() {
  local current=\${COMP_WORDS[COMP_CWORD]} word command= option= choices= files= words= flags= prefix=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    # "--option=value" are three words, unless COMP_WORDBREAKS was changed.
    if [[ $word == = ]]; then continue
    elif [[ -n $option ]]; then option=
    elif _ou_link_value "$command|$word"; then option=$word
    else
      case "\${command:+$command }$word" in
      ${anyOf(paths(nodes))}) command="\${command:+$command }$word" ;;
      esac
    fi
  done
  if [[ $current == = ]]; then current=
  elif [[ -z $option && $current == --*=* ]]; then option=\${current%%=*} prefix=\${current%%=*}= current=\${current#*=}
  fi
  if [[ -n $option ]]; then
    _ou_link_value "$command|$option" && words=$choices
  else
    case $command in
${nodeCases.join("\n")}
    esac
    # Options are offered after a dash, and where there is nothing else.
    if [[ $current == -* || -z $words$files ]]; then words=$flags files=; fi
  fi
  COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "$current"))
  if [[ -n $files ]]; then
    # Readline knows best how to complete and quote files; a bash before 4.0 cannot ask it to.
    if [[ -n $prefix ]] || ! compopt -o default 2>/dev/null; then
      local IFS=$'\\n'
      COMPREPLY=($(compgen -P "$prefix" -f -- "$current"))
    fi
  fi
}
complete -F _ou_link ou-link
`;
}

function zshScript(nodes: readonly Node[]): string {
  const entry = ({ word, says }: Described) =>
    quoted(`${word.replace(/[:\\]/g, "\\$&")}:${says.replace(/[:\\]/g, "\\$&")}`);
  const entries = (array: string, described: readonly Described[]) =>
    `      ${array}=(${described.map((each) => `\n        ${entry(each)}`).join("")}\n      )`;
  const nodeCases = nodes.map(({ path, names, takesFiles, options }) => {
    const flags = options.flatMap((option) => option.flags.map((word) => ({ word, says: option.says })));
    return `    ${quoted(path)})
      files=${takesFiles ? 1 : ""}
${entries("names", names)}
${entries("flags", flags)} ;;`;
  });
  return `#compdef ou-link
${valueFunction(nodes)}
_ou_link() {
  local word command= option= choices= files=
  local -a names flags expl
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $option ]]; then option=
    elif _ou_link_value "$command|$word"; then option=$word
    else
      case "\${command:+$command }$word" in
      ${anyOf(paths(nodes))}) command="\${command:+$command }$word" ;;
      esac
    fi
  done
  if [[ -z $option && $PREFIX == --*=* ]]; then
    option=\${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    _ou_link_value "$command|$option" || return 1
    if [[ -n $choices ]]; then _wanted values expl "$option" compadd -- \${=choices}
    elif [[ -n $files ]]; then _files || { compset -P '*=' && _files; }
    else _message -e values "$option"
    fi
    return
  fi
  case $command in
${nodeCases.join("\n")}
  esac
  # Options are offered after a dash; where there is nothing else, zsh's style prefix-needed decides.
  if [[ $PREFIX == -* || -z $names$files ]]; then _describe -o option flags
  elif [[ -n $files ]]; then _files
  else _describe command names
  fi
}
if [[ $funcstack[1] == _ou-link ]]; then _ou_link "$@"; else compdef _ou_link ou-link; fi
`;
}

function fishScript(nodes: readonly Node[]): string {
  const fish = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const lines = nodes.flatMap(({ path, names, takesFiles, options }) => {
    const complete = `complete -c ou-link -n ${fish(`__ou_link_at ${path}`.trim())}`;
    return [
      // Files are what fish offers unless it is told not to.
      ...(takesFiles ? [] : [`${complete} -f`]),
      ...names.map(({ word, says }) => `${complete} -a ${fish(word)} -d ${fish(says)}`),
      ...options.map(({ flags, says, value }) => {
        const words = flags.map((flag) =>
          flag.startsWith("--") ? `-l ${fish(flag.slice(2))}` : `-s ${fish(flag.slice(1))}`,
        );
        const values =
          value === undefined
            ? []
            : value.isFile
              ? ["-r -F"]
              : ["-x", ...(value.choices.length > 0 ? [`-a ${fish(value.choices.join(" "))}`] : [])];
        return [complete, ...words, ...values, `-d ${fish(says)}`].join(" ");
      }),
    ];
  });
  return `# fish completion for ou-link
set -g __ou_link_commands ${paths(nodes).map(fish).join(" ")}
function __ou_link_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l candidate (string trim -- "$at $word")
    contains -- $candidate $__ou_link_commands; and set at $candidate
  end
  test "$at" = "$argv"
end
${lines.join("\n")}
`;
}
