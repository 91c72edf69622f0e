import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { Generator } from "./generator";

const SOURCES = "src/plugin/wire";
/** The folder that buf.gen.yaml names. */
const OUT = "generated";
const TIMEOUT = 120_000;

/** Encoders and decoders of the plugin protocol, from its protobuf files. */
export const wire: Generator = {
  target: `${SOURCES}/${OUT}`,

  async generate(root, scratch) {
    const binaries = path.join(root, "node_modules", ".bin");
    await promisify(execFile)(process.execPath, [path.join(binaries, "buf"), "generate", "--output", scratch], {
      cwd: path.join(root, SOURCES),
      // buf looks for the plugin that buf.gen.yaml names on PATH.
      env: { ...process.env, PATH: [binaries, process.env["PATH"]].join(path.delimiter) },
      timeout: TIMEOUT,
    });
    return path.join(scratch, OUT);
  },
};
