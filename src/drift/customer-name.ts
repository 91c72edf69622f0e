import { isRecord } from "./terraform-json";

/** What of a link tells whose it is. */
export interface NamedLink {
  /** Terraform's address of it. */
  readonly address: string;
  readonly name: string;
  /** Its key, where it has `for_each` or `count`. */
  readonly index: string | number | null;
  readonly keepers: unknown;
  /** Path of the construct that made it, without its stack; null where that is not known, or no CDK made it. */
  readonly constructPath: string | null;
}

/** Names for the one thing there is, which tell nobody whose it is. */
const SAYS_NOTHING = /^(default|resource|link|this|main)$/i;

/** What a CDK puts after the ids of a path, so that the name is unique. */
const HASH = /_[0-9A-F]{8}$/;

/** The customer's name, as people know it: `keepers.customer`, else the link's key, else what its code calls it. */
export function customerName({ address, name, index, keepers, constructPath }: NamedLink): string {
  const given = isRecord(keepers) ? keepers["customer"] : undefined;
  if (typeof given === "string" && given.trim() !== "") return given;
  if (typeof index === "string") return index;
  const names = constructPath === null ? [...modulesOf(address), name.replace(HASH, "")] : constructPath.split("/");
  const own = names.reverse().find((each) => !SAYS_NOTHING.test(each)) ?? name;
  return index === null ? own : `${own}[${index}]`;
}

/** `module.emea["de"].module.links.…` → `emea`, `de`, `links`. */
function* modulesOf(address: string): Generator<string> {
  for (const [, name = "", key] of address.matchAll(/\bmodule\.([\w-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?\./g)) {
    yield name;
    if (key?.startsWith('"') === true) yield unquoted(key);
  }
}

function unquoted(key: string): string {
  try {
    return JSON.parse(key) as string;
  } catch {
    return key;
  }
}
