/** Something that listens. */
export interface Serving {
  /** Stops accepting, finishes what is under way, and resolves when all is closed. */
  close(): Promise<void>;
}

/** Lets `serving` work until the signal aborts, then closes it. */
export async function serveUntilInterrupted(serving: Serving, interruption: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (interruption.aborted) resolve();
    else interruption.addEventListener("abort", () => resolve(), { once: true });
  });
  await serving.close();
}
