/** Where a run keeps its links, and what may go wrong with it. Each fault says whether it could be brought about. */
export interface StoreUnderFire {
  /** What has our processes choose it. */
  readonly env: Readonly<Record<string, string>>;
  beReadOnly(milliseconds: number): Promise<boolean>;
  beFull(milliseconds: number): Promise<boolean>;
  crash(): Promise<boolean>;
  killPooler(): Promise<boolean>;
  /** Lets the time pass after which the locks of a dead process are free. */
  outliveLocks(accounts: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
