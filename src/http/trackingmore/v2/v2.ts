/** TrackingMore's API, version 2: `{meta: {code, type, message}, data}`, with HTTP status 200 for refusals too. */
import type { TrackingmoreServices } from '../services.ts';
import type { Skin } from '../skin.ts';
import { accountEndpoints } from './account.ts';
import { carrierEndpoints } from './carriers.ts';
import { costtimeEndpoints } from './costtime.ts';
import { refusedV2 } from './errors.ts';
import { severalEndpoints } from './several.ts';
import { trackingEndpoints } from './trackings.ts';
import { untrackedEndpoints } from './untracked.ts';

export function makeV2(services: TrackingmoreServices): Skin {
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
