import callbackFs from "node:fs";
import fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import pg from "pg";

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Has this process kill itself right before its n-th step: a call of the file system that changes something, or a
 * statement to the database; a statement counts twice, before it is sent and before its answer is there.
 */
export function killAtStep(n: number): void {
  let step = 0;
  const count = () => {
    if (++step === n) process.kill(process.pid, "SIGKILL");
  };
  const counted = (target: object, name: string, andAfterwards = false) => {
    const methods = target as Record<string, AnyFunction>;
    const original = methods[name];
    if (original === undefined) throw new Error(`There is no ${name} to count.`);
    methods[name] = function (...args) {
      count();
      const result = original.apply(this, args);
      if (andAfterwards) count();
      return result;
    };
  };

  // Those of the library that makes locks, then those of the store.
  for (const name of ["mkdir", "utimes", "rmdir"]) counted(callbackFs, name);
  for (const name of ["mkdir", "rename", "rm"]) counted(fs, name);
  const open = fs.open.bind(fs);
  fs.open = async (...args) => {
    count();
    const handle: FileHandle = await open(...args);
    for (const name of ["writeFile", "sync", "close"]) counted(handle, name);
    return handle;
  };
  counted(pg.Client.prototype, "query", true);
}
