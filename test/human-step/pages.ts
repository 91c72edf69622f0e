import type { Page } from "playwright-core";
import type { HumanStep } from "./human-step";

/** A page of the link service or the sandbox, and how a browser gets to see it from a fresh start. */
export interface HumanStepPage {
  /** In small letters, as a file may be called. */
  readonly name: string;
  /** The heading by which one knows to have arrived. */
  readonly heading: string;
  open(page: Page, step: HumanStep): Promise<unknown>;
}

/** A signature that differs from the right one in its first character. */
function tampered(invitation: string): string {
  return invitation.replace(
    /\.(.)([^.]*)$/,
    (_, first: string, rest: string) => `.${first === "A" ? "B" : "A"}${rest}`,
  );
}

const LINK_SERVICE_PAGES: readonly HumanStepPage[] = [
  {
    name: "invitation",
    heading: "Connect Zoom",
    open: async (page, step) => page.goto(await step.invite("acme", { conferencingProviderName: "zoom_enterprise" })),
  },
  {
    name: "invitation-expired",
    heading: "This invitation has expired",
    open: async (page, step) => page.goto(await step.invite("acme", { expiresAt: new Date("2020-01-01T00:00:00Z") })),
  },
  {
    name: "invitation-tampered",
    heading: "This invitation could not be verified",
    open: async (page, step) => page.goto(tampered(await step.invite("acme"))),
  },
  {
    name: "invitation-elsewhere",
    heading: "This invitation belongs elsewhere",
    open: async (page, step) => page.goto(await step.invite("acme", { clientId: "another-client" })),
  },
  {
    name: "invitation-withdrawn",
    heading: "This invitation has been withdrawn",
    async open(page, step) {
      const invitation = await step.invite("acme");
      await step.end("acme");
      await page.goto(invitation);
    },
  },
  {
    name: "invitation-not-in-store",
    heading: "Please come back later",
    open: async (page, step) => page.goto(await step.invite("acme", { lifeId: "of-another-store" })),
  },
  {
    name: "linked",
    heading: "Conferencing is linked",
    open: (page, step) => step.link(page, "acme"),
  },
  {
    name: "already-linked",
    heading: "This is already linked",
    async open(page, step) {
      await step.link(page, "acme");
      await page.goto(await step.invite("acme"));
    },
  },
  {
    name: "declined",
    heading: "You declined the connection",
    async open(page, step) {
      await step.depart(page, "acme");
      await page.getByRole("button", { name: "Refuse" }).click();
    },
  },
  {
    name: "cannot-begin-yet",
    heading: "The connection cannot begin right now",
    async open(page, step) {
      await step.steer("/faults", { path: "/*", status: 503 });
      await step.depart(page, "acme");
    },
  },
  {
    name: "not-found",
    heading: "There is nothing here",
    open: (page, step) => page.goto(`${step.service.url}/elsewhere`),
  },
];

const SANDBOX_PAGES: readonly HumanStepPage[] = [
  {
    name: "sandbox-sign-in",
    heading: "Sign in for acme.example",
    open: (page, step) => step.depart(page, "acme"),
  },
  {
    name: "sandbox-wrong-account",
    heading: "Sign in for acme.example",
    async open(page, step) {
      await step.depart(page, "acme");
      await page.getByLabel("E-mail address of the account").fill("somebody@else.example");
      await page.getByRole("button", { name: "Sign in" }).click();
    },
  },
  {
    name: "sandbox-provider-list",
    heading: "Connect conferencing for acme.example",
    open: (page, step) => step.signIn(page, "acme"),
  },
  {
    name: "sandbox-consent-new-unit",
    heading: "Connect conferencing for acme.example",
    open: (page, step) => step.signIn(page, "acme", "zoom_enterprise"),
  },
  {
    name: "sandbox-consent-existing-unit",
    heading: "Connect conferencing for acme.example",
    async open(page, step) {
      await step.link(page, "acme");
      await step.unlink("acme");
      await step.signIn(page, "acme", "zoom_enterprise");
    },
  },
  {
    name: "sandbox-free-plan",
    heading: "Connect conferencing for acme.example",
    async open(page, step) {
      const { serviceAccountId } = step.keyOf("acme");
      await step.steer("/zoom_plan", { service_account_id: serviceAccountId, zoom_plan: "free" });
      await step.link(page, "acme", "zoom_enterprise");
    },
  },
  {
    name: "sandbox-link-used",
    heading: "This link was already used",
    async open(page, step) {
      await step.signIn(page, "acme", "ms_teams");
      const consent = page.url();
      await page.getByRole("button", { name: "Approve" }).click();
      await page.goto(consent);
    },
  },
  {
    name: "sandbox-console",
    heading: "Sandbox console",
    async open(page, step) {
      await step.link(page, "acme");
      await step.steer("/faults", { path: "/v1/userinfo", status: 503, times: 2 });
      await page.goto(step.sandbox.admin_url);
    },
  },
  {
    name: "sandbox-assumptions",
    heading: "What the sandbox assumes",
    open: (page, step) => page.goto(`${step.sandbox.admin_url}/assumptions`),
  },
];

/** Each page that a person may see in the human step. */
export const HUMAN_STEP_PAGES: readonly HumanStepPage[] = [...LINK_SERVICE_PAGES, ...SANDBOX_PAGES];

/** How a page is looked at. */
export const APPEARANCES = [
  { name: "desktop", viewport: { width: 1024, height: 640 }, colorScheme: "light" },
  { name: "phone", viewport: { width: 390, height: 700 }, colorScheme: "dark" },
] as const;

/** Shows the page as it looks there. */
export async function show(page: Page, { viewport, colorScheme }: (typeof APPEARANCES)[number]): Promise<void> {
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
}
