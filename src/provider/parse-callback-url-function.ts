import { InvalidArgumentError, parseCallbackUrl } from "../cronofy";
import type { Callback } from "../cronofy";
import { addressProblem } from "../link";
import { ArgumentError, providerFunction, types } from "../plugin";

/** What an administrator came back with. */
export const parseCallbackUrlFunction = providerFunction("parse_callback_url", {
  summary: "Parts of a callback URL",
  description:
    "Takes the URL with which an administrator returned to the redirect URI apart. `code` is null after a refusal, " +
    "`error` (a code of RFC 6749, such as `access_denied`) is null after an approval.",
  parameters: [
    { name: "url", type: types.string, description: "The whole URL, unaltered.", validators: [addressProblem] },
  ],
  returns: types.object({ code: types.string, state: types.string, error: types.string }),
  run(url) {
    const callback = parsed(url);
    return callback.kind === "code"
      ? { code: callback.code.reveal(), state: callback.state, error: null }
      : { code: null, state: callback.state, error: callback.error };
  },
});

function parsed(url: string): Callback {
  try {
    return parseCallbackUrl(url);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new ArgumentError(0, error.message);
    throw error;
  }
}
