import { useSyncExternalStore } from "../state/external-store";
import { store, stored } from "../state/stored";
import { en } from "./en";
import { fr } from "./fr";
import type { Messages } from "./messages";

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };

const STORED = "salesgraph.language";

export const MESSAGES: Readonly<Record<Language, Messages>> = { en, fr };

/** The first that is known of: what was chosen before, else what the browser prefers. */
export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  for (const wish of [stored ?? "", ...preferred]) {
    const language = LANGUAGES.find((it) => wish.toLowerCase().startsWith(it));
    if (language) return language;
  }
  return "en";
}

/** The reader's own variant of the language, such as `en-GB`, for numbers and dates. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  return preferred.find((it) => it.toLowerCase().startsWith(language)) ?? language;
}

/** What was chosen on this page: it may not be stored. */
let chosen: Language | undefined;

const listeners = new Set<() => void>();

/** The reader's language: no part of the address, for a link is read by others too. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

export function currentLanguage(): Language {
  return chooseLanguage(chosen ?? stored(STORED), navigator.languages);
}

export function storeLanguage(language: Language): void {
  chosen = language;
  store(STORED, language);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
