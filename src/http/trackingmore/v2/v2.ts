/** TrackingMore's API, version 2: `{meta: {code, type, message}, data}`, with HTTP status 200 for refusals too. */
import type { Skin } from '../skin.ts';
import { type AccountV2Services, accountEndpoints } from './account.ts';
import { carrierEndpoints } from './carriers.ts';
import { costtimeEndpoints } from './costtime.ts';
import { refusedV2 } from './errors.ts';
import { severalEndpoints } from './several.ts';
import { type TrackingsV2Services, trackingEndpoints } from './trackings.ts';
import { untrackedEndpoints } from './untracked.ts';

export type V2Services = TrackingsV2Services & AccountV2Services;

export function makeV2(services: V2Services): Skin {
  return {
    prefix: '/v2',
    endpoints: [
      ...carrierEndpoints,
      ...trackingEndpoints(services),
      ...severalEndpoints(services),
      ...accountEndpoints(services),
      ...costtimeEndpoints(services),
      ...untrackedEndpoints,
    ],
    accepted: (data) => ({ meta: { code: 200, type: 'Success', message: 'Success' }, data }),
    refused: refusedV2,
  };
}
