import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { depth } from "../../depth";
import { TerraformSide, answerOf, shown } from "./terraform-side";

const ROUNDS = depth(10, 50);
const KILLED_ROUNDS = depth(3, 10);
/** As many at a time as two cores start without slowing each other down. */
const BATCH = 5;
/** The watch on the parent looks once a second; the rest is for the machine. */
const GONE_WITHIN_MS = 3_000;

describe("round after round", () => {
  // What is released, which also starts faster.
  const terraform = new TerraformSide("the packed executable");
  const temporary = mkdtempSync(join(tmpdir(), "t-"));
  beforeAll(() => terraform.build());
  afterEach(() => terraform.closeAll());
  afterAll(async () => {
    await terraform.end();
    rmSync(temporary, { recursive: true, force: true });
  });

  it("leaves no process, socket or folder after fifty providers were started, asked and shut down", async () => {
    await inBatches(ROUNDS, async (round) => {
      const { launched, read, controller } = await terraform.start({ env: { TMPDIR: temporary } });
      await expect(read("echo", String(round))).resolves.toBe(String(round));
      await answerOf((done) => controller.shutdown({}, done));
      // It resolves when the pipes are closed, which whatever process is left would hold open.
      await expect(launched.ended).resolves.toBe(0);
    });
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);

  it("leaves no process, socket or folder after the parents of ten providers were killed", async () => {
    await inBatches(KILLED_ROUNDS, async (round) => {
      const { launched, read } = await terraform.start({
        env: { TMPDIR: temporary },
        command: ["sh", "-c", '"$@" & echo "pid $!" >&2; wait', "sh"],
      });
      const pid = Number(await shown(launched.stderr, /pid (\d+)/));
      try {
        await expect(read("echo", String(round))).resolves.toBe(String(round));
        const killed = performance.now();
        launched.child.kill("SIGKILL");
        await launched.ended;
        expect(performance.now() - killed).toBeLessThan(GONE_WITHIN_MS);
        expect(isRunning(pid)).toBe(false);
      } finally {
        if (isRunning(pid)) process.kill(pid, "SIGKILL");
      }
    });
    expect(readdirSync(temporary)).toEqual([]);
  }, 60_000);
});

async function inBatches(count: number, round: (number: number) => Promise<void>): Promise<void> {
  for (let first = 0; first < count; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - first) }, (_, index) => first + index);
    await Promise.all(numbers.map(round));
  }
}

/** Whether the process is more than an entry that waits for its new parent to take note of its end. */
function isRunning(pid: number): boolean {
  return /^[^Z\s]/.test(process.platform === "linux" ? stateInProc(pid) : stateByPs(pid));
}

/** Small Linux images have no `ps`. */
function stateInProc(pid: number): string {
  try {
    return /\) (\S)[^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function stateByPs(pid: number): string {
  return spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
}
