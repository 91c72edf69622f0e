import type { AttributePath } from "../wire/generated/tfplugin6";

/** One step into a value: an attribute by name, a map's element by key, or a list's element by index. */
export type PathStep = string | { readonly key: string } | { readonly index: number };

/** Where in a configuration or state something is, from the outside in. */
export type Path = readonly PathStep[];

/** The path as Terraform takes it in a diagnostic. */
export function pathToWire(path: Path): AttributePath {
  return {
    steps: path.map((step) => ({
      selector:
        typeof step === "string"
          ? { $case: "attributeName", attributeName: step }
          : "key" in step
            ? { $case: "elementKeyString", elementKeyString: step.key }
            : { $case: "elementKeyInt", elementKeyInt: step.index },
    })),
  };
}

/** The path as a person would write it: `link_store.file`, `keepers["customer"]`, `hosts[0]`. */
export function pathText(path: Path): string {
  return path
    .map((step, position) => {
      if (typeof step === "string") return position === 0 ? step : `.${step}`;
      return "key" in step ? `[${JSON.stringify(step.key)}]` : `[${step.index}]`;
    })
    .join("");
}
