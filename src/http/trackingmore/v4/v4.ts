/** TrackingMore's API, version 4: `{meta: {code, message}, data}` and nothing beside, with real HTTP statuses. */
import type { TrackingmoreServices } from '../services.ts';
import type { Skin } from '../skin.ts';
import { awbEndpoints } from './awb.ts';
import { batchEndpoints } from './batch.ts';
import { courierEndpoints } from './couriers.ts';
import { refusedV4 } from './errors.ts';
import { trackingEndpoints } from './trackings.ts';

export function makeV4(services: TrackingmoreServices): Skin {
  return {
    prefix: '/v4',
    endpoints: [
      ...courierEndpoints,
      ...trackingEndpoints(services),
      ...batchEndpoints(services),
      ...awbEndpoints,
    ],
    accepted: (data) => ({ meta: { code: 200, message: 'Request response is successful' }, data }),
    refused: refusedV4,
  };
}
