/** What Terraform tells a provider that it starts, through the environment. */
export interface Launch {
  /** False when the executable was started by a person. */
  readonly byTerraform: boolean;
  /** The protocol versions that Terraform offers, as it wrote them: in any order. */
  readonly offeredVersions: string;
  /** PEM. With it both sides prove who they are; without it (TLS switched off) the connection is in plain text. */
  readonly clientCertificate: string | undefined;
  /** Set by hosts that run plugins in containers: where the socket must be. */
  readonly socketFolder: string | undefined;
  /** Name or number of the group that may use the socket, set by the same hosts. */
  readonly socketGroup: string | undefined;
  /** Where to listen on systems without unix sockets. */
  readonly ports: PortRange;
}

interface PortRange {
  readonly first: number;
  readonly last: number;
}

const COOKIE = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE_VALUE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
const CLIENT_CERTIFICATE = "PLUGIN_CLIENT_CERT";
/** Terraform's own defaults. */
const PORTS: PortRange = { first: 10_000, last: 25_000 };

/** Reads the launch contract of hashicorp/go-plugin, and removes from `env` what programs we start must not inherit. */
export function readLaunch(env: NodeJS.ProcessEnv): Launch {
  const launch: Launch = {
    byTerraform: env[COOKIE] === COOKIE_VALUE,
    offeredVersions: env["PLUGIN_PROTOCOL_VERSIONS"] ?? "",
    clientCertificate: env[CLIENT_CERTIFICATE] || undefined,
    socketFolder: env["PLUGIN_UNIX_SOCKET_DIR"] || undefined,
    socketGroup: env["PLUGIN_UNIX_SOCKET_GROUP"] || undefined,
    ports: { first: port(env["PLUGIN_MIN_PORT"], PORTS.first), last: port(env["PLUGIN_MAX_PORT"], PORTS.last) },
  };
  delete env[COOKIE];
  delete env[CLIENT_CERTIFICATE];
  return launch;
}

function port(text: string | undefined, otherwise: number): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : otherwise;
}
