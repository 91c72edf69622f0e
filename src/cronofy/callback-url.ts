import { InvalidArgumentError } from "./cronofy-error";
import { Secret } from "./secret";

/** How an administrator came back. */
export type Callback =
  | { readonly kind: "code"; readonly code: Secret; readonly state: string | null }
  /** `error` is a code of RFC 6749 4.1.2.1, such as `access_denied`. */
  | { readonly kind: "refused"; readonly error: string; readonly state: string | null };

/**
 * Reads the URL with which an administrator's browser returned to the redirect URI.
 *
 * @throws InvalidArgumentError where it is no such URL. The message quotes nothing of it.
 */
export function parseCallbackUrl(url: string | URL): Callback {
  if (!URL.canParse(url.toString())) throw invalid("it is not a whole URL");
  const { searchParams } = new URL(url);
  const [code, error, state] = [
    single(searchParams, "code"),
    single(searchParams, "error"),
    single(searchParams, "state"),
  ];
  if (code !== null && error !== null) throw invalid("it has both code and error");
  if (code !== null) return { kind: "code", code: new Secret(code), state };
  if (error === null) throw invalid("it has neither code nor error");
  if (!ERROR_CODE.test(error)) throw invalid("its error is not a code");
  return { kind: "refused", error, state };
}

/** The characters that RFC 6749 allows, and a bound, since this gets shown. */
const ERROR_CODE = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

function single(query: URLSearchParams, name: string): string | null {
  const [value, ...more] = query.getAll(name);
  if (more.length > 0) throw invalid(`it has ${name} more than once`);
  return value === undefined || value === "" ? null : value;
}

function invalid(what: string): InvalidArgumentError {
  return new InvalidArgumentError(
    "read the callback URL",
    "url",
    what,
    "Use the address to which Cronofy sent the browser back, unaltered.",
  );
}
