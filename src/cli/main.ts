import { runCli } from "./run-cli";
import type { Terminal } from "./command-line/terminal";

/** The only place of the command line that touches the process and its streams. */
const terminal: Terminal = {
  env: process.env,
  platform: process.platform,
  architecture: process.arch,
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  // Until the command line says how much to tell.
  isQuiet: () => false,
  detail: () => undefined,
  output: process.stdout,
  input: process.stdin,
  prompt: process.stderr,
  interruption,
};

// Whoever reads the first line and closes the pipe has what they came for.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

void runCli(process.argv.slice(2), terminal).then((exitCode) => {
  process.exitCode = exitCode;
});

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort();
    });
  }
  return controller.signal;
}
