import { serviceAccountProblem } from "../link";
import { DiagnosticError, string } from "../plugin";
import { action } from "./cronofy";
import { diagnosed } from "./cronofy-diagnostics";

/** Asks a link's administrator anew, without an edit of `keepers`. */
export const askAgain = action("cronofy_ask_again", {
  description:
    "Asks the administrator of a link anew, whether or not the link works: from then on `authorization_required` is true, " +
    "and the link's invitation brings them through once more. Does what a change of `keepers` does, without an edit of the " +
    "configuration: `terraform apply -invoke=action.cronofy_ask_again.acme`. A link that works goes on working until " +
    "they have come. Needs a link service: where there is none, a URL has to be minted, which only an apply of the link " +
    "does. Terraform 1.14 or later.",
  schema: {
    service_account_id: string({
      required: true,
      description: "The service account (`ser_…`) of a link that is declared: its `service_account_id`.",
      validators: [serviceAccountProblem],
    }),
  },

  async invoke({ service_account_id: serviceAccountId }, cronofy, call) {
    const since = await diagnosed(() => cronofy.askAgain(serviceAccountId, call.signal));
    if (since === null) {
      throw new DiagnosticError({
        summary: "No such link",
        detail:
          `No link of ${serviceAccountId} is declared in the provider's link_store, so there is nobody to ask. Declare a ` +
          "cronofy_organizational_unit_link and apply it first.",
        path: ["service_account_id"],
      });
    }
    call.progress(
      `The administrator of ${serviceAccountId} is awaited since ${since}: send them the link's invitation_url.`,
    );
  },
});
