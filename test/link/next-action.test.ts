import { nextAction } from "../../src/link";

type Situation = Parameters<typeof nextAction>[0];

const SETTLED: Situation = {
  status: "linked",
  authorizeWith: "url",
  remint: "when_stale",
  isAwaited: false,
  hasUrl: false,
  wanted: null,
  authorized: null,
};
const INVITATION = { authorizeWith: "invitation" } as const;
const NEVER = { remint: "never" };
const NOTHING = "Nothing to do: the Organizational Unit is linked.";

describe("what has to happen next", () => {
  it.each<[Partial<Situation>, string]>([
    [
      { status: "pending", ...INVITATION },
      "Send the administrator the invitation, if that is not done: it works until the link is made.",
    ],
    [{ status: "pending" }, "Send the administrator to the authorization URL before it lapses."],
    [
      { status: "stale" },
      "The authorization URL has lapsed unused. Apply to mint a new authorization URL, then send the administrator to it.",
    ],
    [
      { status: "stale", ...NEVER },
      "The authorization URL has lapsed unused. Change keepers and apply to mint a new authorization URL, then send the " +
        "administrator to it.",
    ],
    [
      { status: "unlinked", ...INVITATION },
      "The authorization works no longer. Apply to ask the administrator anew, then send the invitation.",
    ],
    [
      { status: "unlinked" },
      "The authorization works no longer. Apply to mint a new authorization URL, then send the administrator to it.",
    ],
    [
      { status: "unlinked", ...NEVER },
      "The authorization works no longer. Change keepers and apply to mint a new authorization URL, then send the " +
        "administrator to it.",
    ],
    [
      { status: "unknown" },
      "Nothing is known of the link. Ask the administrator, or change keepers and apply to ask them anew.",
    ],
    [
      { isAwaited: true, ...INVITATION },
      "The link works, and the administrator has been asked to authorize anew: send them the invitation, if that is not " +
        "done.",
    ],
    [
      { isAwaited: true, hasUrl: true },
      "The link works, and the administrator has been asked to authorize anew: send them to the authorization URL before " +
        "it lapses.",
    ],
    [
      { isAwaited: true },
      "The link works, and the administrator has been asked to authorize anew, but the URL has lapsed: change keepers and " +
        "apply to mint another.",
    ],
    [{}, NOTHING],
    [{ wanted: "zoom" }, NOTHING],
    [{ authorized: "zoom" }, NOTHING],
    [{ wanted: "zoom", authorized: "zoom" }, NOTHING],
    [
      { wanted: "ms_teams", authorized: "zoom" },
      "Linked, but the administrator was asked for zoom and the configuration names ms_teams: change keepers and apply to " +
        "ask them anew, or name what they authorized.",
    ],
  ])("where %j: %s", (situation, text) => {
    expect(nextAction({ ...SETTLED, ...situation })).toBe(text);
  });
});
