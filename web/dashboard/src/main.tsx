import "@fontsource-variable/geist/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/cards.css";
import "./styles/panels.css";
import "./styles/tables.css";
import "./styles/paper.css";

import { QueryClientProvider } from "@tanstack/preact-query";
import { render } from "preact";

import { queryClient } from "./api/use-query";
import { App } from "./app";
import { showTheme } from "./state/theme";
import { reloadAfterUpgrades } from "./upgrade";

showTheme();
reloadAfterUpgrades();

const root = document.getElementById("app");
if (root) {
  render(
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>,
    root,
  );
}
