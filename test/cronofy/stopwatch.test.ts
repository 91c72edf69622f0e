import { Stopwatch } from "../../src/cronofy";

describe("Stopwatch", () => {
  it("waits for the rest where a timer fires early", async () => {
    let time = 1_000;
    const delays: number[] = [];
    const delay = (milliseconds: number) => {
      delays.push(milliseconds);
      // As after 30 ms of computing: the timer counted from before it.
      time += delays.length === 1 ? milliseconds - 30.5 : milliseconds;
      return Promise.resolve();
    };
    const stopwatch = new Stopwatch({ now: () => time, delay });
    await stopwatch.wait(100);
    expect(delays).toEqual([100, 31]);
    expect(stopwatch.elapsed()).toBe(time);
    expect(time).toBeGreaterThanOrEqual(1_100);
  });

  it("counts a wait in full where the delay does not wait at all", async () => {
    const stopwatch = new Stopwatch({ now: () => 0, delay: () => Promise.resolve() });
    await Promise.all([stopwatch.wait(100), stopwatch.wait(60)]);
    expect(stopwatch.elapsed()).toBe(100);
  });
});
