/** Where the console begins: its providers around its routes. */
import '@mantine/core/styles.css';
import './shell/style.css';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { setApiKey } from './api/call.ts';
import { Refusal } from './api/refusal.ts';
import { Direction } from './i18n/Direction.tsx';
import { speak } from './i18n/i18n.ts';
import { makeRouter } from './router.tsx';
import { sessionEnded, sessionQuery } from './session/session.ts';
import { theme, variables } from './shell/theme.ts';

/** Whose session has ended while a page is open is told so, over the page, with what was typed still there. */
function onError(error: unknown): void {
  if (!(error instanceof Refusal) || error.code !== 'unauthenticated') return;
  setApiKey(null);
  if (queries.getQueryData(sessionQuery.queryKey)) queries.setQueryData(sessionEnded.queryKey, true);
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    // That the browser knows of no network says nothing about a server on this machine or beside it.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      // A refusal is the server's decision. What had no answer is asked again.
      retry: (failures, error) => failures < 2 && error instanceof Refusal && [0, 503].includes(error.status),
    },
  },
});

const router = makeRouter(queries);

void speak(null);
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Direction>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </Direction>
  </StrictMode>,
);
