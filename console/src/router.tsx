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
import { isVersion, readFormatSearch, versionFor } from './format/address.ts';
import { readSpan } from './overview/overview.ts';
import { sessionQuery, signInAddress } from './session/session.ts';
import { lazyPage } from './shell/lazyPage.ts';
import { NotFound, NotFoundHere } from './shell/NotFound.tsx';
import { PageProblem, RouteProblem } from './shell/RouteProblem.tsx';
import { readFilter as readShipmentFilter } from './shipments/filter.ts';
import { readWay } from './shipments/ways.ts';

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: RouteProblem,
});

/** With a key; `/sign-in` is the server's. */
const signInWithKey = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/key',
  validateSearch: (said: Record<string, unknown>): { to?: string } =>
    // Only within the console: an address from elsewhere leads nowhere else.
    typeof said.to === 'string' && /^\/(?![/\\])/.test(said.to) ? { to: said.to } : {},
  component: lazyPage(() => import('./session/KeyPage.tsx'), 'KeyPage'),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyPage(() => import('./session/WelcomePage.tsx'), 'WelcomePage'),
  errorComponent: RouteProblem,
});

/** All that is for whoever is signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyPage(() => import('./shell/Shell.tsx'), 'Shell'),
  errorComponent: RouteProblem,
  notFoundComponent: NotFoundHere,
  async beforeLoad({ context, location }) {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session !== null) return;
    throw redirect({ href: signInAddress(location.href), reloadDocument: true });
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: readSpan,
  component: lazyPage(() => import('./overview/OverviewPage.tsx'), 'OverviewPage'),
});

const shipments = createRoute({
  getParentRoute: () => shell,
  path: '/shipments',
  validateSearch: readShipmentFilter,
  component: lazyPage(() => import('./shipments/ShipmentsPage.tsx'), 'ShipmentsPage'),
});

const addShipments = createRoute({
  getParentRoute: () => shell,
  path: '/shipments/new',
  validateSearch: readWay,
  component: lazyPage(() => import('./shipments/AddPage.tsx'), 'AddPage'),
});

const shipment = createRoute({
  getParentRoute: () => shell,
  path: '/shipments/$id',
  component: lazyPage(() => import('./shipments/ShipmentPage.tsx'), 'ShipmentPage'),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks',
  component: lazyPage(() => import('./webhooks/WebhooksPage.tsx'), 'WebhooksPage'),
});

const newWebhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/new',
  validateSearch: (said: Record<string, unknown>): { url?: string } =>
    typeof said.url === 'string' ? { url: said.url } : {},
  component: lazyPage(() => import('./webhooks/NewWebhookPage.tsx'), 'NewWebhookPage'),
});

const webhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/$id',
  validateSearch: (said: Record<string, unknown>): { hours?: 168 } =>
    Number(said.hours) === 168 ? { hours: 168 } : {},
  component: lazyPage(() => import('./webhooks/WebhookPage.tsx'), 'WebhookPage'),
});

const editWebhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/$id/edit',
  component: lazyPage(() => import('./webhooks/EditWebhookPage.tsx'), 'EditWebhookPage'),
});

/** Leads to a version; one is shown that of the webhook. */
const format = createRoute({
  getParentRoute: () => shell,
  path: '/format',
  validateSearch: readFormatSearch,
  async beforeLoad({ context, search }) {
    const version = await versionFor(context.queries, search.webhook);
    throw redirect({ to: '/format/$version', params: { version }, search, replace: true });
  },
});

const formatOfVersion = createRoute({
  getParentRoute: () => shell,
  path: '/format/$version',
  params: {
    parse({ version }) {
      if (!isVersion(version)) throw notFound();
      return { version };
    },
    stringify: ({ version }) => ({ version }),
  },
  validateSearch: readFormatSearch,
  component: lazyPage(() => import('./format/FormatPage.tsx'), 'FormatPage'),
});

const deliveries = createRoute({
  getParentRoute: () => shell,
  path: '/deliveries',
  validateSearch: readFilter,
  component: lazyPage(() => import('./deliveries/DeliveriesPage.tsx'), 'DeliveriesPage'),
});

const delivery = createRoute({
  getParentRoute: () => shell,
  path: '/deliveries/$id',
  component: lazyPage(() => import('./deliveries/DeliveryPage.tsx'), 'DeliveryPage'),
});

const inbox = createRoute({
  getParentRoute: () => shell,
  path: '/inbox',
  component: lazyPage(() => import('./inbox/InboxPage.tsx'), 'InboxPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyPage(() => import('./settings/SettingsPage.tsx'), 'SettingsPage'),
});

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad() {
    throw redirect({ to: '/settings/account' });
  },
});

const accountSettings = createRoute({
  getParentRoute: () => settings,
  path: '/account',
  component: lazyPage(() => import('./settings/AccountSettings.tsx'), 'AccountSettings'),
});

const youSettings = createRoute({
  getParentRoute: () => settings,
  path: '/you',
  component: lazyPage(() => import('./settings/YouSettings.tsx'), 'YouSettings'),
});

const membersSettings = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyPage(() => import('./settings/MembersSettings.tsx'), 'MembersSettings'),
});

const keysSettings = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: lazyPage(() => import('./settings/KeysSettings.tsx'), 'KeysSettings'),
});

const noticesSettings = createRoute({
  getParentRoute: () => settings,
  path: '/notices',
  component: lazyPage(() => import('./settings/NoticesSettings.tsx'), 'NoticesSettings'),
});

const trackPageSettings = createRoute({
  getParentRoute: () => settings,
  path: '/tracking-page',
  component: lazyPage(() => import('./settings/TrackPageSettings.tsx'), 'TrackPageSettings'),
});

const couriersSettings = createRoute({
  getParentRoute: () => settings,
  path: '/couriers',
  component: lazyPage(() => import('./settings/CouriersSettings.tsx'), 'CouriersSettings'),
});

const dataSettings = createRoute({
  getParentRoute: () => settings,
  path: '/data',
  component: lazyPage(() => import('./settings/DataSettings.tsx'), 'DataSettings'),
});

const auditSettings = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyPage(() => import('./settings/AuditSettings.tsx'), 'AuditSettings'),
});

/** Who is signed in keeps the way to everything else. */
const nowhere = createRoute({
  getParentRoute: () => shell,
  path: '$',
  component: NotFoundHere,
});

const routeTree = root.addChildren([
  signInWithKey,
  welcome,
  shell.addChildren([
    home,
    shipments,
    addShipments,
    shipment,
    webhooks,
    newWebhook,
    webhook,
    editWebhook,
    format,
    formatOfVersion,
    deliveries,
    delivery,
    inbox,
    nowhere,
    settings.addChildren([
      settingsHome,
      accountSettings,
      youSettings,
      membersSettings,
      keysSettings,
      noticesSettings,
      trackPageSettings,
      couriersSettings,
      dataSettings,
      auditSettings,
    ]),
  ]),
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
