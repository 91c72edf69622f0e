import { Token } from "cdktf";
import { addressProblem } from "../link";
import { literalText } from "./expression";
import { choiceProblems, present, textProblems } from "./props";

/** What happens to an apply when a hook fails. */
export enum HookFailure {
  /**
   * The apply fails, and the next apply runs the hook again, so that nothing is missed. The rest of the apply is still
   * done.
   */
  FAIL = "fail",
  /** Terraform reports the failure and goes on. The hook does not run again. */
  CONTINUE = "continue",
}

/** How a hook is run. */
export interface LinkHookOptions {
  /**
   * What happens to the apply when the hook fails.
   *
   * @default HookFailure.FAIL
   */
  readonly onFailure?: HookFailure;

  /**
   * Further environment variables, beside those that every hook gets. Leave secrets out: the hook finds them in the
   * environment in which Terraform runs.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;

  /**
   * The folder in which the hook runs. A relative path starts at the folder in which Terraform runs, which is
   * `cdktf.out/stacks/<stack>`.
   *
   * @default - the folder that holds `cdktf.out`, which is that of your project
   */
  readonly workingDirectory?: string;
}

/** How a webhook is posted. */
export interface WebhookHookOptions {
  /**
   * What happens to the apply when the receiver cannot be reached or refuses.
   *
   * @default HookFailure.FAIL
   */
  readonly onFailure?: HookFailure;

  /**
   * Name of the environment variable, where Terraform runs, that holds the signing key. The key itself is written to no
   * file.
   *
   * @default - not signed
   */
  readonly secretVariable?: string;
}

/** What `local-exec` is to run, and in which environment beside that of the event. */
interface Program {
  readonly command: string;
  /** A command of the same interpreter that does nothing. */
  readonly nothing: string;
  readonly interpreter?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Whether Terraform keeps the command to itself. */
  readonly quiet?: true;
}

/** From `cdktf.out/stacks/<stack>`, where Terraform runs, to the folder that holds `cdktf.out`. */
const PROJECT = "../../..";

/**
 * What happens when a link changes: a command, a webhook or a Node script. It runs on the machine that applies.
 * Environment variables tell it about the link; the guide to hooks lists them all.
 *
 * @example
 * new OrganizationalUnitLink(stack, "acme", {
 *   serviceAccountId: "ser_64b17f9b8090ea21640c9151",
 *   redirectUri: "https://links.example.com/callback",
 *   onAuthorizationRequired: LinkHook.command("./mail-the-administrator.sh"),
 *   onLinked: LinkHook.webhook("https://hooks.example.com/linked", { secretVariable: "HOOK_KEY" }),
 *   onUnlinked: LinkHook.node("./on-unlinked.mjs", { onFailure: HookFailure.CONTINUE }),
 * });
 */
export class LinkHook {
  /**
   * Runs a command in the system's shell: `/bin/sh`, or `cmd` on Windows.
   *
   * @param command refers to values as the shell does, such as `"$OU_LINK_AUTHORIZATION_URL"`; never put them into the
   *   text, where a shell would take them apart
   */
  static command(command: string, options: LinkHookOptions = {}): LinkHook {
    const program = { command: literalText(command ?? ""), nothing: "exit 0", ...running(options) };
    return new LinkHook(program, present(options).onFailure);
  }

  /**
   * Posts the event as JSON, in the manner of Standard Webhooks. Needs `node` on the machine that applies, and no shell.
   *
   * @param url `https`, or `http` on loopback. It stands in the synthesized configuration: where the address itself is a
   *   secret, as with chat services, use {@link webhookFromVariable}
   */
  static webhook(url: string, options: WebhookHookOptions = {}): LinkHook {
    return LinkHook.posting({ OU_LINK_HOOK_URL: literalText(url ?? "") }, options);
  }

  /**
   * The same, to an address that only the environment knows.
   *
   * @param variable name of the environment variable, where Terraform runs, that holds the address
   */
  static webhookFromVariable(variable: string, options: WebhookHookOptions = {}): LinkHook {
    return LinkHook.posting({ OU_LINK_HOOK_URL_VARIABLE: variable ?? "" }, options);
  }

