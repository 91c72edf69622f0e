import { DiagnosticError, createHandlers, definitionsFor, map, string, types } from "../../../src/plugin";

/** An item as it lies on the shelf. */
export interface Item {
  readonly colour: string | null;
  readonly pin: string | null;
  readonly labels: ReadonlyMap<string, string | null> | null;
}

/** Items by name; a test may change them behind Terraform's back. */
export interface Shelf {
  readonly items: Map<string, Item>;
  /** How an item looks to whoever reads it. */
  look: (item: Item) => Item;
}

const { resource, ephemeralResource, provider } = definitionsFor<Shelf>();

const item = resource("shelf_item", {
  description: "An item on a shelf.",
  schema: {
    name: string({ required: true, requiresReplace: true, description: "Name." }),
    colour: string({ optional: true, description: "Colour." }),
    pin: string({ optional: true, sensitive: true, description: "What opens it." }),
    labels: map(types.string, { optional: true, description: "Labels." }),
  },
  create({ name, colour, pin, labels }, shelf) {
    if (shelf.items.has(name)) {
      throw new DiagnosticError({
        summary: "Item is there already",
        detail: `The shelf holds an item named ${name}, and holds one of each name only. Import it, or choose another name.`,
      });
    }
    shelf.items.set(name, { colour, pin, labels });
    return Promise.resolve({});
  },
  read(state, shelf) {
    const found = shelf.items.get(state.name ?? "");
    return Promise.resolve(found === undefined ? null : { ...state, ...shelf.look(found) });
  },
  update({ name, colour, pin, labels }, _, shelf) {
    shelf.items.set(name, { colour, pin, labels });
    return Promise.resolve({});
  },
  delete({ name }, shelf) {
    shelf.items.delete(name ?? "");
    return Promise.resolve();
  },
  import: (id) => Promise.resolve({ name: id }),
});

const ticket = ephemeralResource("shelf_ticket", {
  description: "A ticket for one run.",
  schema: {
    holder: string({ required: true, description: "Who gets it." }),
    code: string({ computed: true, sensitive: true, description: "The ticket." }),
  },
  open: ({ holder }) => Promise.resolve({ code: `ticket-of-${holder}` }),
});

/** Registry address of the shelf provider; configurations write `source = "test/shelf"`. */
export const SHELF_ADDRESS = "registry.terraform.io/test/shelf";

/** A shelf, and handlers of a provider that works with it. */
export function shelfProvider() {
  const shelf: Shelf = { items: new Map(), look: (each) => each };
  const handlers = createHandlers(
    provider({
      address: SHELF_ADDRESS,
      version: "0.0.1",
      description: "A shelf.",
      schema: {},
      configure: () => shelf,
      resources: [item],
      ephemeralResources: [ticket],
    }),
  );
  return { shelf, handlers };
}
