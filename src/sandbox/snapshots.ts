import type { Fault, Faults } from "./faults";
import type { LocalCronofy, LocalCronofySnapshot } from "./local-cronofy";

interface Snapshot {
  readonly cronofy: LocalCronofySnapshot;
  readonly faults: readonly Fault[];
}

/** How many are kept; an older one is forgotten for a newer one. */
const KEPT = 20;

/**
 * States of the sandbox to go back to: what it holds, its clock and the faults to come, but not the log of requests.
 * They stay inside, so that no token leaves with them.
 */
export class Snapshots {
  readonly #cronofy: LocalCronofy;
  readonly #faults: Faults;
  readonly #snapshots = new Map<string, Snapshot>();
  #taken = 0;

  constructor(cronofy: LocalCronofy, faults: Faults) {
    this.#cronofy = cronofy;
    this.#faults = faults;
  }

  /** @returns the snapshot's id */
  take(): string {
    this.#taken += 1;
    const id = `snapshot_${this.#taken}`;
    this.#snapshots.set(id, { cronofy: this.#cronofy.snapshot(), faults: this.#faults.all() });
    this.#snapshots.delete(`snapshot_${this.#taken - KEPT}`);
    return id;
  }

  /** Goes back to a snapshot, any number of times. False where there is none of that id. */
  restore(id: string): boolean {
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) return false;
    this.#cronofy.restore(snapshot.cronofy);
    this.#faults.restore(snapshot.faults);
    return true;
  }

  /** Oldest first. */
  ids(): string[] {
    return [...this.#snapshots.keys()];
  }
}