  /**
   * Runs a script with `node`, without a shell.
   *
   * @param file of JavaScript, relative to the folder in which the hook runs
   */
  static node(file: string, options: LinkHookOptions = {}): LinkHook {
    const program = {
      command: literalText(file ?? ""),
      nothing: "--eval=0",
      interpreter: ["node"],
      ...running(options),
    };
    return new LinkHook(program, present(options).onFailure);
  }

  private static posting(address: Record<string, string>, options: WebhookHookOptions): LinkHook {
    const { secretVariable, onFailure } = present(options);
    const environment = {
      ...address,
      ...(secretVariable !== undefined && { OU_LINK_HOOK_SECRET_VARIABLE: secretVariable }),
    };
    const program: Program = {
      command: literalText(WEBHOOK_SCRIPT),
      nothing: "0",
      interpreter: ["node", "-e"],
      environment,
      workingDirectory: PROJECT,
      quiet: true,
    };
    return new LinkHook(program, onFailure);
  }

  private constructor(
    private readonly program: Program,
    private readonly onFailure: HookFailure = HookFailure.FAIL,
  ) {}

  /**
   * What is wrong with the hook.
   *
   * @param atDestruction whether it runs when a resource is destroyed: then Terraform knows no value but that resource's
   * @internal
   */
  _problems(atDestruction: boolean): string[] {
    const { command, interpreter, environment, workingDirectory } = this.program;
    const found = choiceProblems("onFailure", this.onFailure, HookFailure);
    if (command.trim() === "") {
      found.push(
        interpreter === undefined ? "write a command, such as ./notify.sh." : "name a script, such as ./notify.mjs.",
      );
    }
    for (const [name, value] of Object.entries(environment)) {
      const reserved = name in HOOK_VARIABLES;
      if (reserved) found.push(`environment: ${name} is set by the hook itself; choose another name.`);
      if (!VARIABLE.test(name)) {
        found.push(`environment: ${JSON.stringify(name)} is no name of a variable; use letters, digits and _.`);
      }
      if (name.endsWith("_VARIABLE") && name.startsWith("OU_LINK_HOOK_") && !VARIABLE.test(value)) {
        found.push(`${JSON.stringify(value)} is no name of an environment variable; give the name, not its value.`);
      }
    }
    for (const each of textProblems("the address of the webhook", environment["OU_LINK_HOOK_URL"], addressProblem)) {
      found.push(`${each} One that is a secret belongs in a variable: LinkHook.webhookFromVariable.`);
    }
    if (
      atDestruction &&
      [command, workingDirectory, ...Object.values(environment)].some((text) => Token.isUnresolved(text))
    ) {
      found.push(
        "it runs when a resource is destroyed, and Terraform gives it no values of other resources or variables then; " +
          "write them out, or have the hook read the environment in which Terraform runs.",
      );
    }
    return found;
  }

