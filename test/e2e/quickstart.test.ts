import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

jest.setTimeout(120_000);

interface Tour {
  /** Resolves at the first line that matches. */
  until(pattern: RegExp): Promise<void>;
  interrupt(): void;
  readonly ended: Promise<{ exitCode: number | null; lines: readonly string[]; leftRunning: readonly number[] }>;
}

/** Starts the quick start, as `npm run quickstart` does where there is no terminal. */
function startTour(env: NodeJS.ProcessEnv = {}): Tour {
  const child = spawn(process.execPath, ["--import", "tsx", "examples/quickstart/quickstart.ts"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = createInterface({ input: child.stdout });
  const lines: string[] = [];
  output.on("line", (line) => lines.push(line));
  return {
    async until(pattern) {
      while (!lines.some((line) => pattern.test(line))) await once(output, "line");
    },
    interrupt: () => child.kill("SIGINT"),
    ended: once(child, "close").then(async ([exitCode]) => ({
      exitCode: exitCode as number | null,
      lines,
      leftRunning: await listening(lines),
    })),
  };
}

/** The ports that the tour named and that still answer. */
async function listening(lines: readonly string[]): Promise<number[]> {
  const ports = new Set([...lines.join("\n").matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)));
  const answers = [...ports].map((port) =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => [port],
      () => [],
    ),
  );
  return (await Promise.all(answers)).flat();
}

describe("the quick start", () => {
  it("takes an invited link and one with a URL through their whole lives and ends well", async () => {
    const { exitCode, lines, leftRunning } = await startTour().ended;
    expect(lines.join("\n")).toMatch(/\nquickstart: ok$/);
    expect(exitCode).toBe(0);
    expect(leftRunning).toEqual([]);
    const [invited = "", byUrl = ""] = lines.join("\n").split("Second scene");
    expect(invited).toMatch(
      /"pending".*\n.*\/invitations\/[^]*"linked"[^]*acme will be updated in-place[^]*"unlinked" -> "pending"/,
    );
    expect(byUrl).toMatch(/\/organizational_unit_oauth\?[^]*"linked"[^]*"Ends a working link"[^]*been withdrawn"/);
    expect(existsSync("examples/quickstart/.quickstart/run/mirror")).toBe(true);
  });

  it("leaves nothing running when it is interrupted, and says where it stopped", async () => {
    const tour = startTour();
    await tour.until(/^ +It is at/);
    tour.interrupt();
    const { exitCode, lines, leftRunning } = await tour.ended;
    expect(exitCode).toBe(130);
    expect(lines.join("\n")).toMatch(/The quick start stopped at ".+"\.\n.*It was interrupted/);
    expect(leftRunning).toEqual([]);
  });

  it("does not run twice at a time in one folder", async () => {
    const first = startTour();
    await first.until(/Start a local Cronofy/);
    const { exitCode, lines } = await startTour().ended;
    first.interrupt();
    await first.ended;
    expect(exitCode).toBe(1);
    expect(lines.join("\n")).toMatch(/Another quick start runs in this folder\./);
  });

  it("says what to do when a step goes wrong", async () => {
    const { exitCode, lines } = await startTour({ TERRAFORM_BINARY_NAME: "terraform-of-mars" }).ended;
    expect(exitCode).toBe(1);
    expect(lines.join("\n")).toMatch(
      /stopped at "Getting ready"[^]*"terraform-of-mars"[^]*What to do: Install Terraform/,
    );
  });
});
