import { UNKNOWN } from "../../../src/plugin";
import { placeOf } from "./diagnostic-place";
import { memoryProvider } from "./memory-provider";
import { CAPABILITIES, applyShelf, planShelf, shelfWire } from "./memory-shelf-calls";

const BOOK = { title: "Emma", edition: 1, isbn: "isbn-Emma", checked: "checked-0" };
const STATE = {
  name: "a",
  owner: { email: "ada@example.com", id: "owner-1" },
  books: [BOOK, { title: "Persuasion", edition: 2, isbn: "isbn-Persuasion", checked: "checked-0" }],
  labels: [{ text: "Top", colour: "red", slug: "slug-Top" }],
  is_open: false,
};
const CONFIG = {
  name: "a",
  owner: { email: "ada@example.com" },
  books: [{ title: "Emma" }, { title: "Persuasion", edition: 2 }],
  labels: [{ text: "Top", colour: "red" }],
};

describe("attributes inside attributes", () => {
  it("are unknown on create where they are computed, in both nestings", async () => {
    const { planned, diagnostics } = await planShelf(await memoryProvider(), { config: CONFIG });
    expect(diagnostics).toEqual([]);
    expect(planned).toMatchObject({
      owner: { email: "ada@example.com", id: UNKNOWN },
      books: [
        { title: "Emma", edition: 1, isbn: UNKNOWN, checked: UNKNOWN },
        { title: "Persuasion", edition: 2, isbn: UNKNOWN },
      ],
      labels: [{ slug: UNKNOWN }],
    });
  });

  it("change nothing where nothing differs", async () => {
    const { planned, requiresReplace } = await planShelf(await memoryProvider(), {
      prior: STATE,
      config: CONFIG,
      proposed: STATE,
    });
    expect(planned).toMatchObject(STATE);
    expect(requiresReplace).toEqual([]);
  });

  it("stay known on update where they stay, follow their element, and are unknown in a new one", async () => {
    const config = {
      ...CONFIG,
      books: [{ title: "Emma", edition: 3 }, { title: "Persuasion", edition: 2 }, { title: "Lady Susan" }],
      labels: [...CONFIG.labels, { text: "New" }],
    };
    const proposed = {
      ...STATE,
      ...config,
      books: [{ ...BOOK, edition: 3 }, STATE.books[1], { title: "Lady Susan" }],
      labels: [...STATE.labels, { text: "New" }],
      owner: STATE.owner,
    };
    const { planned } = await planShelf(await memoryProvider(), { prior: STATE, config, proposed });
    expect(planned).toMatchObject({
      owner: { id: "owner-1" },
      books: [
        { edition: 3, isbn: "isbn-Emma", checked: UNKNOWN },
        { isbn: "isbn-Persuasion", checked: UNKNOWN },
        { title: "Lady Susan", edition: 1, isbn: UNKNOWN },
      ],
      labels: [{ slug: "slug-Top" }, { slug: UNKNOWN }],
    });
  });

  it("keep computed objects that nobody configures, for which Terraform proposes null", async () => {
    const prior = { ...STATE, wood: { kind: "ash" } };
    const unchanged = { prior, config: CONFIG, proposed: { ...STATE, wood: null } };
    expect((await planShelf(await memoryProvider(), unchanged)).planned).toMatchObject({ wood: { kind: "ash" } });
    const changed = { ...unchanged, config: { ...CONFIG, books: [] }, proposed: { ...STATE, books: [], wood: null } };
    expect((await planShelf(await memoryProvider(), changed)).planned).toMatchObject({ wood: { kind: "ash" } });
  });

  it("ask for replacement by the path to what differs, and no further", async () => {
    const config = {
      ...CONFIG,
      owner: { email: "eve@example.com" },
      labels: [{ text: "Other", colour: "red" }, { colour: "blue" }],
    };
    const proposed = {
      ...STATE,
      owner: { email: "eve@example.com", id: "owner-1" },
      labels: [{ text: "Other", colour: "red", slug: "slug-Top" }, { colour: "blue" }],
    };
    const { requiresReplace } = await planShelf(await memoryProvider(), { prior: STATE, config, proposed });
    expect(requiresReplace.map(placeOf)).toEqual(["owner.email", "labels[1].colour"]);
  });

  it("are all known after apply, and an apply that is repeated changes nothing", async () => {
    const provider = await memoryProvider();
    const { state, diagnostics } = await applyShelf(provider, { config: CONFIG });
    expect(diagnostics).toEqual([]);
    expect(state).toMatchObject({
      owner: { id: "owner-ada@example.com", pin: null },
      books: [{ isbn: "isbn-Emma" }, { isbn: "isbn-Persuasion" }],
      labels: [{ slug: "slug-Top" }],
    });
    const again = await planShelf(provider, { prior: state, config: CONFIG, proposed: state ?? {} });
    expect(again.planned).toEqual(state);
  });

  it("cannot be set where they are computed", async () => {
    const { handlers, context } = await memoryProvider();
    const { diagnostics } = await handlers.validateResourceConfig(
      {
        typeName: "memory_shelf",
        config: shelfWire({
          name: "a",
          owner: { email: "a@example.com", id: "x" },
          books: [{ title: "x" }, { title: "y", isbn: "z" }],
        }),
        clientCapabilities: CAPABILITIES,
      },
      context,
    );
    expect(diagnostics.map(({ attribute, detail }) => [placeOf(attribute), detail])).toEqual([
      ['owner["id"]', "The provider alone says what owner.id is. Remove the line that sets it."],
      // Terraform finds no line for more steps.
      ["books[1]", "The provider alone says what books[1].isbn is. Remove the line that sets it."],
    ]);
  });

  it("are validated where they stand", async () => {
    const { handlers, context } = await memoryProvider();
    const { diagnostics } = await handlers.validateResourceConfig(
      {
        typeName: "memory_shelf",
        config: shelfWire({ name: "a", books: [{ title: "x" }, { title: "" }] }),
        clientCapabilities: CAPABILITIES,
      },
      context,
    );
    expect(diagnostics).toMatchObject([{ summary: "No title" }]);
    expect(diagnostics[0]?.detail).toMatch(/^books\[1\]\.title: /);
    expect(diagnostics.map(({ attribute }) => placeOf(attribute))).toEqual(["books[1]"]);
  });
});

describe("attributes with a spelling", () => {
  it("plan nothing for another spelling of the same", async () => {
    const { planned, requiresReplace } = await planShelf(await memoryProvider(), {
      prior: STATE,
      config: { ...CONFIG, name: "A" },
      proposed: { ...STATE, name: "A" },
    });
    expect(planned).toMatchObject(STATE);
    expect(requiresReplace).toEqual([]);
  });

  it("keep the configuration's spelling when the API answers with another", async () => {
    const provider = await memoryProvider();
    const { state } = await applyShelf(provider, { config: CONFIG });
    const { newState } = await provider.handlers.readResource(
      {
        typeName: "memory_shelf",
        currentState: shelfWire(state),
        private: Buffer.alloc(0),
        providerMeta: undefined,
        clientCapabilities: CAPABILITIES,
        currentIdentity: undefined,
      },
      provider.context,
    );
    expect(newState).toEqual(shelfWire(state));
  });
});
