import "@fontsource-variable/geist/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/cards.css";
import "./styles/panels.css";
import "./styles/tables.css";

import { render } from "preact";

import { App } from "./app";
import { showTheme } from "./state/theme";

showTheme();

const root = document.getElementById("app");
if (root) render(<App />, root);
