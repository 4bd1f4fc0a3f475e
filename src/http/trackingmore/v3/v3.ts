/**
 * TrackingMore's API, version 3: `{code, message, data}`, flat. Its paths are actions, several of which went by two names. The
 * sandbox is the same actions under two more prefixes, over services that keep nothing.
 */
import type { TrackingmoreServices } from '../services.ts';
import type { Endpoint, Skin } from '../skin.ts';
import { accountActions } from './account.ts';
import type { Action } from './action.ts';
import { courierActions } from './couriers.ts';
import { refusedV3 } from './errors.ts';
import { sandboxServices } from './sandbox.ts';
import { type TrackingsV3Services, trackingActions } from './trackings.ts';
import { transitActions } from './transit.ts';
import { untrackedActions } from './untracked.ts';

/** TrackingMore's SDKs write it in either order. */
const sandboxPaths = ['/trackings/sandbox', '/sandbox/trackings'] as const;

export function makeV3(services: TrackingmoreServices): Skin {
  // What a sandbox is asked changes nothing, so every key may ask it.
  const sandboxActions = actionsOf(sandboxServices).map((action) => ({ ...action, access: 'read' as const }));
  return {
    prefix: '/v3',
    endpoints: [
      ...endpointsOf(actionsOf(services), '/trackings'),
      ...sandboxPaths.flatMap((path) => endpointsOf(sandboxActions, path)),
    ],
    accepted: (data) => ({ code: 200, message: 'Success', data }),
    refused: refusedV3,
  };
}

function actionsOf(services: TrackingsV3Services): readonly Action[] {
  return [
    ...courierActions,
    ...trackingActions(services),
    ...transitActions(services),
    ...untrackedActions,
    ...accountActions,
  ];
}

function endpointsOf(actions: readonly Action[], path: string): readonly Endpoint[] {
  return actions.flatMap(({ names, ...endpoint }) =>
    names.map((name) => ({ ...endpoint, path: `${path}/${name}`, perSecond: 1 })),
  );
}
