import { LOG_LEVELS, type LogLevel } from "./logger";

/**
 * The level that the person running Terraform asked for, from `TF_LOG_PROVIDER_<NAME>`, else `TF_LOG_PROVIDER`, else
 * `TF_LOG`. A value that names no level means the most talkative one, as it does to Terraform; so does `JSON`.
 *
 * @param name the provider's short name, such as `cronofy`
 */
export function logLevel(env: NodeJS.ProcessEnv, name: string): LogLevel | "off" {
  const own = `TF_LOG_PROVIDER_${name.toUpperCase().replaceAll("-", "_")}`;
  const wanted = (env[own] || env["TF_LOG_PROVIDER"] || env["TF_LOG"] || "off").toLowerCase();
  return wanted === "off" ? "off" : (LOG_LEVELS.find((level) => level === wanted) ?? "trace");
}
