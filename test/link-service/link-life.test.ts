import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { FileLinkStore, LinkStoreError, endLink } from "../../src/link-store";
import type { LinkStore } from "../../src/link-store";
import { accessLogLine } from "../../src/link-service";
import { WORDING } from "../../src/link-service/outcome";
import type { LinkService } from "../../src/link-service";
import { linkOf, proseOf } from "./browser";
import type { Browser } from "./browser";
import { TOKENS } from "./scripted-cronofy";
import { DECLARATION, LINK, Stage, returnUrl } from "./stage";

describe("an invitation, through the life of its link", () => {
  let stage: Stage;
  let service: LinkService;
  let browser: Browser;

  beforeEach(async () => {
    stage = await Stage.open();
    service = stage.service();
    browser = stage.browser(service);
  });

  afterEach(() => stage.close());

  const end = () =>
    endLink(stage.store, { revoke: () => Promise.resolve() }, LINK, { declarationId: DECLARATION.id, now: stage.now });

  /** An administrator comes by the invitation and approves. */
  async function link(conferencingProviderName?: string) {
    const state = await stage.depart(
      browser,
      conferencingProviderName === undefined ? {} : { conferencingProviderName },
    );
    stage.pass(60);
    return browser.open(returnUrl({ code: `code-${stage.now.getTime()}`, state }));
  }

  /** Opens an invitation, and presses the button of the same page as it was before. */
  async function tried(url: string, early: Awaited<ReturnType<Browser["open"]>>) {
    const [seen, pressed] = [await browser.open(url), await browser.press(early)];
    expect(pressed).toMatchObject({ status: seen.status, title: seen.title });
    expect(stage.cronofy.mints).toEqual([]);
    return seen;
  }

  describe("is withdrawn", () => {
    it("where the link was ended", async () => {
      const url = await stage.invite();
      const early = await browser.open(url);
      await end();
      const page = await tried(url, early);
      expect(page).toMatchObject({ status: 410, title: "This invitation has been withdrawn" });
      expect(page.headers.get("retry-after")).toBeNull();
      expect(stage.log.at(-1)).toMatchObject({ outcome: "withdrawn", link: `de/${LINK.serviceAccountId}` });
      expect(stage.log.at(-1)?.detail).toContain("ended at 2026-03-01T09:00:00.000Z");
    });

    it("where the link was ended and declared anew, for which there is another one", async () => {
      const url = await stage.invite();
      const early = await browser.open(url);
      await end();
      const { lifeId } = await stage.declare();
      expect(await tried(url, early)).toMatchObject({ status: 410, title: "This invitation has been withdrawn" });
      expect(stage.log.at(-1)?.detail).toContain("began anew");
      expect(await browser.open(await stage.invite({ lifeId }))).toMatchObject({ status: 200 });
    });
  });

  it("goes on working when another declaration takes the link over, as in a replacement", async () => {
    const url = await stage.invite();
    await stage.declare({ declaration: { ...DECLARATION, id: "declaration-2" } });
    expect(await browser.open(url)).toMatchObject({ status: 200 });
  });

  it("asks to come back later where the link is not in this store, and tells the operator why that may be", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "ou-link-other-store-"));
    try {
      const other = new FileLinkStore(folder);
      const url = await stage.invite();
      const early = await browser.open(url);
      browser = Object.assign(stage.browser(stage.service({ store: other })), { cookies: browser.cookies });
      const page = await tried(url, early);
      expect(page).toMatchObject({ status: 503, title: "Please come back later" });
      expect(page.headers.get("retry-after")).toBe("15");
      expect(page.text).not.toContain(folder);
      const { detail } = stage.log.at(-1) ?? {};
      expect(detail).toContain(other.description);
      expect(detail).toContain("Most likely the provider's link_store is another one");

      // A store that is put right needs no new invitation.
      const { lifeId } = (await stage.store.look(LINK)) ?? {};
      await copied(stage.store, other);
      expect((await other.look(LINK))?.lifeId).toBe(lifeId);
      expect(await browser.open(url)).toMatchObject({ status: 200, title: "Connect your conferencing service" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("shows again where a linked link is asked anew, and links it to what is asked for now", async () => {
    const url = await stage.invite();
    expect(await link("zoom_enterprise")).toMatchObject({ status: 200 });
    expect(await browser.open(url)).toMatchObject({ status: 200, title: "This is already linked" });
    stage.pass(60);
    await stage.declare({ asksAnew: true, conferencingProviderName: "ms_teams" });
    expect(await browser.open(url)).toMatchObject({ status: 200, title: "Connect your conferencing service" });
    expect(await link("ms_teams")).toMatchObject({ status: 200, title: "Conferencing is linked" });
    expect(await stage.store.look(LINK)).toMatchObject({
      awaited: null,
      authorization: { conferencingProviderName: "ms_teams", linkedAt: stage.now.toISOString() },
    });
    expect(await browser.open(url)).toMatchObject({ title: "This is already linked" });
  });

  describe("of somebody who comes back without an approval", () => {
    it("can be begun again from the page that tells them so, and leads to the link", async () => {
      const url = await stage.invite({ conferencingProviderName: "zoom_enterprise", parameters: { locale: "fr" } });
      const { location } = await browser.press(await browser.open(url));
      const state = new URL(location ?? "").searchParams.get("state") ?? "";
      const declined = await browser.open(returnUrl({ error: "access_denied", state }));
      expect(declined).toMatchObject({ status: 403, title: "You declined the connection" });
      expect(linkOf(declined, "Begin again")).toBe(url);
      const again = await browser.press(await browser.open(linkOf(declined, "Begin again") ?? ""));
      const next = new URL(again.location ?? "").searchParams;
      expect(Object.fromEntries(next)).toMatchObject({ conferencing_provider_name: "zoom_enterprise", locale: "fr" });
      expect(await browser.open(returnUrl({ code: "code-1", state: next.get("state") ?? "" }))).toMatchObject({
        title: "Conferencing is linked",
      });
      const log = stage.log.map(accessLogLine).join("\n");
      expect(log).not.toContain(url.slice(url.lastIndexOf(".") + 1));
      expect(log).not.toContain("egin again");
    });

    it("can be begun again whatever else ended it, but what only the operator can mend", async () => {
      const url = await stage.invite();
      const cases: [query: Record<string, string>, status?: number, body?: object][] = [
        [{ error: "something_new" }],
        [{ error: "server_error" }],
        [{ error: "temporarily_unavailable" }],
        [{ code: "expired" }, 400, { error: "invalid_grant" }],
        [{ code: "uncertain" }, 500],
        [{ code: "limited" }, 429],
        [{ code: "forbidden" }, 403],
      ];
      for (const [query, status = 200, body = {}] of cases) {
        stage.cronofy.script = () => ({ status, body });
        const page = await browser.open(returnUrl({ ...query, state: await stage.depart(browser) }));
        expect({ query, again: linkOf(page, "Begin again") }).toEqual({ query, again: url });
        expect(proseOf(page)).not.toMatch(/a new (one|link)/);
      }
      const page = await browser.open(returnUrl({ error: "invalid_scope", state: await stage.depart(browser) }));
      expect(linkOf(page, "Begin again")).toBeUndefined();
    });

    it("is not shown to another browser, nor to who began with Terraform's output", async () => {
      const state = await stage.depart(browser);
      const other = await stage.browser(service).open(returnUrl({ error: "access_denied", state }));
      const declined = await browser.open(returnUrl({ error: "access_denied", state: await stage.signState() }));
      for (const page of [other, declined]) expect(page.text).not.toContain("/invitations/");
      expect(proseOf(declined)).toContain("ask the people who sent you the link for a new one");
    });

    it("can be begun again where the store does not answer just now", async () => {
      const url = await stage.invite();
      const state = await stage.depart(browser);
      jest.spyOn(stage.store, "look").mockRejectedValue(new LinkStoreError("not-readable", "db", "It is down."));
      expect(linkOf(await browser.open(returnUrl({ error: "access_denied", state })), "Begin again")).toBe(url);
    });

    it("is not offered where it has ended meanwhile: withdrawn, linked by another, or expired", async () => {
      const offered = async (state: string) =>
        linkOf(await browser.open(returnUrl({ error: "access_denied", state })), "Begin again") !== undefined;
      const expiresAt = new Date(stage.now.getTime() + 60_000);
      const expiring = await stage.depart(browser, { expiresAt });
      expect(await offered(expiring)).toBe(true);
      stage.pass(60);
      expect(await offered(expiring)).toBe(false);

      const state = await stage.depart(browser);
      expect(await offered(state)).toBe(true);
      await link();
      expect(await offered(state)).toBe(false);
      await end();
      expect(await offered(state)).toBe(false);
    });
  });

  describe("when its administrator comes back", () => {
    it("spends no code where the link was ended while they were away", async () => {
      const state = await stage.depart(browser);
      await end();
      const page = await browser.open(returnUrl({ code: "code-1", state }));
      expect(page).toMatchObject({ status: 410, title: "This invitation has been withdrawn" });
      expect(stage.cronofy.redemptions).toEqual([]);
      expect(stage.completed).toEqual([]);
      expect(await stage.store.look(LINK)).toMatchObject({ authorization: null, ended: { by: "destroy" } });
    });

    it("records for which declaration they approved, and what they were asked for", async () => {
      await stage.declare();
      const state = await stage.depart(browser, { conferencingProviderName: "webex_enterprise" });
      // As a replacement does that creates before it destroys.
      const declaration = { ...DECLARATION, id: "declaration-2" };
      await stage.declare({ declaration });
      await browser.open(returnUrl({ code: "code-1", state }));
      expect(await stage.store.look(LINK)).toMatchObject({
        declaration,
        awaited: null,
        authorization: { declarationId: "declaration-2", conferencingProviderName: "webex_enterprise" },
      });
    });

    it("records one whom nobody has declared here as a life of its own", async () => {
      const state = await stage.signState({ conferencingProviderName: "zoom_enterprise" });
      await browser.open(returnUrl({ code: "code-1", state }));
      expect(await stage.store.look(LINK)).toMatchObject({
        declaration: null,
        authorization: { declarationId: null, conferencingProviderName: "zoom_enterprise" },
      });
    });

    it("has put down that a code is under way before Cronofy gets it, and what came of it after", async () => {
      const atCronofy: unknown[] = [];
      const answers = [{ status: 400, body: { error: "invalid_grant" } }, { status: 500 }, TOKENS];
      stage.cronofy.script = async () => {
        atCronofy.push((await stage.store.look(LINK))?.redeemingSince);
        return answers.shift() ?? TOKENS;
      };
      const after: unknown[] = [];
      for (const code of ["expired", "uncertain", "good"]) {
        await browser.open(returnUrl({ code, state: await stage.depart(browser) }));
        after.push((await stage.store.look(LINK))?.redeemingSince);
      }
      const now = stage.now.toISOString();
      expect(atCronofy).toEqual([now, now, now]);
      // That Cronofy has an authorization of which we know nothing is possible from the second one on.
      expect(after).toEqual([null, now, now]);
    });
  });
});

describe("what pages say", () => {
  it("holds no word that an administrator cannot know", () => {
    for (const { title, happened, next, nextByInvitation = "" } of Object.values(WORDING)) {
      expect(`${title} ${happened} ${next} ${nextByInvitation}`).not.toMatch(
        /organi[sz]ational unit|ser_|OAuth|token/i,
      );
    }
  });

  it("asks nobody for a new link whose invitation goes on working", () => {
    for (const { nextByInvitation = "" } of Object.values(WORDING)) {
      expect(nextByInvitation).not.toMatch(/a new (one|link)/);
    }
  });
});

/** Puts the record of one store into another, as whoever moves a store does. */
async function copied(from: LinkStore, to: LinkStore): Promise<void> {
  const record = await from.read(LINK);
  if (record === null) throw new Error("There is nothing to copy.");
  await to.locked(LINK, (target) => target.write(record));
}
