import { explorerPlugin } from '@graphiql/plugin-explorer';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import 'graphiql/setup-workers/vite';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import '@graphiql/plugin-explorer/style.css';
import 'graphiql/style.css';
import './page.css';

import { examples } from './examples';

const fetcher = createGraphiQLFetcher({ url: '/graphql' });
const plugins = [HISTORY_PLUGIN, explorerPlugin()];

/** A link may bring its own query, as one to `/graphql` does: it has a tab before the examples. */
const link = new URLSearchParams(location.search);
const linked = link.get('query');
const initial = linked === null ? {} : { initialQuery: linked, initialVariables: link.get('variables') ?? '' };
const defaultTabs = [...(linked === null ? [] : [linked]), ...examples].map((query) => ({ query }));

/** Light or dark as the reader has the dashboard, until they choose otherwise here. */
const chosen = localStorage.getItem('salesgraph.theme');
const defaultTheme = chosen === 'light' || chosen === 'dark' ? chosen : null;

/** What a new tab starts with. */
const defaultQuery = `# Ctrl-Space completes, Ctrl-Enter runs, Shift-Ctrl-P tidies up.
{
  kpis(filter: { period: { last: { count: 30, unit: DAY } } }) {
    totalSales
    orderCount
  }
}
`;

function Page() {
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={defaultTabs}
      defaultQuery={defaultQuery}
      defaultTheme={defaultTheme}
      {...initial}
      isHeadersEditorEnabled
      defaultEditorToolsVisibility={false}
    >
      <GraphiQL.Logo>
        <a href="/" title="To the dashboard">
          Salesgraph
        </a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

const root = document.getElementById('graphiql');
if (!root) {
  throw new Error('the page has no element for GraphiQL');
}
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
