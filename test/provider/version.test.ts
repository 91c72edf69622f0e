import { version } from "../../package.json";
import { VERSION } from "../../src/provider/version";

it("the provider says the version that the package has", () => {
  expect(VERSION).toBe(version);
});
