/**
 * The key of a shared link. It stands behind the #, which browsers send to no server: the page
 * shows it with what it asks, so that whoever follows the link need not sign in, and stays who
 * they are elsewhere.
 */
export const LINK_KEY = keyIn(location.hash);

/** What every address of the page ends in, so that it still opens when it is loaded again. */
export const LINK_SUFFIX = LINK_KEY === undefined ? "" : location.hash;

export function keyIn(hash: string): string | undefined {
  return new URLSearchParams(hash.slice(1)).get("key") || undefined;
}

// Another link in the same tab is another reader.
addEventListener("hashchange", () => {
  if (keyIn(location.hash) !== LINK_KEY) location.reload();
});
