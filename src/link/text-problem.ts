/** What is wrong with a text that somebody configured, and what to do. Quotes nothing of it, for it may be a secret. */
export interface TextProblem {
  /** One line: what is wrong. */
  readonly summary: string;
  /** Why, and what to do. */
  readonly detail: string;
}

/** Bytes of a key for HMAC-SHA256 (RFC 7518 3.2), and of the key that a link store takes. */
const KEY_BYTES = 32;

/** A text of any kind: not blank, without white space around it, and without a character that cannot be seen. */
export function textProblem(text: string): TextProblem | undefined {
  if (text.trim() === "") {
    return { summary: "Empty value", detail: "Set a value that is not blank, or leave it out." };
  }
  return spacingProblem(text);
}

/** A text that may be empty: without white space around it, and without a character that cannot be seen. */
export function spacingProblem(text: string): TextProblem | undefined {
  if (text !== text.trim()) {
    return {
      summary: "White space around a value",
      detail:
        "The value begins or ends with white space, such as the line break at the end of a file. Leave that out; " +
        'Terraform does with trimspace(file("secret.txt")).',
    };
  }
  const [unseen] = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(text) ?? [];
  return unseen === undefined
    ? undefined
    : {
        summary: "Control character in a value",
        detail: `The value has a character that cannot be seen (${codeOf(unseen)}). Type it anew, without that.`,
      };
}

/** A client id, a client secret or a token: characters that can be sent in a header, and no space. */
export function credentialProblem(text: string): TextProblem | undefined {
  const problem = textProblem(text);
  if (problem !== undefined) return problem;
  const [foreign] = /[^\x21-\x7e]/u.exec(text) ?? [];
  return foreign === undefined
    ? undefined
    : {
        summary: "Not a credential",
        detail:
          `The value has a character that no id, secret or token of Cronofy has (${codeOf(foreign)}), such as a space or ` +
          "a typographic quotation mark. Copy it anew.",
      };
}

/** A secret with which we sign: as long as a store's key. */
export function signingSecretProblem(text: string): TextProblem | undefined {
  const problem = textProblem(text);
  if (problem !== undefined) return problem;
  const isGuessable = new TextEncoder().encode(text).length < KEY_BYTES || new Set(text).size === 1;
  return isGuessable
    ? {
        summary: "Secret too short",
        detail:
          `Whoever guesses it can forge invitations: it takes ${KEY_BYTES} random bytes. Make one with: ` +
          "openssl rand -base64 32.",
      }
    : undefined;
}

/** An address to which the administrator's browser returns: see {@link isTrustworthy}. */
export function addressProblem(text: string): TextProblem | undefined {
  const problem = textProblem(text);
  if (problem !== undefined) return problem;
  const url = parseUrl(text);
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(text) || url === null) {
    return invalid("Write a whole address such as https://example.com/callback.");
  }
  const { hostname, username, password } = url;
  if (username !== "" || password !== "") return invalid("Leave user name and password out of the address.");
  const [host = ""] = text.replace(/^[^/]*\/\//, "").split(/[/?#\\]/);
  if (/[^\x21-\x7e]/.test(host)) return invalid(`Write its host as DNS has it: ${hostname}.`);
  const [unsafe] = /[^\w.~:/?#[\]@!$&'()*+,;=%-]|%(?![0-9a-fA-F]{2})/u.exec(text) ?? [];
  if (unsafe !== undefined) {
    return invalid(`It has '${unsafe}', which has to be left out or written as ${encodeURIComponent(unsafe)}.`);
  }
  if (!isTrustworthy(url)) return invalid("Use https (http is accepted on loopback only).");
  return text.includes("#") ? invalid("Leave out the fragment behind #.") : undefined;
}

/** An address to which secrets are sent, and to which paths are appended. */
export function serviceAddressProblem(text: string): TextProblem | undefined {
  return addressProblem(text) ?? (text.includes("?") ? invalid("Leave out the query behind ?.") : undefined);
}

/** A text as a URL; null where it is none. Node's `URL.canParse` refuses letters such as ü once it was called often. */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Whether nobody can listen in on what is sent to an address: `https`, or `http` on loopback. */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

/** Whether a URL's host name is this machine itself, whose traffic nobody on the network reads and no proxy takes. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function invalid(detail: string): TextProblem {
  return { summary: "Invalid address", detail };
}
