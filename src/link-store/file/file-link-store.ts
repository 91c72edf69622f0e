import { createHash, randomBytes } from "node:crypto";
import type { Dirent } from "node:fs";
import { constants, open, readFile, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { delay } from "../../cronofy";
import type { Delay } from "../../cronofy";
import type { LinkFacts, LinkKey, LinkRecord } from "../link-record";
import { formatRecord, inOrder, isOf, listRecord, parseRecord, parseRecordFacts } from "../record-format";
import type { LinkStore, ListedRecord, LockedRecord } from "../link-store";
import { LinkStoreError, lockLost } from "../link-store-error";
import { tryFileLock } from "./file-lock";
import { makeFolder } from "./make-folder";
import { outlast, waitForLock } from "../wait";
import type { StoreKeys } from "../record-encryption";

interface FileLinkStoreOptions {
  /**
   * What records are encrypted with.
   * @default null: they are in the clear
   */
  readonly keys?: StoreKeys | null;
  /**
   * Milliseconds to wait for a lock that another process holds. More than 10 s, so that the lock of a dead process is no
   * obstacle.
   * @default 60_000
   */
  readonly lockTimeout?: number;
  /** @default the system's timer */
  readonly delay?: Delay;
  /** @default Math.random */
  readonly random?: () => number;
  /** @default the system's clock */
  readonly now?: () => Date;
}

/** Bytes by which a record may grow when its link is authorized or its tokens are renewed. */
const GROWTH = 16 * 1024;

/**
 * Links in a folder of one machine: a JSON file for each link, readable by its owner only, and beside it a lock
 * while someone works on it. A write is a new file renamed over the old one, so a crash leaves one of the two, whole.
 */
export class FileLinkStore implements LinkStore {
  readonly description: string;
  readonly encrypts: boolean;
  private readonly folder: string;
  private readonly options: Required<FileLinkStoreOptions>;

  /** @param folder made with the first write. */
  constructor(folder: string, options: FileLinkStoreOptions = {}) {
    this.folder = path.resolve(folder);
    this.description = `the folder ${this.folder}`;
    this.options = { keys: null, lockTimeout: 60_000, delay, random: Math.random, now: () => new Date(), ...options };
    this.encrypts = this.options.keys !== null;
  }

  async read(key: LinkKey): Promise<LinkRecord | null> {
    const file = this.fileOf(key);
    const text = await readIfThere(file);
    return text === null ? null : parseRecord(text, key, this.options.keys, file);
  }

  async look(key: LinkKey): Promise<LinkFacts | null> {
    const file = this.fileOf(key);
    const text = await readIfThere(file);
    return text === null ? null : parseRecordFacts(text, key, file);
  }

  async locked<T>(key: LinkKey, work: (record: LockedRecord) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const file = this.fileOf(key);
    const lock = { what: `the record ${file}`, location: file };
    const release = await waitForLock(() => this.tryLock(file), lock, this.options, signal);
    const record = this.record(key, file);
    try {
      return await work(record);
    } finally {
      await record.unreserve();
      // A lock that cannot be removed goes stale by itself, because nobody touches it any more.
      await release().catch(() => {});
    }
  }

  async list(): Promise<readonly ListedRecord[]> {
    const files = (await this.entries())
      .filter((entry) => entry.name.endsWith(".json") && !entry.isDirectory())
      .map(({ name }) => path.join(this.folder, name));
    const records: ListedRecord[] = [];
    // One after the other: a folder may hold more records than a process may open files.
    for (const file of files) {
      const text = await readIfThere(file);
      if (text !== null) records.push(await listRecord(text, file));
    }
    return inOrder(records);
  }

  /** Holds on to nothing. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private async entries(): Promise<readonly Dirent[]> {
    try {
      return await readdir(this.folder, { withFileTypes: true });
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw notReadable(this.folder, error);
    }
  }

  private record(key: LinkKey, file: string): LockedRecord & { unreserve(): Promise<void> } {
    const reserved = `${file}.reserved`;
    let isReserved = false;
    let lastSeen: string | null | undefined;

    // A process that was halted for long may have lost its lock without knowing. It writes all the same, for a token
    // must not be lost, unless somebody else has changed the record.
    const replace = async (text: string, by: string) => {
      const there = await readIfThere(file);
      // An earlier attempt may have written it already.
      if (there === text) return this.syncFolder();
      if (lastSeen !== undefined && there !== lastSeen) throw lockLost(`the record ${file}`, file);
      await this.write(by, text);
      await this.rename(by, file);
      await this.syncFolder();
      lastSeen = text;
    };
    const textOf = async (next: LinkRecord) => {
      if (!isOf(next, key)) throw new TypeError("A link was to be written in the place of another link's.");
      return formatRecord(next, this.options.keys);
    };
    return {
      current: async () => {
        lastSeen = await readIfThere(file);
        return lastSeen === null ? null : parseRecord(lastSeen, key, this.options.keys, file);
      },
      // The name is always the same, so the next write overwrites what a crash left behind.
      write: async (next) => replace(await textOf(next), `${file}.new`),
      reserve: async () => {
        isReserved = true;
        const size = Buffer.byteLength((await readIfThere(file)) ?? "") + GROWTH;
        // These are random bytes, because some file systems set no space aside for zeros.
        await this.write(reserved, randomBytes(size));
        const { lockTimeout: within, now, delay } = this.options;
        return async (next) => {
          const text = await textOf(next);
          await outlast(() => replace(text, reserved), { mayPass: isOutage, within, now, delay });
        };
      },
      unreserve: async () => {
        if (isReserved) await rm(reserved, { force: true }).catch(() => {});
      },
    };
  }

  /**
   * A name that people can read and every file system takes. The hash tells links apart whose readable part is the
   * same.
   */
  private fileOf({ dataCenter, clientId, serviceAccountId }: LinkKey): string {
    const readable = serviceAccountId.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 40);
    const link = JSON.stringify([dataCenter, clientId, serviceAccountId]);
    const hash = createHash("sha256").update(link).digest("hex").slice(0, 16);
    return path.join(this.folder, `${readable}-${hash}.json`);
  }

  private async tryLock(file: string): Promise<(() => Promise<void>) | null> {
    try {
      return await tryFileLock(file).catch(async (error: unknown) => {
        if (codeOf(error) !== "ENOENT") throw error;
        await makeFolder(this.folder, 0o700);
        return tryFileLock(file);
      });
    } catch (error) {
      throw notWritable(this.folder, error);
    }
  }

  /** Writes over what a file has, in the space that it has. */
  private async write(file: string, content: string | Buffer): Promise<void> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    try {
      const handle = await open(file, flags, 0o600);
      try {
        await handle.writeFile(content);
        await handle.truncate(Buffer.byteLength(content));
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw notWritable(this.folder, error);
    }
  }

  private async rename(from: string, to: string): Promise<void> {
    try {
      await rename(from, to);
    } catch (error) {
      throw notWritable(this.folder, error);
    }
  }

  /** Makes a rename durable. Windows neither needs nor allows it. */
  private async syncFolder(): Promise<void> {
    if (process.platform === "win32") return;
    try {
      const handle = await open(this.folder, "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw notWritable(this.folder, error);
    }
  }
}

/** Whether the file system failed: a further attempt may succeed. */
function isOutage(error: unknown): boolean {
  return error instanceof LinkStoreError && (error.code === "not-writable" || error.code === "not-readable");
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw notReadable(file, error);
  }
}

function notReadable(place: string, error: unknown): LinkStoreError {
  return new LinkStoreError(
    "not-readable",
    place,
    `Cannot read links from ${place} (${codeOf(error)}). Check that the folder of the link store is ` +
      "one, and that this user may read it.",
    { cause: error },
  );
}

function notWritable(folder: string, error: unknown): LinkStoreError {
  const code = codeOf(error);
  const fix = FIXES[code] ?? "Name a folder that this user may write to, or make this one so.";
  return new LinkStoreError(
    "not-writable",
    folder,
    `Cannot write to the folder ${folder} (${code}), in which links are to be kept. ${fix}`,
    { cause: error },
  );
}

/** What to do about failures that have nothing to do with whose folder it is. */
const FIXES: Readonly<Record<string, string>> = {
  ENOSPC: "Its disk is full: free some space.",
  EDQUOT: "This user's quota on its disk is used up: free some space.",
  EROFS: "Its disk takes no writes: mount it so that it does, or name another folder.",
  EMFILE: "This process has too many files open: raise its limit (ulimit -n).",
  ENFILE: "The machine has too many files open: end what does not need them.",
};

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? "no code";
}
