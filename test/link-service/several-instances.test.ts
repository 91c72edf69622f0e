import { randomBytes } from "node:crypto";
import { PostgresLinkStore, StoreKeys } from "../../src/link-store";
import { Secret } from "../../src/cronofy";
import { startPostgres } from "../postgres";
import type { TestPostgres } from "../postgres";
import { TOKENS } from "./scripted-cronofy";
import { LINK, Stage, returnUrl } from "./stage";

describe("several instances on one database", () => {
  let postgres: TestPostgres;
  let stores: PostgresLinkStore[];
  let stage: Stage;

  beforeAll(async () => {
    postgres = await startPostgres();
  }, 120_000);

  afterAll(() => postgres.close());

  beforeEach(async () => {
    const url = new Secret(await postgres.createDatabase());
    const keys = StoreKeys.parse(randomBytes(32).toString("base64"));
    stores = [1, 2, 3].map(() => new PostgresLinkStore(url, { keys }));
    stage = await Stage.open(stores[0]);
  });

  afterEach(async () => {
    await stage.close();
    await Promise.all(stores.map((store) => store.close()));
  });

  const instances = () => stores.map((store) => stage.service({ store }));

  it("share a flow: one shows the invitation, one mints, one takes the return, and all know of the link", async () => {
    const [shows, mints, takes] = instances() as [ReturnType<Stage["service"]>, ...ReturnType<Stage["service"]>[]];
    const url = await stage.invite();
    let next = shows;
    const browser = stage.browser({ callbackUrl: "", fetch: (request) => next.fetch(request) });
    const invited = await browser.open(url);
    next = mints ?? shows;
    const { location } = await browser.press(invited);
    next = takes ?? shows;
    stage.pass(1);
    const state = new URL(location ?? "").searchParams.get("state") ?? "";
    expect(await browser.open(returnUrl({ code: "code-1", state }))).toMatchObject({ status: 200 });
    for (const instance of instances()) {
      expect(await stage.browser(instance).open(url)).toMatchObject({ title: "This is already linked" });
    }
    expect(stage.cronofy.mints).toHaveLength(1);
  });

  it("send one code only where one state comes to all of them at once", async () => {
    const [first, ...others] = instances();
    if (first === undefined) throw new Error("There is no instance.");
    const browser = stage.browser(first);
    const state = await stage.depart(browser);
    stage.pass(1);
    const cookie = browser.cookies.get("__Host-ou-link") ?? "";
    const pages = await Promise.all(
      [first, ...others].map((instance, index) => {
        const tab = stage.browser(instance);
        tab.cookies.set("__Host-ou-link", cookie);
        return tab.open(returnUrl({ code: `code-${index}`, state }));
      }),
    );
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect(stage.cronofy.redemptions).toHaveLength(1);
    expect(stage.completed).toHaveLength(1);
  });

  it("leave each other's links alone: many administrators at once, each at some instance", async () => {
    const all = instances();
    stage.cronofy.script = () => TOKENS;
    const accounts = Array.from({ length: 30 }, (_, index) => `ser_${index}`);
    const pages = await Promise.all(
      accounts.map(async (serviceAccountId, index) => {
        const state = await stage.signState({ serviceAccountId });
        const instance = all[index % all.length];
        return instance && stage.browser(instance).open(returnUrl({ code: `code-${index}`, state }));
      }),
    );
    expect(pages.map((page) => page?.status)).toEqual(accounts.map(() => 200));
    for (const serviceAccountId of accounts) {
      expect(await stores[2]?.read({ ...LINK, serviceAccountId })).toMatchObject({ serviceAccountId });
    }
  });

  it("are not ready, and begin nothing, once the database is gone", async () => {
    const down = new PostgresLinkStore(new Secret("postgres://nobody@127.0.0.1:1/none"), {
      keys: StoreKeys.parse(undefined),
    });
    try {
      const browser = stage.browser(stage.service({ store: down }));
      expect(await browser.open("https://links.example.com/readyz")).toMatchObject({ status: 503 });
      expect(await browser.open("https://links.example.com/healthz")).toMatchObject({ status: 200 });
      expect(await browser.open(await stage.invite())).toMatchObject({ status: 503 });
      expect(stage.cronofy.mints).toEqual([]);
    } finally {
      await down.close();
    }
  });
});
