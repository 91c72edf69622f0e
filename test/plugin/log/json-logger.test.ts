import { createJsonLogger } from "../../../src/plugin/log/json-logger";
import { logLevel } from "../../../src/plugin/log/logger";
import type { LogLevel, Logger } from "../../../src/plugin/log/logger";

function logInto(lines: string[], level: LogLevel | "off" = "trace"): Logger {
  const now = (): Date => new Date("2026-11-23T10:00:00.123Z");
  return createJsonLogger({ level, module: "trial", now, sink: (line) => lines.push(line) });
}

describe("the JSON log", () => {
  it("writes a record as Terraform reads it", () => {
    const lines: string[] = [];
    logInto(lines).info("hello\nyou", { count: 3, done: true, missing: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("\n");
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      "@level": "info",
      "@message": "hello\nyou",
      "@module": "trial",
      "@timestamp": "2026-11-23T10:00:00.123000Z",
      count: "3",
      done: "true",
    });
  });

  it("keeps its own keys whatever the fields are called", () => {
    const lines: string[] = [];
    logInto(lines).error("real", { "@message": 1, "@level": "panic", "@timestamp": 0, "@other": 5 });
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      "@level": "error",
      "@message": "real",
      "@module": "trial",
      "@timestamp": "2026-11-23T10:00:00.123000Z",
      "@other": "5",
    });
  });

  it.each([
    ["trace", ["trace", "debug", "info", "warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["error", ["error"]],
    ["off", []],
  ] as const)("writes from level %s on", (level, written) => {
    const lines: string[] = [];
    const log = logInto(lines, level);
    for (const each of ["trace", "debug", "info", "warn", "error"] as const) log[each]("message");
    expect(lines.map((line) => (JSON.parse(line) as Record<string, string>)["@level"])).toEqual(written);
  });

  it("adds the fields of the log to those of the record", () => {
    const lines: string[] = [];
    logInto(lines).with({ a: 1, b: 1 }).with({ b: 2, c: 2 }).debug("message", { c: 3 });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ a: "1", b: "2", c: "3" });
  });

  it("hides a secret in every part of a record, in the logs before and behind the one that was told", () => {
    const lines: string[] = [];
    const first = logInto(lines);
    const second = first.with({ token: "s3cr3t-one" });
    const third = second.with({});
    second.redact("s3cr3t-one");
    for (const log of [first, second, third]) {
      log.warn("sent s3cr3t-one", {
        "s3cr3t-one": "x",
        header: `Basic ${Buffer.from("id:s3cr3t-one").toString("base64")}`,
      });
    }
    expect(lines).toHaveLength(3);
    expect(lines.join("")).not.toMatch(/s3cr3t|czNjcj/);
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ "@message": "sent ***", token: "***", "***": "x" });
  });

  it("hides a secret that reaches over the place where a long value is cut", () => {
    const lines: string[] = [];
    const log = logInto(lines);
    log.redact("s3cr3t-one");
    log.warn(`${"x".repeat(4_090)}s3cr3t-one`);
    expect(lines.join("")).not.toContain("s3cr3t");
  });

  it("cuts long values, because Terraform cannot read a record over 64 KiB", () => {
    const lines: string[] = [];
    logInto(lines).warn("y".repeat(200_000), { body: "ä".repeat(200_000) });
    expect(Buffer.byteLength(lines[0] ?? "")).toBeLessThan(64 * 1024);
    expect(lines[0]).toContain("… (200000 characters)");
  });
});

describe("the log level", () => {
  it.each([
    [{}, "off"],
    [{ TF_LOG: "" }, "off"],
    [{ TF_LOG: "OFF" }, "off"],
    [{ TF_LOG: "info" }, "info"],
    [{ TF_LOG: "WARN" }, "warn"],
    [{ TF_LOG: "JSON" }, "trace"],
    [{ TF_LOG: "1" }, "trace"],
    [{ TF_LOG: "ERROR", TF_LOG_PROVIDER: "DEBUG" }, "debug"],
    [{ TF_LOG: "TRACE", TF_LOG_PROVIDER: "off" }, "off"],
    [{ TF_LOG_PROVIDER: "TRACE", TF_LOG_PROVIDER_TWO_WORDS: "ERROR" }, "error"],
    [{ TF_LOG_PROVIDER_OTHER: "TRACE" }, "off"],
  ])("is read from %j as %s", (env, level) => {
    expect(logLevel(env, "two-words")).toBe(level);
  });
});