  /**
   * The provisioner that runs the hook.
   *
   * @param skippedIf a condition in Terraform's language under which nothing is run
   * @internal
   */
  _provisioner(when: "create" | "destroy", environment: Readonly<Record<string, string>>, skippedIf?: string) {
    const { command, nothing, interpreter, environment: own, workingDirectory, quiet } = this.program;
    return {
      type: "local-exec" as const,
      when,
      command: skippedIf === undefined ? command : `%{ if ${skippedIf} }${nothing}%{ else }${command}%{ endif }`,
      workingDir: workingDirectory,
      environment: { ...own, ...environment },
      ...(interpreter !== undefined && { interpreter: [...interpreter] }),
      ...(quiet && { quiet }),
      ...(this.onFailure === HookFailure.CONTINUE && { onFailure: "continue" }),
    };
  }
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

function running(options: LinkHookOptions) {
  const { environment = {}, workingDirectory = PROJECT } = present(options);
  const literal = Object.entries(environment).map(([name, value]) => [name, literalText(value)] as const);
  return { environment: Object.fromEntries(literal), workingDirectory: literalText(workingDirectory) };
}

/** A transition of a link that a hook can follow. Hooks find the value in `OU_LINK_EVENT`. */
export type HookEvent = "authorization_required" | "linked" | "unlinked";

/**
 * The environment variables that hooks get, beside those that the user gives, and what each holds. A variable without a
 * value is not set.
 */
export const HOOK_VARIABLES = {
  OU_LINK_EVENT: "`authorization_required`, `linked` or `unlinked`",
  OU_LINK_NAME: "the construct's id, such as `acme`",
  OU_LINK_ID: "`<data center>/<service account>`",
  CRONOFY_DATA_CENTER: "the data center",
  CRONOFY_SERVICE_ACCOUNT_ID: "the service account",
  OU_LINK_STATUS: "the link's `status`",
  OU_LINK_AWAITED_SINCE: "since when an administrator is awaited; only when an authorization is required",
  OU_LINK_INVITATION_URL:
    "the invitation for the administrator, a secret; only when an authorization is required, with an invitation",
  OU_LINK_AUTHORIZATION_URL:
    "the URL for the administrator, a secret; only when an authorization is required, with a URL",
  OU_LINK_MINTED_AT: "when the URL was minted; only when an authorization is required, with a URL",
  OU_LINK_ASSUMED_EXPIRES_AT: "when the URL is taken to lapse; only when an authorization is required, with a URL",
  OU_LINK_LINKED_AT: "when the authorization was recorded; only when linked",
  OU_LINK_ORGANIZATIONAL_UNIT_ID: "the Organizational Unit, where Cronofy has told it; only when linked",
};

export type HookVariable = keyof typeof HOOK_VARIABLES;

/**
 * What `node -e` runs to post a hook's event, in the manner of Standard Webhooks (standardwebhooks.com), as the link
 * service does. Node is there wherever the constructs were synthesized, on Windows too, and is given this text without a
 * shell in between. Neither the address nor an answer is printed: both may hold a secret.
 */
const WEBHOOK_SCRIPT = [
  'const{createHmac,randomUUID}=require("node:crypto"),e=process.env,',
  "url=e.OU_LINK_HOOK_URL||e[e.OU_LINK_HOOK_URL_VARIABLE],keyName=e.OU_LINK_HOOK_SECRET_VARIABLE,",
  'fail=m=>{console.error("The webhook of "+e.OU_LINK_ID+" ("+e.OU_LINK_EVENT+") "+m);process.exit(1)};',
  'if(!url)fail("has no address: set "+e.OU_LINK_HOOK_URL_VARIABLE+" where Terraform runs.");',
  'if(keyName&&!e[keyName])fail("has no key: set "+keyName+" where Terraform runs.");',
  "const data={};for(const[k,v]of Object.entries({name:e.OU_LINK_NAME,link_id:e.OU_LINK_ID,",
  "service_account_id:e.CRONOFY_SERVICE_ACCOUNT_ID,data_center:e.CRONOFY_DATA_CENTER,status:e.OU_LINK_STATUS,",
  "awaited_since:e.OU_LINK_AWAITED_SINCE,invitation_url:e.OU_LINK_INVITATION_URL,",
  "authorization_url:e.OU_LINK_AUTHORIZATION_URL,minted_at:e.OU_LINK_MINTED_AT,",
  "assumed_expires_at:e.OU_LINK_ASSUMED_EXPIRES_AT,linked_at:e.OU_LINK_LINKED_AT,",
  "organizational_unit_id:e.OU_LINK_ORGANIZATIONAL_UNIT_ID}))if(v)data[k]=v;",
  'const id="msg_"+randomUUID(),now=new Date,seconds=String(Math.floor(now/1e3)),',
  'body=JSON.stringify({type:"link."+e.OU_LINK_EVENT,timestamp:now.toISOString(),data}),',
  'headers={"Content-Type":"application/json","User-Agent":"ou-link","webhook-id":id,"webhook-timestamp":seconds};',
  'if(keyName){const s=e[keyName],key=s.startsWith("whsec_")?Buffer.from(s.slice(6),"base64"):s;',
  'headers["webhook-signature"]="v1,"+createHmac("sha256",key).update(id+"."+seconds+"."+body).digest("base64")}',
  'fetch(url,{method:"POST",headers,body,redirect:"manual",signal:AbortSignal.timeout(1e4)})',
  '.then(r=>{if(!r.ok)fail("was answered with "+r.status+".")},',
  'x=>fail("could not be delivered ("+(x.cause?.code??x.name)+")."))',
].join("");
