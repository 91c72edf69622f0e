import { durationProblem } from "../../src/constructs/duration";
import { parseDuration } from "../../src/plugin";

describe("durations of the constructs", () => {
  it.each(["10m", "1h30m", "1.5h", "90s", "500ms", "576h", "0s", "", "10", "10 m", "-1m", "1d", "1h-1m", "9999h", "m"])(
    "are judged as the provider judges them: %j",
    (text) => {
      expect(durationProblem(text) === undefined).toBe(parseDuration(text) !== undefined);
    },
  );
});
