import { logLevel } from "../../../src/plugin/log/log-level";

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
