import { notBlank } from "../plugin";
import type { Validator } from "../plugin";

/** The text is the id of a service account alone, without a data center in front of it. */
export function serviceAccountIdText(): Validator<string> {
  return (value) =>
    notBlank()(value) ??
    (value.includes("/")
      ? { summary: "Not a service account", detail: "Give the id alone, such as ser_64b17f9b8090ea21640c9151." }
      : undefined);
}
