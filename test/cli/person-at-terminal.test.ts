import { PassThrough } from "node:stream";
import { PlanProgress } from "../../src/cli/drift/terraform-plan";
import { runCli } from "../../src/cli/run-cli";
import { readCodeOrUrl } from "../../src/cli/redeem-request";
import type { Terminal } from "../../src/cli/command-line/terminal";
import { WaitingLine } from "../../src/cli/command-line/waiting";

interface Kind {
  readonly isTTY: boolean;
  readonly isQuiet?: boolean;
  readonly env?: Record<string, string>;
}

/** A terminal with a person at it, or a log in its place, and all that is written to it. */
function terminalOf({ isTTY, isQuiet = false, env = {} }: Kind) {
  let written = "";
  const input = Object.assign(new PassThrough(), { isTTY });
  const prompt = Object.assign(new PassThrough(), { isTTY });
  prompt.on("data", (chunk: Buffer) => (written += chunk.toString()));
  const terminal: Terminal = {
    env,
    platform: "linux",
    architecture: "x64",
    print: () => undefined,
    note: (line) => prompt.write(`${line}\n`),
    warn: (line) => prompt.write(`${line}\n`),
    detail: () => undefined,
    isQuiet: () => isQuiet,
    output: new PassThrough(),
    input,
    prompt,
    interruption: () => new AbortController().signal,
  };
  return { terminal, input, written: () => written };
}

describe("a person at a terminal", () => {
  describe("sees that something is waited for", () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] }));
    afterEach(() => jest.useRealTimers());

    it("by a line that moves, makes room for others, and goes away", () => {
      const { terminal, written } = terminalOf({ isTTY: true });
      const line = new WaitingLine(terminal, "Waiting");
      jest.advanceTimersByTime(100);
      line.note("A note.");
      jest.advanceTimersByTime(100);
      line.stop();
      jest.advanceTimersByTime(1_000);
      const clear = "\r\u001b[K";
      expect(written()).toBe(`${clear}⠋ Waiting${clear}⠙ Waiting${clear}A note.\n${clear}⠹ Waiting${clear}`);
    });

    it.each<[Kind]>([
      [{ isTTY: false }],
      [{ isTTY: true, env: { TERM: "dumb" } }],
      [{ isTTY: true, env: { CI: "true" } }],
      [{ isTTY: true, isQuiet: true }],
    ])("by one plain line where nothing can move: %j", (kind) => {
      const { terminal, written } = terminalOf(kind);
      const line = new WaitingLine(terminal, "Waiting");
      jest.advanceTimersByTime(1_000);
      line.note("A note.");
      line.stop();
      expect(written()).toBe("Waiting …\nA note.\n");
    });
  });

  describe("sees how far planning is", () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate"] }));
    afterEach(() => jest.useRealTimers());

    /** What stands there after each of these events, the last of which takes the line away. */
    function shown(kind: Kind, folders: number): readonly string[] {
      const { terminal, written } = terminalOf(kind);
      const progress = new PlanProgress(terminal, folders);
      const seen: string[] = [];
      const events = [
        () => progress.onReading(),
        () => progress.onReading(),
        () => progress.onRead(),
        () => progress.onFolderDone(),
        () => progress.stop(),
      ];
      for (const event of events) {
        const before = written().length;
        event();
        jest.advanceTimersByTime(1_000);
        const texts = [
          ...written()
            .slice(before)
            .matchAll(/\d+\/\d+ [\w ·]+ read/g),
        ].map(([text]) => text);
        seen.push(texts.at(-1) ?? "");
      }
      return seen;
    }

    it("by resources in one folder, of which more and more become known", () => {
      const [first, second, third] = shown({ isTTY: true }, 1);
      expect([first, second, third]).toEqual(["0/1 resources read", "0/2 resources read", "1/2 resources read"]);
    });

    it("by folders where there are several", () => {
      const [, , read, done] = shown({ isTTY: true }, 3);
      expect([read, done]).toEqual(["0/3 folders · 1 resources read", "1/3 folders · 1 resources read"]);
    });

    it.each<[Kind]>([[{ isTTY: false }], [{ isTTY: true, isQuiet: true }], [{ isTTY: true, env: { CI: "true" } }]])(
      "but not in a log, and not when nothing is to be told: %j",
      (kind) => {
        const { terminal, written } = terminalOf(kind);
        const progress = new PlanProgress(terminal, 1);
        progress.onReading();
        progress.stop();
        expect(written()).toBe("");
      },
    );
  });

  describe("is asked for a code", () => {
    const signal = () => new AbortController().signal;

    it("and pastes it", async () => {
      const { terminal, input, written } = terminalOf({ isTTY: true });
      const answer = readCodeOrUrl(terminal, signal());
      input.write("  https://example.com/callback?code=1 \n");
      expect(await answer).toBe("https://example.com/callback?code=1");
      expect(written()).toMatch(/address to which the browser was sent back: $/);
    });

    it("and may leave with Ctrl-D or Ctrl-C", async () => {
      const { terminal, input } = terminalOf({ isTTY: true });
      const answer = readCodeOrUrl(terminal, signal());
      input.end();
      await expect(answer).rejects.toThrow("Nothing came on standard input.");

      const interrupted = new AbortController();
      const other = readCodeOrUrl(terminalOf({ isTTY: true }).terminal, interrupted.signal);
      interrupted.abort();
      await expect(other).rejects.toThrow(/aborted/);
    });
  });

  it.each(["status", "drift"])("may leave %s with Ctrl-C while it waits for its input", async (command) => {
    const { terminal, written } = terminalOf({ isTTY: true });
    const waiting = { ...terminal, input: new PassThrough(), interruption: () => AbortSignal.abort() };
    expect(await runCli([command, "-"], waiting)).toBe(1);
    expect(written()).toBe("ou-link: Interrupted.\n");
  });
});
