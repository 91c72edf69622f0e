import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { delay } from "../cronofy";
import type { Delay } from "../cronofy";
import type { Authorization, LinkKey } from "./authorization";
import { formatRecord, isOf, parseRecord } from "./authorization-record";
import type { AuthorizationStore, LockedRecord } from "./authorization-store";
import { AuthorizationStoreError } from "./authorization-store-error";

export interface FileAuthorizationStoreOptions {
  /**
   * Milliseconds to wait for a lock that another process holds. Longer than {@link STALE_AFTER}, so that the lock of a
   * dead process is no obstacle.
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

/** Milliseconds after which a lock that its holder has not touched is one of a dead process. */
const STALE_AFTER = 10_000;

/** Milliseconds between two looks at a lock that is held, at most. */
const LOCK_POLL = 100;

/**
 * Authorizations in a folder of one machine: a JSON file for each link, readable by its owner only, and beside it a lock
 * while someone works on it. A write is a new file renamed over the old one, so a crash leaves one of the two, whole.
 *
 * A record's name depends on the service account alone: where data center or client id are set wrong, the record is
 * found and refused, instead of being taken for missing.
 */
export class FileAuthorizationStore implements AuthorizationStore {
  readonly description: string;
  private readonly folder: string;
  private readonly options: Required<FileAuthorizationStoreOptions>;

  /** @param folder made with the first write. */
  constructor(folder: string, options: FileAuthorizationStoreOptions = {}) {
    this.folder = path.resolve(folder);
    this.description = `the folder ${this.folder}`;
    this.options = { lockTimeout: 60_000, delay, random: Math.random, now: () => new Date(), ...options };
  }

  async read(key: LinkKey): Promise<Authorization | null> {
    const file = this.fileOf(key);
    const text = await readIfThere(file);
    return text === null ? null : parseRecord(text, key, file);
  }

  async locked<T>(key: LinkKey, work: (record: LockedRecord) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const file = this.fileOf(key);
    await this.makeFolder();
    const release = await this.acquire(file, signal);
    try {
      return await work(this.record(key, file));
    } finally {
      // A lock that cannot be removed is no longer touched either, and so goes stale by itself.
      await release().catch(() => {});
    }
  }

  private record(key: LinkKey, file: string): LockedRecord {
    let lastSeen: string | null | undefined;

    // A process that was halted for long may have lost its lock without knowing. That alone is no reason to lose a token
    // that is in hand; a record that someone else changed is.
    const checkUnchanged = async () => {
      if (lastSeen !== undefined && (await readIfThere(file)) !== lastSeen) throw lockLost(file);
    };
    return {
      current: async () => {
        lastSeen = await readIfThere(file);
        return lastSeen === null ? null : parseRecord(lastSeen, key, file);
      },
      write: async (next) => {
        if (!isOf(next, key)) throw new TypeError("An authorization was to be written in the place of another link's.");
        await checkUnchanged();
        const text = formatRecord(next);
        await this.replace(file, text);
        lastSeen = text;
      },
      forget: async () => {
        await checkUnchanged();
        await this.remove(file);
        lastSeen = null;
      },
    };
  }

  /** Readable for a person, safe for every file system, and different for names that differ only in what was changed. */
  private fileOf({ serviceAccountId }: LinkKey): string {
    const readable = serviceAccountId.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 40);
    const hash = createHash("sha256").update(serviceAccountId).digest("hex").slice(0, 16);
    return path.join(this.folder, `${readable}-${hash}.json`);
  }

  private async makeFolder(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw notWritable(this.folder, error);
    }
  }

  private async acquire(file: string, signal?: AbortSignal): Promise<() => Promise<void>> {
    const { lock } = await import("proper-lockfile");
    const { lockTimeout, now, random } = this.options;
    const end = now().getTime() + lockTimeout;
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await lock(file, {
          // The record need not exist yet.
          realpath: false,
          stale: STALE_AFTER,
          // Before each write we look whether someone else was at work; by default this would end the process.
          onCompromised: () => {},
        });
      } catch (error) {
        // ENOENT: the lock went while it was looked at.
        if (!["ELOCKED", "ENOENT"].includes(codeOf(error))) throw notWritable(this.folder, error);
        if (now().getTime() >= end) throw lockHeld(file, lockTimeout, error);
        await this.options.delay(Math.ceil(LOCK_POLL * (0.5 + random() / 2)), signal);
      }
    }
  }

  private async replace(file: string, text: string): Promise<void> {
    // Its name is always the same, so that what a crash leaves behind is overwritten by the next write.
    const next = `${file}.new`;
    try {
      await rm(next, { force: true });
      const handle = await open(next, "wx", 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(next, file);
      await this.syncFolder();
    } catch (error) {
      throw notWritable(this.folder, error);
    }
  }

  private async remove(file: string): Promise<void> {
    try {
      await rm(`${file}.new`, { force: true });
      await rm(file, { force: true });
      await this.syncFolder();
    } catch (error) {
      throw notWritable(this.folder, error);
    }
  }

  /** Makes a rename or removal durable. Windows neither needs nor allows it. */
  private async syncFolder(): Promise<void> {
    if (process.platform === "win32") return;
    const handle = await open(this.folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new AuthorizationStoreError(
      "not-readable",
      file,
      `Cannot read the authorization record ${file} (${codeOf(error)}). Check that its folder is one, and that this ` +
        "user may read it.",
      { cause: error },
    );
  }
}

function notWritable(folder: string, error: unknown): AuthorizationStoreError {
  return new AuthorizationStoreError(
    "not-writable",
    folder,
    `Cannot write to the folder ${folder} (${codeOf(error)}), in which authorizations are to be kept. Name a folder ` +
      "that this user may write to, or make this one so.",
    { cause: error },
  );
}

function lockHeld(file: string, lockTimeout: number, error: unknown): AuthorizationStoreError {
  return new AuthorizationStoreError(
    "locked",
    file,
    `Another process has held the lock of the authorization record ${file} for ${Math.round(lockTimeout / 1_000)} s. ` +
      "Wait for it to end, then try again.",
    { cause: error },
  );
}

function lockLost(file: string): AuthorizationStoreError {
  return new AuthorizationStoreError(
    "lock-lost",
    file,
    `Another process changed the authorization record ${file} while this one was halted. Its version was kept; try again.`,
  );
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? "no code";
}
