/** `DELETE /api/v1/samples`: takes away what the first start made to be looked at. */
import Type from 'typebox';
import type { AccountId } from '../../store/store.ts';
import { accountOf } from '../principal.ts';
import type { Api } from '../route.ts';
import { refusals } from './fields.ts';

export interface SamplesServices {
  /** Returns how many sample parcels the account had; another account's are left alone. */
  removeSamples(accountId: AccountId): Promise<number>;
}

export function samplesRoutes(api: Api, { removeSamples }: SamplesServices): void {
  api.delete(
    '/samples',
    {
      config: { access: 'owner', audit: 'samples.removed' },
      schema: {
        tags: ['samples'],
        summary: 'Remove the sample parcels and the sample webhook of the first start',
        response: { 200: Type.Object({ removed: Type.Integer() }), ...refusals },
      },
    },
    async (request) => ({ removed: await removeSamples(accountOf(request).id) }),
  );
}
