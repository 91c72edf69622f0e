import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Launch } from "./launch";

/** Where the server listens, in the words of the handshake. */
export interface Endpoint {
  readonly network: "unix" | "tcp";
  /** The path of the socket, or `127.0.0.1:<port>`. */
  readonly address: string;
  /** Takes away what is in the file system. Does nothing the second time. */
  remove(): void;
}

/** Listens on an address in the form of gRPC: `unix:<path>` or `ipv4:<address>:<port>`. Rejects when it cannot. */
type Bind = (target: string) => Promise<void>;

type Place = Pick<Launch, "socketFolder" | "socketGroup" | "ports">;

/** What the system allows a socket's path to have, in bytes, the ending zero byte not counted. */
const LONGEST_PATH = { darwin: 103, otherwise: 107 };

/**
 * Binds to a unix socket that only this user (and the group that the host names) can reach; on Windows, as go-plugin
 * does, to the first free port of the loopback interface. Rejects with a sentence for the person who runs Terraform.
 */
export function openEndpoint(place: Place, platform: NodeJS.Platform, bind: Bind): Promise<Endpoint> {
  return platform === "win32" ? openPort(place, bind) : openSocket(place, platform, bind);
}

async function openSocket(place: Place, platform: NodeJS.Platform, bind: Bind): Promise<Endpoint> {
  // A host that names a folder expects the socket itself in it; else the folder is ours and goes with the socket.
  const ownFolder = place.socketFolder === undefined ? makeFolder(platform) : undefined;
  const path = ownFolder
    ? join(ownFolder, "provider")
    : join(place.socketFolder ?? "", `plugin-${randomBytes(4).toString("hex")}`);
  const remove = (): void => rmSync(ownFolder ?? path, { recursive: true, force: true });
  try {
    refuseLongPath(path, platform);
    await bind(`unix:${path}`).catch((cause: unknown) => {
      throw new Error(`No socket can be made at ${path}. Its folder must exist, and you must be able to write to it.`, {
        cause,
      });
    });
    if (place.socketGroup === undefined) {
      chmodSync(path, 0o600);
    } else {
      giveToGroup(path, place.socketGroup, 0o660);
      if (ownFolder !== undefined) giveToGroup(ownFolder, place.socketGroup, 0o710);
    }
    return { network: "unix", address: path, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function openPort({ ports }: Place, bind: Bind): Promise<Endpoint> {
  let cause: unknown;
  for (let port = ports.first; port <= ports.last; port++) {
    const address = `127.0.0.1:${port}`;
    try {
      await bind(`ipv4:${address}`);
      return { network: "tcp", address, remove: () => {} };
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(
    `No port of 127.0.0.1 from ${ports.first} to ${ports.last} (PLUGIN_MIN_PORT, PLUGIN_MAX_PORT) is free.`,
    { cause },
  );
}

/** A folder that only this user can enter: mkdtemp makes it so. */
function makeFolder(platform: NodeJS.Platform): string {
  // A job of a pipeline can have a TMPDIR so deep that no socket fits into it.
  const place = tooLong(join(tmpdir(), "tf-XXXXXX", "provider"), platform) ? "/tmp" : tmpdir();
  try {
    return mkdtempSync(join(place, "tf-"));
  } catch (cause) {
    throw new Error(
      `No folder for the provider's socket can be made in ${place} (${codeOf(cause)}). ` +
        "Set TMPDIR to a folder that exists and that you can write to, with a short path.",
      { cause },
    );
  }
}

function refuseLongPath(path: string, platform: NodeJS.Platform): void {
  if (tooLong(path, platform)) {
    throw new Error(
      `The path of the provider's socket, ${path}, has ${Buffer.byteLength(path)} bytes; this system allows ` +
        `${longestPath(platform)}. Set PLUGIN_UNIX_SOCKET_DIR to a folder with a shorter path, such as /tmp.`,
    );
  }
}

function tooLong(path: string, platform: NodeJS.Platform): boolean {
  return Buffer.byteLength(path) > longestPath(platform);
}

function longestPath(platform: NodeJS.Platform): number {
  return platform === "darwin" ? LONGEST_PATH.darwin : LONGEST_PATH.otherwise;
}

function giveToGroup(path: string, group: string, mode: number): void {
  try {
    // Node can change a group only by its number; chgrp takes a number or a name.
    execFileSync("chgrp", ["--", group, path], { stdio: "ignore" });
    chmodSync(path, mode);
  } catch (cause) {
    throw new Error(
      `The provider's socket cannot be given to the group "${group}" (PLUGIN_UNIX_SOCKET_GROUP). ` +
        "Check that the group exists and that you are a member of it.",
      { cause },
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
