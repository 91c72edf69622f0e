import { Secret, UnauthorizedError, userDetailsFrom } from "../cronofy";
import type { UserInfo } from "../cronofy";
import { credentialProblem } from "../link";
import { DiagnosticError, bool, nested, nestedList, string } from "../plugin";
import type { Call } from "../plugin";
import { dataSource } from "./cronofy";
import type { Cronofy } from "./cronofy";
import { diagnosed } from "./cronofy-diagnostics";

/** Whose access token it is, and which conferencing services hang on it. */
export const userInfoDataSource = dataSource("cronofy_user_info", {
  description:
    "Tells whose an access token is: finds the `sub` of an account or service account, and lists the conferencing " +
    "services that an account can use, such as those it has gained by an Organizational Unit's link. What Cronofy does " +
    "not tell is null.\n\n" +
    "Terraform stores the arguments of a data source in its state, and `access_token` is one. Hand over one that " +
    "expires soon, and protect the state.",
  schema: {
    access_token: string({
      required: true,
      sensitive: true,
      description: "An access token of whom to look up, issued in the provider's data center.",
      validators: [credentialProblem],
    }),

    sub: string({
      computed: true,
      description: "The permanent id, such as `acc_…` of an account or `ser_…` of a service account.",
    }),
    type: string({
      computed: true,
      description:
        "What it is: `account`, `service_account` or `application_calendar`. Cronofy may add others, and documents " +
        "none for Organizational Units.",
    }),
    email: string({ computed: true, description: "The e-mail address." }),
    name: string({ computed: true, description: "The name of the person." }),
    zoneinfo: string({ computed: true, description: "The time zone, such as `Europe/London`." }),
    authorization: nested(
      {
        scope: string({ computed: true, description: "What was granted, separated by spaces." }),
        status: string({ computed: true, description: "Such as `active`." }),
        delegated_scope: string({
          computed: true,
          description: "The most that a service account may ask for its people and rooms, separated by spaces.",
        }),
      },
      { computed: true, description: "The authorization that the access token belongs to." },
    ),
    service_account: nested(
      {
        provider_name: string({ computed: true, description: "The calendar service, such as `google`." }),
        domain: string({ computed: true, description: "The domain of the organization." }),
      },
      { computed: true, description: "For a service account: where it stands." },
    ),
    conferencing_profiles: nestedList(
      {
        provider_name: string({
          computed: true,
          description:
            "The conferencing service, such as `zoom`: an open set, and not the names that " +
            "`conferencing_provider_name` takes.",
        }),
        profile_id: string({ computed: true, description: "The profile's id, `pro_…`." }),
        profile_name: string({ computed: true, description: "Its name; several profiles may share one." }),
        profile_connected: bool({ computed: true, description: "Whether Cronofy takes its credentials to be valid." }),
        profile_relink_url: string({
          computed: true,
          description: "Where the person renews the credentials, if they are not.",
        }),
      },
      {
        computed: true,
        description: "The conferencing services that the account can use; empty if Cronofy names none.",
      },
    ),
  },

  async read({ access_token: accessToken }, cronofy, call) {
    call.log.redact(accessToken);
    const info = await userInfo(new Secret(accessToken), cronofy, call);
    const { email, name, zoneinfo, delegatedScope, serviceAccount, relinkUrls } = userDetailsFrom(info.raw);
    return {
      sub: info.sub,
      type: info.type,
      email,
      name,
      zoneinfo,
      authorization: info.authorization && { ...info.authorization, delegated_scope: delegatedScope },
      service_account: serviceAccount && { provider_name: serviceAccount.providerName, domain: serviceAccount.domain },
      conferencing_profiles: info.conferencingProfiles.map(({ providerName, profileId, profileName, connected }) => ({
        provider_name: providerName,
        profile_id: profileId,
        profile_name: profileName,
        profile_connected: connected,
        profile_relink_url: relinkUrls.get(profileId ?? "") ?? null,
      })),
    };
  },
});

/** @throws DiagnosticError, at `access_token` where Cronofy refuses it. */
function userInfo(accessToken: Secret, cronofy: Cronofy, call: Call): Promise<UserInfo> {
  return diagnosed(async () => {
    try {
      return await cronofy.client.userInfo(accessToken, cronofy.bounds(call));
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      throw new DiagnosticError(
        {
          summary: "Access token is not accepted",
          detail:
            "Cronofy does not accept the access token (401). It has expired or was revoked, or it is of another data " +
            "center than the provider's. Hand over a fresh one.",
          path: ["access_token"],
        },
        { cause: error },
      );
    }
  });
}
