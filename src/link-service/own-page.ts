/**
 * Whether a post may come from a page of ours, as far as its headers tell; an older browser sends neither.
 *
 * `Origin: null` is what browsers send for a form on a page with `Referrer-Policy: no-referrer`, as ours have it, so it
 * proves nothing either way (Fetch standard, "append a request Origin header").
 *
 * @param publicUrl the address that browsers use
 */
export function mayComeFromOwnPage(headers: Headers, publicUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  return origin === null || origin === "null" || origin === new URL(publicUrl).origin;
}
