/**
 * The addresses of the console. What a page shows follows from its address alone, filters included, so that it can be kept
 * and passed on. Pages are loaded when they are first opened.
 */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  notFound,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';
import { readFilter } from './deliveries/filter.ts';
import { readSpan } from './figures/figures.ts';
import { isVersion, readFormatSearch, versionFor } from './format/address.ts';
import { readDestination, sessionQuery, signInAddress } from './session/session.ts';
import { lazyPage } from './shell/lazyPage.ts';
import { NotFound, NotFoundHere } from './shell/NotFound.tsx';
import { PageProblem, RouteProblem } from './shell/RouteProblem.tsx';
import { readFilter as readShipmentFilter } from './shipments/filter.ts';
import { readWay } from './shipments/ways.ts';
import { readNewWebhook } from './webhooks/draft.ts';

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: RouteProblem,
});

// By itself: within a route its type is not seen by what stands beside it.
const formatSearch = only(readFormatSearch);
const loadShell = () => import('./shell/Shell.tsx');

/** All that is for whoever is signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyPage(loadShell, 'Shell'),
  errorComponent: RouteProblem,
  notFoundComponent: NotFoundHere,
  async beforeLoad({ context, location }) {
    // Fetched while the server says who this is; whether it came is seen when it is shown.
    void loadShell().catch(() => {});
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session !== null) return;
    throw redirect({ href: signInAddress(location.href), reloadDocument: true });
  },
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyPage(() => import('./settings/SettingsPage.tsx'), 'SettingsPage'),
});

/* The leaves stand in lists of their own: written into `addChildren`, each would take its type from it and lose its own. */
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    beforeLoad() {
      throw redirect({ to: '/settings/account' });
    },
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/account',
    component: lazyPage(() => import('./settings/AccountSettings.tsx'), 'AccountSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/you',
    component: lazyPage(() => import('./settings/YouSettings.tsx'), 'YouSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/members',
    component: lazyPage(() => import('./settings/MembersSettings.tsx'), 'MembersSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/keys',
    component: lazyPage(() => import('./settings/KeysSettings.tsx'), 'KeysSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/notices',
    component: lazyPage(() => import('./settings/NoticesSettings.tsx'), 'NoticesSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/tracking-page',
    component: lazyPage(() => import('./settings/TrackPageSettings.tsx'), 'TrackPageSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/couriers',
    component: lazyPage(() => import('./settings/CouriersSettings.tsx'), 'CouriersSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/data',
    component: lazyPage(() => import('./settings/DataSettings.tsx'), 'DataSettings'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/audit',
    component: lazyPage(() => import('./settings/AuditSettings.tsx'), 'AuditSettings'),
  }),
] as const;

const pages = [
  createRoute({
    getParentRoute: () => shell,
    path: '/',
    validateSearch: only(readSpan),
    component: lazyPage(() => import('./overview/OverviewPage.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/shipments',
    validateSearch: only(readShipmentFilter),
    component: lazyPage(() => import('./shipments/ShipmentsPage.tsx'), 'ShipmentsPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/shipments/new',
    validateSearch: only(readWay),
    component: lazyPage(() => import('./shipments/AddPage.tsx'), 'AddPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/shipments/$id',
    component: lazyPage(() => import('./shipments/ShipmentPage.tsx'), 'ShipmentPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/webhooks',
    component: lazyPage(() => import('./webhooks/WebhooksPage.tsx'), 'WebhooksPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/webhooks/new',
    validateSearch: only(readNewWebhook),
    component: lazyPage(() => import('./webhooks/NewWebhookPage.tsx'), 'NewWebhookPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/webhooks/$id',
    validateSearch: only(readSpan),
    component: lazyPage(() => import('./webhooks/WebhookPage.tsx'), 'WebhookPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/webhooks/$id/edit',
    component: lazyPage(() => import('./webhooks/EditWebhookPage.tsx'), 'EditWebhookPage'),
  }),
  // Leads to a version; one is shown that of the webhook.
  createRoute({
    getParentRoute: () => shell,
    path: '/format',
    validateSearch: formatSearch,
    async beforeLoad({ context, search }) {
      const version = await versionFor(context.queries, search.webhook);
      throw redirect({ to: '/format/$version', params: { version }, search, replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/format/$version',
    params: {
      parse({ version }) {
        if (!isVersion(version)) throw notFound();
        return { version };
      },
      stringify: ({ version }) => ({ version }),
    },
    validateSearch: formatSearch,
    component: lazyPage(() => import('./format/FormatPage.tsx'), 'FormatPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/deliveries',
    validateSearch: only(readFilter),
    component: lazyPage(() => import('./deliveries/DeliveriesPage.tsx'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/deliveries/$id',
    component: lazyPage(() => import('./deliveries/DeliveryPage.tsx'), 'DeliveryPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/inbox',
    component: lazyPage(() => import('./inbox/InboxPage.tsx'), 'InboxPage'),
  }),
  // Who is signed in keeps the way to everything else.
  createRoute({
    getParentRoute: () => shell,
    path: '$',
    component: NotFoundHere,
  }),
] as const;

const outside = [
  // With a key; `/sign-in` is the server's.
  createRoute({
    getParentRoute: () => root,
    path: '/sign-in/key',
    validateSearch: only(readDestination),
    component: lazyPage(() => import('./entrance/KeyPage.tsx'), 'KeyPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/welcome',
    component: lazyPage(() => import('./entrance/WelcomePage.tsx'), 'WelcomePage'),
    errorComponent: RouteProblem,
  }),
] as const;

const routeTree = root.addChildren([
  ...outside,
  shell.addChildren([...pages, settings.addChildren(settingsPages)]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    parseSearch: parseSearchWith(readValue),
    stringifySearch: stringifySearchWith(JSON.stringify, readValue),
    scrollRestoration: true,
    defaultErrorComponent: PageProblem,
    defaultPreload: 'intent',
    // What is shown is TanStack Query's to keep.
    defaultPreloadStaleTime: 0,
  });
}

type Said = Record<string, unknown>;

/** What a page reads of an address and nothing else: what is merely left out the router hands on as it stands there. */
function only<Read>(read: (said: Said) => Read): (said: Said) => Read {
  return (said) => {
    const unread = Object.keys(said).map((name) => [name, undefined]);
    return { ...Object.fromEntries(unread), ...read(said) };
  };
}

/** A value of an address. Digits that no number holds exactly, as of a long tracking number, stay the text that they are. */
function readValue(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'number' && String(value) !== text) throw new SyntaxError('not a number');
  return value;
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
