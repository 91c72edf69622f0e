/** Enough of a token to tell it from others: four characters, and less of a short one. */
export function masked(token: string): string {
  return `${token.slice(0, Math.min(4, Math.floor(token.length / 4)))}…`;
}
