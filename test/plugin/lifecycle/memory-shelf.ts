import {
  bool,
  definitionsFor,
  identityAttribute,
  list,
  nested,
  nestedList,
  number,
  string,
  types,
  UNKNOWN,
} from "../../../src/plugin";
import type { Planned, State, Value } from "../../../src/plugin";
import type { Memory } from "./memory-provider";

const { resource } = definitionsFor<Memory>();

/** Attributes of both nestings, with computed values inside, and options that the note has no use for. */
export const shelfSchema = {
  name: string({
    required: true,
    requiresReplace: true,
    description: "Name, in any case.",
    semanticEquals: (one, other) => one.toLowerCase() === other.toLowerCase(),
  }),
  password: string({ optional: true, writeOnly: true, sensitive: true, description: "Opens it; stored nowhere." }),
  owner: nested(
    {
      email: string({ required: true, requiresReplace: true, description: "Mail." }),
      pin: string({ optional: true, writeOnly: true, sensitive: true, description: "Pin; stored nowhere." }),
      id: string({ computed: true, useStateForUnknown: true, description: "Id." }),
    },
    { optional: true, description: "Owner." },
  ),
  wood: nested(
    { kind: string({ optional: true, computed: true, description: "Kind." }) },
    { optional: true, computed: true, useStateForUnknown: true, description: "What it is made of; stays." },
  ),
  books: nestedList(
    {
      title: string({
        required: true,
        description: "Title.",
        validators: [(text) => (text === "" ? { summary: "No title", detail: "Give one." } : undefined)],
      }),
      edition: number({ optional: true, computed: true, default: 1, description: "Edition." }),
      isbn: string({ computed: true, useStateForUnknown: true, description: "Stays." }),
      checked: string({ computed: true, description: "Changes with every change." }),
    },
    { optional: true, description: "Books." },
  ),
  labels: nestedList(
    {
      text: string({ optional: true, description: "Text." }),
      colour: string({ optional: true, requiresReplace: true, description: "Colour." }),
      slug: string({ computed: true, useStateForUnknown: true, description: "Slug." }),
    },
    { optional: true, description: "Labels." },
  ),
  places: list(types.object({ room: types.string, row: types.number }), { optional: true, description: "Places." }),
  is_open: bool({ computed: true, description: "Whether the password was given." }),
};

type ShelfState = State<typeof shelfSchema>;
type PlannedShelf = Planned<typeof shelfSchema>;

/** A shelf in memory. */
export const shelf = resource("memory_shelf", {
  description: "A shelf in memory.",
  // Nothing leads from version 0 to this one.
  version: 1,
  schema: shelfSchema,
  identity: {
    attributes: {
      name: identityAttribute(types.string, { requiredForImport: true, description: "The shelf's name." }),
      floor: identityAttribute(types.number, { optionalForImport: true, description: "Its floor." }),
    },
    of: ({ name }) => (name === null ? null : { name: name.toLowerCase(), floor: 1 }),
  },
  create(planned, memory) {
    return Promise.resolve(put(planned, memory));
  },
  read({ name }, memory) {
    const text = memory.objects.get(keyOf(name ?? ""));
    return Promise.resolve(text === undefined ? null : (JSON.parse(text) as ShelfState));
  },
  update(planned, _prior, memory) {
    return Promise.resolve(put(planned, memory));
  },
  delete({ name }, memory) {
    memory.objects.delete(keyOf(name ?? ""));
    return Promise.resolve();
  },
  import: (name, _, call) => {
    call.private.set("imported", name);
    return Promise.resolve({ name });
  },
  importByIdentity: ({ name }) => Promise.resolve({ name }),
});

function keyOf(name: string): string {
  return `shelf:${name.toLowerCase()}`;
}

/** What is computed in an object is kept where the plan knows it, else made. */
function orMade(value: Value<string>, made: string): string {
  return value.kind === "known" ? value.value : made;
}

function orOak(wood: PlannedShelf["wood"]) {
  const kind = wood.kind === "known" ? wood.value.kind : UNKNOWN;
  return { kind: orMade(kind, "oak") };
}

/** Stores a shelf in another spelling than its configuration has, as many an API would, and returns what is computed. */
function put(planned: PlannedShelf, memory: Memory) {
  const revision = String(memory.objects.size);
  const computed = {
    owner: planned.owner && {
      ...planned.owner,
      pin: null,
      id: orMade(planned.owner.id, `owner-${planned.owner.email}`),
    },
    books:
      planned.books?.map(
        (book) =>
          book && {
            title: book.title,
            edition: book.edition,
            isbn: orMade(book.isbn, `isbn-${book.title}`),
            checked: orMade(book.checked, `checked-${revision}`),
          },
      ) ?? null,
    labels:
      planned.labels?.map((label) => label && { ...label, slug: orMade(label.slug, `slug-${label.text}`) }) ?? null,
    is_open: planned.password !== null,
    wood: orOak(planned.wood),
  };
  const { name, places } = planned;
  const state = { name: name.toUpperCase(), password: null, places, ...computed };
  memory.objects.set(keyOf(name), JSON.stringify(state));
  return computed;
}
