import { textProblem } from "./text-problem";
import type { TextProblem } from "./text-problem";

/** A service account as examples and messages write it. */
export const EXAMPLE_SERVICE_ACCOUNT = "ser_64b17f9b8090ea21640c9151";

/** Which link is meant, as far as a text says it. */
export interface LinkId {
  /** Null where the text leaves it to whoever reads it. */
  readonly dataCenter: string | null;
  readonly serviceAccountId: string;
}

/** The id of a link in full: `<data center>/<service account>`. */
export function linkIdText({ dataCenter, serviceAccountId }: LinkId & { readonly dataCenter: string }): string {
  return `${dataCenter}/${serviceAccountId}`;
}

/**
 * Reads `<data center>/<service account>`, or a service account alone.
 *
 * @returns null where the text is neither. Whether there is such a data center is for the caller to judge.
 */
export function parseLinkId(text: string): LinkId | null {
  const parts = text.split("/");
  const [serviceAccountId = "", dataCenter = null] = parts.reverse();
  if (parts.length > 2 || dataCenter === "" || !isServiceAccountId(serviceAccountId)) return null;
  return { dataCenter, serviceAccountId };
}

/** The id of a calendar service account alone, without a data center in front of it. */
export function serviceAccountProblem(text: string): TextProblem | undefined {
  const problem = textProblem(text);
  if (problem !== undefined || isServiceAccountId(text)) return problem;
  return {
    summary: "Not a service account",
    detail: `Give the id alone, such as ${EXAMPLE_SERVICE_ACCOUNT}; got ${JSON.stringify(text)}.`,
  };
}

/** Whether a text is the id of a calendar service account. Cronofy's documentation shows `ser_` and 24 hex digits. */
export function isServiceAccountId(text: string): boolean {
  return /^ser_\w+$/.test(text);
}
