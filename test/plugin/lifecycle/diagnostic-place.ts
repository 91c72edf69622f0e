import { pathText } from "../../../src/plugin/values/path";
import type { AttributePath } from "../../../src/plugin/wire/generated/tfplugin6";

/** Where a diagnostic or a replacement points, as a person would write it: `books[1].title`. */
export function placeOf(path: AttributePath | undefined): string {
  return pathText(
    (path?.steps ?? []).map(({ selector }) => {
      if (selector?.$case === "attributeName") return selector.attributeName;
      if (selector?.$case === "elementKeyString") return { key: selector.elementKeyString };
      return { index: selector?.elementKeyInt ?? -1 };
    }),
  );
}
