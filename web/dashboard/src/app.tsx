import type { JSX } from "preact";
import { useEffect, useErrorBoundary, useMemo } from "preact/hooks";

import { ShopDocument } from "./api/generated/graphql";
import { UNTIL_ANSWERED, useQuery } from "./api/use-query";
import { useWithinReach } from "./api/use-within-reach";
import { Format } from "./format/format";
import { currentLanguage, localeOf, MESSAGES, useLanguage } from "./i18n/language";
import { FilterBar } from "./parts/filter-bar";
import { Header } from "./parts/header";
import { NotTheirs } from "./parts/reach";
import { Welcome } from "./parts/welcome";
import type { View } from "./state/address";
import { isBuiltInDimension } from "./state/filter";
import { LINK_KEY } from "./state/link";
import { maySee } from "./state/may";
import { useAddress } from "./state/navigation";
import { ownWords } from "./state/own";
import { type Setting, SettingProvider, settingOf } from "./state/setting";
import { Customers } from "./views/customers";
import { Overview } from "./views/overview";
import { Places } from "./views/places";
import { Products } from "./views/products";
import { Time } from "./views/time";

const VIEWS: Readonly<Record<View, () => JSX.Element>> = {
  overview: Overview,
  products: Products,
  customers: Customers,
  time: Time,
  places: Places,
};

/** The dashboard, or word that it has a fault of its own. */
export function App(): JSX.Element {
  const [error] = useErrorBoundary((error) => console.error(error));
  return error ? <Broken /> : <Dashboard />;
}

function Broken(): JSX.Element {
  const { states } = MESSAGES[currentLanguage()];
  return (
    <main class="notice" role="alert">
      <h1>{states.broken}</h1>
      <button type="button" class="button" onClick={() => location.reload()}>
        {states.reload}
      </button>
    </main>
  );
}

function Dashboard(): JSX.Element {
  const address = useAddress();
  const language = useLanguage();
  const words = MESSAGES[language];
  const { data: told, error } = useQuery(ShopDocument, NOTHING_TO_VARY, UNTIL_ANSWERED);
  const data = useWithinReach(told);

  const setting = useMemo((): Setting | undefined => {
    if (!data) return undefined;
    const own = ownWords(data.shop, isBuiltInDimension);
    const format = new Format(localeOf(language, navigator.languages), data.shop, own);
    const viewer = data.viewer ?? undefined;
    return settingOf(data.shop, address, { viewer, language, words, format, own });
  }, [data, address, language]);

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = [words.views[address.view], data?.shop.name ?? "Salesgraph"].join(" · ");
  }, [language, address.view, data]);

  if (!setting) return <Welcome words={words} error={error} />;
  const Shown = maySee(setting.may, address.view) ? VIEWS[address.view] : NotTheirs;
  return (
    <SettingProvider value={setting}>
      <Header />
      <FilterBar />
      <Shown key={address.view} />
      <footer>
        {/* Who follows a link shows its key here alone. */}
        {!LINK_KEY && (
          <a class="link" href="/graphiql">
            {words.api}
          </a>
        )}
      </footer>
    </SettingProvider>
  );
}

const NOTHING_TO_VARY = {};
