/**
 * Counts requests in any span of time, which is the strictest way to read "so many a minute". A request counts from its
 * start until one span after its answer: it reached the other side somewhere in between, so that however long requests
 * travel, the other side never counts more than the limit.
 */
export class SlidingWindow {
  private underWay = 0;
  /** When the requests of the last span were answered, oldest first. */
  private readonly answered: number[] = [];

  /** @param span milliseconds. */
  constructor(
    readonly limit: number,
    private readonly span: number,
  ) {}

  /** Whether nothing but an answer can make room for a request that leaves so many places free. */
  isFull(free: number): boolean {
    return this.underWay >= this.limit - free;
  }

  begin(): void {
    this.underWay += 1;
  }

  end(now: number): void {
    this.underWay -= 1;
    this.answered.push(now);
  }

  /**
   * The least time that a request with so many others before it must wait: as if each of them were answered at once.
   *
   * @param free how many places the request leaves to others.
   * @returns milliseconds.
   */
  leastWait(before: number, now: number, free = 0): number {
    while ((this.answered[0] ?? Infinity) + this.span <= now) this.answered.shift();
    const limit = this.limit - free;
    const taken = this.underWay + this.answered.length + before;
    if (taken < limit) return 0;
    const spans = Math.floor((taken - limit) / limit);
    const freed = this.answered[(taken - limit) % limit];
    return spans * this.span + (freed === undefined ? this.span : freed + this.span - now);
  }
}
