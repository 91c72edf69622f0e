import { addressProblem, serviceAccountProblem } from "../link";
import { string } from "../plugin";
import {
  authorizationArguments,
  linkAuthorizationUrl,
  mintLinkToken,
  reportReservedParameters,
} from "./authorization-url";
import { ephemeralResource } from "./cronofy";

/** A link token for one run, of which nothing is stored. */
export const organizationalUnitLinkToken = ephemeralResource("cronofy_organizational_unit_link_token", {
  description:
    "Mints a link token and builds the authorization URL around it for the length of one run; nothing of either is " +
    "stored in plan or state. For handing them over to something that keeps secrets, such as a write-only argument.\n\n" +
    "Terraform opens an ephemeral resource while it plans and again while it applies, so that **each run of " +
    "`terraform apply` mints two link tokens**, and each `terraform plan` one; the values at apply are other ones than " +
    "those at plan. Tokens that nobody uses lapse and have no effect, but each takes a request. Nothing is read back: " +
    "for a link that Terraform keeps watch over, use `cronofy_organizational_unit_link`, which mints once.",
  schema: {
    service_account_id: string({
      required: true,
      description:
        "The calendar service account (`ser_…`) whose Organizational Unit is to be linked: the `sub` of an Enterprise " +
        "Connect authorization of this application.",
      validators: [serviceAccountProblem],
    }),
    redirect_uri: string({
      required: true,
      description:
        "Where the administrator's browser returns with a `code`: `https`, or `http` on loopback. The callback of the " +
        "link service, or an address of your own application.",
      validators: [addressProblem],
    }),
    ...authorizationArguments,

    ou_link_token: string({
      computed: true,
      sensitive: true,
      description: "The link token. Works once and for minutes.",
    }),
    authorization_url: string({
      computed: true,
      sensitive: true,
      description: "The address to send the administrator to. Works once and for minutes.",
    }),
  },

  validate({ authorization_parameters: parameters }, report) {
    reportReservedParameters(parameters, report);
  },

  async open(config, cronofy, call) {
    const token = await mintLinkToken(config.service_account_id, cronofy, call);
    return {
      ou_link_token: token.reveal(),
      authorization_url: await linkAuthorizationUrl(config, token, cronofy),
    };
  },
});
