import { FakeClock } from "../../../src/plugin/testing";

describe("FakeClock", () => {
  const START = new Date("2026-03-01T12:00:00Z");
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock(START);
  });

  it("stands still until it is moved", () => {
    const { now } = clock;
    expect(now()).toEqual(START);
    clock.advance("1h30m");
    clock.advance(500);
    expect(now()).toEqual(new Date("2026-03-01T13:30:00.500Z"));
    clock.set(START);
    expect(now()).toEqual(START);
  });

  it("cannot be moved by what a reader of its dates does to them", () => {
    clock.now().setFullYear(1999);
    expect(clock.now()).toEqual(START);
  });

  it.each(["soon", "10", -1, NaN, Infinity])("does not advance by %p", (by) => {
    expect(() => clock.advance(by)).toThrow("is no time to advance by");
    expect(() => clock.set(new Date(NaN))).toThrow("invalid date");
    expect(clock.now()).toEqual(START);
  });

  it("wakes sleepers in the order of their time, and only those", async () => {
    const woken: string[] = [];
    const asleep = (name: string, seconds: number) => clock.sleep(seconds * 1_000).then(() => woken.push(name));
    const all = Promise.all([asleep("late", 60), asleep("early", 10), asleep("latest", 61)]);
    clock.advance("60s");
    await new Promise(setImmediate);
    expect(woken).toEqual(["early", "late"]);
    clock.advance("1s");
    await all;
    expect(woken).toEqual(["early", "late", "latest"]);
  });

  it("does not wait for no time", async () => {
    await clock.sleep(0);
    await clock.sleep(-5);
  });

  it("lets a test follow a loop that polls", async () => {
    let polls = 0;
    const { sleep } = clock;
    const loop = (async () => {
      while (++polls < 4) await sleep(5_000);
    })();
    for (const expected of [1, 2, 3]) {
      await clock.whenAsleep();
      expect(polls).toBe(expected);
      clock.advance("5s");
    }
    await loop;
    expect(polls).toBe(4);
  });

  it("ends a sleep that is interrupted, before or while it sleeps", async () => {
    const interruption = new AbortController();
    const sleeping = clock.sleep(1_000, interruption.signal);
    interruption.abort(new Error("interrupted"));
    await expect(sleeping).rejects.toThrow("interrupted");
    await expect(clock.sleep(1_000, interruption.signal)).rejects.toThrow("interrupted");
    clock.advance("1s");
  });
});
