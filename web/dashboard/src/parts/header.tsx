import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { LANGUAGE_NAMES, LANGUAGES, storeLanguage } from "../i18n/language";
import { type Address, VIEWS, withView } from "../state/address";
import { LINK_KEY } from "../state/link";
import { maySee } from "../state/may";
import { go, hrefOf } from "../state/navigation";
import { useSetting } from "../state/setting";
import { chooseTheme, currentTheme, type Theme, THEMES } from "../state/theme";
import { Icon } from "./icons";
import { Select } from "./select";

/** The shop's name, the ways to its views, and how the reader likes to read. */
export function Header(): JSX.Element {
  const { shop, words, address, may } = useSetting();
  return (
    <header class="header">
      <a class="skip" href="#figures" onClick={skip}>
        {words.skip}
      </a>
      <div class="brand">
        <Mark />
        <span class="brand-name" dir="auto" title={shop.name}>
          {shop.name}
        </span>
      </div>
      <nav aria-label={words.menu}>
        <ul>
          {VIEWS.filter((view) => maySee(may, view)).map((view) => (
            <li>
              <ViewLink to={withView(address, view)} current={view === address.view}>
                {words.views[view]}
              </ViewLink>
            </li>
          ))}
        </ul>
      </nav>
      <div class="preferences">
        <Reader />
        <LanguageChoice />
        <ThemeChoice />
      </div>
    </header>
  );
}

/** The page's own address would change by following the link itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("figures")?.focus();
}

function ViewLink({ to, current, children }: { to: Address; current: boolean; children: string }): JSX.Element {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
    scrollTo(0, 0);
  };
  return (
    <a href={hrefOf(to)} aria-current={current ? "page" : undefined} onClick={follow}>
      {children}
    </a>
  );
}

/** Who reads, where the server asks for that; who has signed in can sign out there. */
function Reader(): JSX.Element | null {
  const { viewer, words } = useSetting();
  if (!viewer) return null;
  const { name } = viewer;
  if (LINK_KEY) {
    return (
      <span class="reader" dir="auto" title={words.reader.byLink(name)}>
        {name}
      </span>
    );
  }
  return (
    <a class="reader" href="/sign-in" dir="auto" title={words.reader.signedIn(name)}>
      {name}
    </a>
  );
}

function LanguageChoice(): JSX.Element {
  const { words, language } = useSetting();
  const options = LANGUAGES.map((it) => [it, LANGUAGE_NAMES[it]] as const);
  return <Select label={words.language} value={language} options={options} onChange={storeLanguage} />;
}

const THEME_ICONS = { auto: "auto", light: "sun", dark: "moon" } as const;

function ThemeChoice(): JSX.Element {
  const { words } = useSetting();
  const [theme, setTheme] = useState<Theme>(currentTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  const label = `${words.theme.label}: ${words.theme[theme]}`;
  return (
    <button
      type="button"
      class="quiet theme"
      aria-label={label}
      title={label}
      onClick={() => {
        chooseTheme(next);
        setTheme(next);
      }}
    >
      <Icon name={THEME_ICONS[theme]} />
    </button>
  );
}

function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M8 22.5V18m5.33 4.5V13.5m5.34 9v-6m5.33 6V9" />
    </svg>
  );
}
