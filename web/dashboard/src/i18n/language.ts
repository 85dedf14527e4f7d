import { en } from "./en";
import { fr } from "./fr";
import type { Messages } from "./messages";

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };

const STORED = "salesgraph.language";

export const MESSAGES: Readonly<Record<Language, Messages>> = { en, fr };

/** The first that is known of: what the address says, what was chosen before, what the browser prefers. */
export function chooseLanguage(
  asked: string | undefined,
  stored: string | null,
  preferred: readonly string[],
): Language {
  const wishes = [asked, stored, ...preferred].filter((wish) => wish !== null && wish !== undefined);
  for (const wish of wishes) {
    const language = LANGUAGES.find((it) => wish.toLowerCase().startsWith(it));
    if (language) return language;
  }
  return "en";
}

/** The reader's own variant of the language, such as `en-GB`, for numbers and dates. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  return preferred.find((it) => it.toLowerCase().startsWith(language)) ?? language;
}

export function storedLanguage(): string | null {
  return localStorage.getItem(STORED);
}

export function storeLanguage(language: Language): void {
  localStorage.setItem(STORED, language);
}
