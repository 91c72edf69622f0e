import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { STORE_VARIABLES } from "../../src/link-store";
import type { StoreUnderFire } from "./store-under-fire";

const SIZE = "64m";

/** A file store on a small disk of its own, which can be filled and made read-only. */
export class SmallDisk implements StoreUnderFire {
  private constructor(
    private readonly disk: string,
    private readonly isMounted: boolean,
  ) {}

  /** @param onLine told where there can be no such disk: then nothing goes wrong with it */
  static start(onLine: (line: string) => void): SmallDisk {
    const disk = mkdtempSync("/tmp/chaos-disk-");
    const isMounted = mount("-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", disk);
    if (!isMounted) onLine("NOT RUN on a full or read-only disk: this user may not mount one.");
    mkdirSync(path.join(disk, "links"), { mode: 0o700 });
    return new SmallDisk(disk, isMounted);
  }

  get env(): Record<string, string> {
    return { [STORE_VARIABLES.file]: path.join(this.disk, "links") };
  }

  async beReadOnly(milliseconds: number): Promise<boolean> {
    // Not while a file is open for writing; then a moment later.
    let isReadOnly = false;
    for (let attempt = 0; this.isMounted && !isReadOnly && attempt < 100; attempt++) {
      isReadOnly = mount("-o", "remount,ro", this.disk);
      await setTimeout(isReadOnly ? milliseconds : 5);
    }
    if (isReadOnly) mount("-o", "remount,rw", this.disk);
    return isReadOnly;
  }

  async beFull(milliseconds: number): Promise<boolean> {
    if (!this.isMounted) return false;
    const filler = path.join(this.disk, "filler");
    const { bfree, bsize } = statfsSync(this.disk);
    // What is taken meanwhile leaves less than asked for, which is as good.
    for (let left = bfree; left > 0; left = Math.floor(left / 2)) {
      try {
        writeFileSync(filler, Buffer.alloc(left * bsize), { flag: "a" });
      } catch {
        // The disk is full.
      }
    }
    await setTimeout(milliseconds);
    rmSync(filler, { force: true });
    return true;
  }

  crash(): Promise<boolean> {
    return Promise.resolve(false);
  }

  killPooler(): Promise<boolean> {
    return Promise.resolve(false);
  }

  outliveLocks(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.isMounted) spawnSync("umount", ["-l", this.disk]);
    rmSync(this.disk, { recursive: true, force: true });
    return Promise.resolve();
  }
}

function mount(...args: readonly string[]): boolean {
  return spawnSync("mount", args).status === 0;
}
