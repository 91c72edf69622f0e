import { z } from "zod";
import {
  approve,
  CONFERENCING_PROVIDERS,
  CONSENT_PATH,
  ConsentError,
  ConsentRedirect,
  problemsOf,
  readConsent,
  refuse,
  suggestedAnswers,
} from "../state/consent";
import type { Answers } from "../state/consent";
import type { LocalCronofy } from "../state/local-cronofy";
import { AdminError } from "./control";

/** The provider that an administrator picks where nothing else says which. It is the documentation's example. */
const USUAL_PROVIDER = "zoom_enterprise";

/** An administrator who opens an authorization URL and answers it. */
export const authorizeSchema = z.strictObject({
  authorization_url: z.string(),
  conferencing_provider_name: z.enum([...CONFERENCING_PROVIDERS.keys()]).optional(),
  organizational_unit: z.string().optional(),
  refuse: z.boolean().default(false),
});

/** What the administrator answers. */
export interface AdministratorAnswers {
  /** @default the URL's, else `zoom_enterprise` */
  readonly conferencing_provider_name?: string;
  /** The unit to join, or `new`. @default the organization's first one, else a new one */
  readonly organizational_unit?: string;
  /** @default false */
  readonly refuse?: boolean;
}

/**
 * Answers an authorization URL as an administrator does on the pages.
 * @returns where the browser is sent back to, with `code` or `error`
 * @throws AdminError where an answer is not possible, or where the URL leads to an error page
 */
export function answerAsAdministrator(cronofy: LocalCronofy, wanted: z.output<typeof authorizeSchema>): string {
  try {
    const consent = readConsent(cronofy, consentQuery(wanted.authorization_url), "open");
    if (wanted.refuse) return refuse(cronofy, consent);
    const suggested = suggestedAnswers(consent);
    const answers: Answers = {
      provedAccess: true,
      conferencingProviderName:
        wanted.conferencing_provider_name ?? suggested.conferencingProviderName ?? USUAL_PROVIDER,
      organizationalUnit: wanted.organizational_unit ?? suggested.organizationalUnit,
    };
    const { conferencingProviderName, organizationalUnit } = problemsOf(cronofy, consent, answers);
    if (conferencingProviderName) throw new AdminError(422, `conferencing_provider_name: ${conferencingProviderName}`);
    if (organizationalUnit) throw new AdminError(422, `organizational_unit: ${organizationalUnit}`);
    return approve(cronofy, consent, answers);
  } catch (error) {
    if (error instanceof ConsentRedirect) return error.redirectTo;
    if (!(error instanceof ConsentError)) throw error;
    throw new AdminError(error.status, `${error.title}. ${error.message}`, { cause: error });
  }
}

function consentQuery(authorizationUrl: string): URLSearchParams {
  if (URL.canParse(authorizationUrl)) {
    const { pathname, searchParams } = new URL(authorizationUrl);
    if (pathname === CONSENT_PATH) return searchParams;
  }
  throw new AdminError(422, `authorization_url: has to be a URL at ${CONSENT_PATH} of the app host.`);
}
