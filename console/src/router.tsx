/**
 * The addresses of the console. What a page shows follows from its address alone, filters included, so that it can be kept
 * and passed on. Pages are loaded when they are first opened.
 */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';
import { readFilter } from './deliveries/filter.ts';
import { isVersion, readFormatSearch, versionFor } from './format/address.ts';
import { readSpan } from './overview/overview.ts';
import { SignInPage } from './session/SignInPage.tsx';
import { sessionQuery } from './session/session.ts';
import { NotFound } from './shell/NotFound.tsx';
import { RouteProblem } from './shell/RouteProblem.tsx';
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

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (said: Record<string, unknown>): { to?: string } =>
    // Only within the console: an address from elsewhere leads nowhere else.
    typeof said.to === 'string' && /^\/(?![/\\])/.test(said.to) ? { to: said.to } : {},
  // Part of the first load: it is what most people see first.
  component: SignInPage,
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./session/WelcomePage.tsx'), 'WelcomePage'),
});

/** All that is for whoever is signed in. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell/Shell.tsx'), 'Shell'),
  async beforeLoad({ context, location }) {
    const session = await context.queries.ensureQueryData(sessionQuery);
    if (session !== null) return;
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: readSpan,
  component: lazyRouteComponent(() => import('./overview/OverviewPage.tsx'), 'OverviewPage'),
});

const shipments = createRoute({
  getParentRoute: () => shell,
  path: '/shipments',
  validateSearch: readShipmentFilter,
  component: lazyRouteComponent(() => import('./shipments/ShipmentsPage.tsx'), 'ShipmentsPage'),
});

const addShipments = createRoute({
  getParentRoute: () => shell,
  path: '/shipments/new',
  validateSearch: readWay,
  component: lazyRouteComponent(() => import('./shipments/AddPage.tsx'), 'AddPage'),
});

const shipment = createRoute({
  getParentRoute: () => shell,
  path: '/shipments/$id',
  component: lazyRouteComponent(() => import('./shipments/ShipmentPage.tsx'), 'ShipmentPage'),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./webhooks/WebhooksPage.tsx'), 'WebhooksPage'),
});

const newWebhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/new',
  validateSearch: (said: Record<string, unknown>): { url?: string } =>
    typeof said.url === 'string' ? { url: said.url } : {},
  component: lazyRouteComponent(() => import('./webhooks/NewWebhookPage.tsx'), 'NewWebhookPage'),
});

const webhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/$id',
  validateSearch: (said: Record<string, unknown>): { hours?: 168 } =>
    Number(said.hours) === 168 ? { hours: 168 } : {},
  component: lazyRouteComponent(() => import('./webhooks/WebhookPage.tsx'), 'WebhookPage'),
});

const editWebhook = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks/$id/edit',
  component: lazyRouteComponent(() => import('./webhooks/EditWebhookPage.tsx'), 'EditWebhookPage'),
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
  component: lazyRouteComponent(() => import('./format/FormatPage.tsx'), 'FormatPage'),
});

const deliveries = createRoute({
  getParentRoute: () => shell,
  path: '/deliveries',
  validateSearch: readFilter,
  component: lazyRouteComponent(() => import('./deliveries/DeliveriesPage.tsx'), 'DeliveriesPage'),
});

const delivery = createRoute({
  getParentRoute: () => shell,
  path: '/deliveries/$id',
  component: lazyRouteComponent(() => import('./deliveries/DeliveryPage.tsx'), 'DeliveryPage'),
});

const inbox = createRoute({
  getParentRoute: () => shell,
  path: '/inbox',
  component: lazyRouteComponent(() => import('./inbox/InboxPage.tsx'), 'InboxPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/SettingsPage.tsx'), 'SettingsPage'),
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
  component: lazyRouteComponent(() => import('./settings/AccountSettings.tsx'), 'AccountSettings'),
});

const youSettings = createRoute({
  getParentRoute: () => settings,
  path: '/you',
  component: lazyRouteComponent(() => import('./settings/YouSettings.tsx'), 'YouSettings'),
});

const membersSettings = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyRouteComponent(() => import('./settings/MembersSettings.tsx'), 'MembersSettings'),
});

const keysSettings = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: lazyRouteComponent(() => import('./settings/KeysSettings.tsx'), 'KeysSettings'),
});

const noticesSettings = createRoute({
  getParentRoute: () => settings,
  path: '/notices',
  component: lazyRouteComponent(() => import('./settings/NoticesSettings.tsx'), 'NoticesSettings'),
});

const trackPageSettings = createRoute({
  getParentRoute: () => settings,
  path: '/tracking-page',
  component: lazyRouteComponent(() => import('./settings/TrackPageSettings.tsx'), 'TrackPageSettings'),
});

const couriersSettings = createRoute({
  getParentRoute: () => settings,
  path: '/couriers',
  component: lazyRouteComponent(() => import('./settings/CouriersSettings.tsx'), 'CouriersSettings'),
});

const dataSettings = createRoute({
  getParentRoute: () => settings,
  path: '/data',
  component: lazyRouteComponent(() => import('./settings/DataSettings.tsx'), 'DataSettings'),
});

const auditSettings = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyRouteComponent(() => import('./settings/AuditSettings.tsx'), 'AuditSettings'),
});

const routeTree = root.addChildren([
  signIn,
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
