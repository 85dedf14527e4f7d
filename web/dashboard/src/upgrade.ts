/**
 * Loads the page anew where the server has another one by now.
 *
 * Parts of a page that was opened before an upgrade are no longer there under the names
 * that it knows. A part that is missing for another reason, a server that is away, is
 * none to reload for: the page in sight would be lost.
 */
export function reloadAfterUpgrades(): void {
  addEventListener("vite:preloadError", () => void reloadIfReplaced());
}

async function reloadIfReplaced(): Promise<void> {
  const ours = document.querySelector("script[src]")?.getAttribute("src") ?? "";
  const page = await fetch("/", { cache: "no-cache" }).catch(() => undefined);
  if (page?.ok && !(await page.text()).includes(ours)) location.reload();
}
