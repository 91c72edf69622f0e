import { AsyncLocalStorage } from "node:async_hooks";
import callbackFs from "node:fs";
import fs from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import pg from "pg";

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

interface Halt {
  /** Steps until the halt. */
  left: number;
  /** Called when it has come. */
  readonly onHalt: () => void;
}

const halts = new AsyncLocalStorage<Halt>();

/**
 * Does some work, and halts it for good right before its n-th step: a call of the file system that changes something, or
 * a statement to the database; a statement counts twice, before it is sent and before its answer is there. Whoever kills
 * the process then kills it between these two steps. Needs {@link countSteps} first.
 */
export function haltAtStep(n: number, work: () => Promise<unknown>): Promise<"halted" | "done"> {
  return new Promise((resolve, reject) => {
    const halt: Halt = { left: n, onHalt: () => resolve("halted") };
    void halts.run(halt, () => work().then(() => resolve("done"), reject));
  });
}

/** Whether the work that asks goes on. Once halted, it never does. */
function goesOn(): boolean {
  const halt = halts.getStore();
  if (halt === undefined) return true;
  if (--halt.left === 0) halt.onHalt();
  return halt.left > 0;
}

/** Files that halted work has open: what nobody knows of any more would be closed. */
const handles: FileHandle[] = [];

/** What halted work waits for, unless it left a callback. */
const never = () => new Promise<never>(() => {});

function counted(target: object, name: string): void {
  const methods = target as Record<string, AnyFunction>;
  const original = methods[name];
  if (original === undefined) throw new Error(`There is no ${name} to count.`);
  methods[name] = function (...args) {
    return goesOn() ? original.apply(this, args) : never();
  };
}

/** To be called before anything of a store is loaded: the library that makes locks keeps what it then finds. */
export function countSteps(): void {
  // Those of the library that makes locks, then those of the store.
  for (const name of ["mkdir", "rmdir"]) counted(callbackFs, name);
  for (const name of ["mkdir", "rename", "rm"]) counted(fs, name);
  const open = fs.open.bind(fs);
  fs.open = async (...args) => {
    if (!goesOn()) return never();
    const handle: FileHandle = await open(...args);
    handles.push(handle);
    for (const name of ["writeFile", "sync", "close"]) counted(handle, name);
    return handle;
  };
  const queries = pg.Client.prototype as unknown as Record<"query", AnyFunction>;
  const query = queries.query;
  queries.query = function (...args) {
    if (!goesOn()) return never();
    if (goesOn()) return query.apply(this, args);
    // It is sent, and nobody hears what comes of it.
    const callback = args.findIndex((each) => typeof each === "function");
    if (callback >= 0) args[callback] = () => {};
    const answer = query.apply(this, args);
    if (answer instanceof Promise) answer.catch(() => {});
    return never();
  };
}
