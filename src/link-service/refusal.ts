import type { Outcome } from "./outcome";

/** The longest description that is shown. */
const MAX_DESCRIPTION = 200;

/**
 * What an error code of RFC 6749, section 4.1.2.1, amounts to.
 *
 * @param error the code, checked for its characters and length
 * @param description `error_description` as it came, or null
 */
export function refusal(error: string, description: string | null): Outcome {
  const cronofySays = readable(description);
  const said = cronofySays === null ? "" : `, and said: ${cronofySays}`;
  const answered = `Cronofy answered the administrator with ${error}${said}.`;
  const outcome = (kind: Outcome["kind"], advice = ""): Outcome => ({
    kind,
    detail: `${answered}${advice}`,
    cronofySays,
  });
  switch (error) {
    case "access_denied":
      return outcome("declined");
    case "server_error":
      return outcome("cronofy-failed");
    case "temporarily_unavailable":
      return outcome("cronofy-busy");
    case "invalid_request":
      return outcome("invalid-request", " Check the link's arguments, first of all authorization_parameters.");
    case "unauthorized_client":
      return outcome("unauthorized-client", " Check that the application's plan includes Enterprise Conferencing.");
    case "unsupported_response_type":
      return outcome("unsupported-response-type", " Report this: only response_type=code is ever sent.");
    case "invalid_scope":
      return outcome("invalid-scope", " Check that organizational_unit_use_integrations is open to the application.");
    default:
      return outcome("refused-otherwise", " RFC 6749 has no such code for this step: ask Cronofy what it means.");
  }
}

/** A text of somebody else's as one bounded line without control characters or marks that turn the writing around. */
function readable(text: string | null): string | null {
  const line = (text ?? "").replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  if (line === "") return null;
  const characters = [...line];
  return characters.length > MAX_DESCRIPTION ? `${characters.slice(0, MAX_DESCRIPTION).join("")}…` : line;
}
