#!/usr/bin/env node
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { runCli } from "./run-cli";
import type { ProcessTerminal } from "./command-line/terminal";

/** The only place of the command line that touches the process and its streams. */
const terminal: ProcessTerminal = {
  env: process.env,
  platform: process.platform,
  architecture: process.arch,
  print: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  output: process.stdout,
  input: process.stdin,
  prompt: process.stderr,
  interruption,
};

// Whoever reads the first line and closes the pipe has what they came for, and a terminal may be closed before the end.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE" || code === "EIO") return;
  terminal.warn(`ou-link: The result cannot be written: ${code}.`);
  process.exit(1);
});
// Nobody is left to be told, and what is under way matters more.
process.stderr.on("error", () => undefined);

const authorities = process.env["SSL_CERT_FILE"];
if (authorities) {
  try {
    trustAuthorities(authorities);
  } catch (error) {
    terminal.warn(`ou-link: SSL_CERT_FILE is passed over: ${(error as Error).message}.`);
  }
}

void runCli(process.argv.slice(2), terminal).then((exitCode) => {
  process.exitCode = exitCode;
});

function interruption(): AbortSignal {
  const controller = new AbortController();
  let isAsked = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (isAsked) process.exit(1);
      isAsked = true;
      controller.abort();
    });
  }
  // A terminal that closes may send several, and service managers send one along with SIGTERM: none is impatience.
  process.on("SIGHUP", () => controller.abort());
  return controller.signal;
}

/**
 * Has every TLS connection of this process that names no authorities trust those of a file too, as OpenSSL and the
 * provider's executable do with `SSL_CERT_FILE`. Node by itself knows `NODE_EXTRA_CA_CERTS` alone.
 *
 * @throws where the file cannot be read.
 */
function trustAuthorities(file: string): void {
  const authorities = readFileSync(file, "utf8");
  const create = tls.createSecureContext;
  // Node 20 has no other way to add to what it trusts.
  tls.createSecureContext = (options) => {
    const context = create(options);
    if (options?.ca === undefined) (context.context as NativeContext).addCACert(authorities);
    return context;
  };
}

interface NativeContext {
  addCACert(pem: string): void;
}
