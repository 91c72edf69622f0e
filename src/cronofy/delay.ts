import { setTimeout } from "node:timers/promises";

/** Waits for so many milliseconds, and throws the signal's reason as soon as that is aborted. */
export type Delay = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Waits on the system's timer. */
export const delay: Delay = async (milliseconds, signal) => {
  try {
    await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};
