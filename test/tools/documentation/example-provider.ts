import {
  bool,
  definitionsFor,
  identityAttribute,
  map,
  nested,
  nestedList,
  number,
  providerFunction,
  set,
  string,
  timeouts,
  types,
} from "../../../src/plugin";
import type { Provider } from "../../../src/plugin";

const { provider, resource, dataSource, ephemeralResource } = definitionsFor<null>();

const never = () => Promise.reject(new Error("Documentation calls nothing."));

/** A provider that has every option that a page can show, and does nothing. */
export const exampleProvider: Provider = provider({
  address: "registry.terraform.io/example/box",
  version: "1.0.0",
  description: "Keeps [boxes](https://boxes.example).\n\nThis paragraph is for the page alone.",
  schema: {
    token: string({ optional: true, sensitive: true, description: "Opens boxes. Default: `BOX_TOKEN`, else none." }),
    url: string({ optional: true, description: "Where boxes are. Default: `BOX_URL` or `BOX_HOST`." }),
    mode: string({ optional: true, description: "No variable stands for it, though `BOX_MODE` is a variable." }),
  },
  configure: () => null,
  resources: [
    resource("box_crate", {
      description: "A crate in a `<region>` or <region>.",
      schema: {
        name: string({ required: true, requiresReplace: true, description: "Its name." }),
        size: number({ optional: true, computed: true, default: 4, description: "Its size." }),
        open: bool({ optional: true, computed: true, default: false, description: "Whether it is open." }),
        label: string({ optional: true, computed: true, default: "", description: "What is on it." }),
        color: string({ optional: true, computed: true, default: "red", description: "Default: `red`, as ever." }),
        pattern: string({ optional: true, computed: true, default: "${a}|`b`", description: "What is matched." }),
        tags: map(types.string, {
          optional: true,
          computed: true,
          default: new Map([["a b", 'say "${x}" and %{y}']]),
          description: "Words on it.",
        }),
        old_name: string({ optional: true, deprecated: "Use `name` instead.", description: "Its name once." }),
        secret_wo: string({ optional: true, sensitive: true, writeOnly: true, description: "Locks it." }),
        anything: string({ optional: true, description: "Whatever it holds.\n\nIn a second paragraph:\nmore." }),
        slots: set(types.list(types.number), { optional: true, description: "Numbers in slots." }),
        shape: {
          ...types.object({ width: types.number, corners: types.list(types.object({ x: types.number })) }),
          options: { optional: true, description: "How it looks." },
        },
        lid: nested(
          {
            hinges: nestedList(
              { side: string({ required: true, description: "Where it is." }) },
              { optional: true, description: "What it turns on." },
            ),
            weight: number({ computed: true, description: "How heavy it is." }),
          },
          { required: true, description: "What closes it." },
        ),
        items: nestedList(
          { count: number({ computed: true, description: "How many." }) },
          { computed: true, sensitive: true, description: "What is in it." },
        ),
        timeouts: timeouts({ create: "2m" }),
        id: string({ computed: true, description: "Its id." }),
      },
      identity: {
        attributes: {
          region: identityAttribute(types.string, { optionalForImport: true, description: "Its region." }),
          name: identityAttribute(types.string, { requiredForImport: true, description: "Its name." }),
        },
        of: () => null,
      },
      create: never,
      read: never,
      update: never,
      delete: never,
      import: never,
      importByIdentity: never,
    }),
    resource("box_pallet", {
      description: "A pallet.",
      schema: { id: string({ computed: true, description: "Its id." }) },
      create: never,
      read: never,
      update: never,
      delete: never,
    }),
  ],
  dataSources: [
    dataSource("box_crates", {
      description: "All crates.",
      schema: {
        crates: nestedList(
          { name: string({ computed: true, description: "Its name." }) },
          { computed: true, description: "One by one." },
        ),
      },
      read: never,
    }),
  ],
  ephemeralResources: [
    ephemeralResource("box_key", {
      description: "A key for one run.",
      schema: { key: string({ computed: true, sensitive: true, description: "The key." }) },
      open: never,
    }),
  ],
  functions: [
    providerFunction("pack", {
      summary: "Packs things",
      description: "Packs `things` into a <box>.",
      parameters: [
        {
          name: "box",
          type: types.object({ width: types.number, tags: types.map(types.string) }),
          description: "The box.",
        },
        { name: "note", type: types.string, nullable: true, description: "A note.\nOf two lines." },
      ],
      variadic: { name: "things", type: types.set(types.string), description: "What to pack." },
      returns: types.map(types.list(types.string)),
      run: () => null,
    }),
    providerFunction("now_and_never", {
      summary: "Nothing",
      description: "Takes nothing.",
      parameters: [],
      returns: types.object({}),
      run: () => null,
    }),
  ],
});

/** An example for each page of {@link exampleProvider}. */
export const exampleFiles: ReadonlyMap<string, string> = new Map([
  ["provider/provider.tf", 'provider "box" {}\n'],
  ["resources/box_crate/resource.tf", 'resource "box_crate" "this" {\n  name = "a ${var.b}"\n}\n'],
  ["resources/box_crate/import.sh", "terraform import box_crate.this here/a\n"],
  ["resources/box_crate/import-by-string-id.tf", 'import {\n  to = box_crate.this\n  id = "here/a"\n}\n'],
  ["resources/box_crate/import-by-identity.tf", 'import {\n  to = box_crate.this\n  identity = { name = "a" }\n}\n'],
  ["resources/box_pallet/resource.tf", 'resource "box_pallet" "this" {}\n'],
  ["data-sources/box_crates/data-source.tf", 'data "box_crates" "all" {}\n'],
  ["ephemeral-resources/box_key/ephemeral-resource.tf", 'ephemeral "box_key" "this" {}\n'],
  ["functions/pack/function.tf", 'output "packed" {\n  value = provider::box::pack({}, null)\n}\n'],
  ["functions/now_and_never/function.tf", "# Nothing.\n"],
]);
