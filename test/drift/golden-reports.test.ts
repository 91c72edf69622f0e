import { FORMATS } from "../../src/drift";
import type { Format } from "../../src/drift";
import { RULES, changeJson, linkAddress, transitions } from "./fleet";
import { PLAIN, reportOf } from "./report-of";

describe("golden reports of a small fleet", () => {
  const members = transitions([
    { customer: "acme", was: "linked", is: "unlinked" },
    { customer: "globex", was: "pending", is: "stale" },
    { customer: "initech", was: "pending", is: "pending" },
    { customer: "umbrella", was: "pending", is: "linked" },
    { customer: "hooli", was: "linked", is: "linked" },
  ]);
  members.resource_changes.push(changeJson(linkAddress("stark"), ["create"], null, { keepers: null }));

  it.each(Object.keys(FORMATS) as Format[])("as %s", (format) => {
    expect(FORMATS[format](reportOf(members, { rules: RULES }), PLAIN)).toMatchSnapshot();
  });
});
