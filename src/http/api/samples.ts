/** `DELETE /api/v1/samples`: takes away what the first start made to be looked at. */
import Type from 'typebox';
import type { Api } from '../server.ts';

export interface SamplesServices {
  /** Returns how many sample parcels there were. */
  removeSamples(): Promise<number>;
}

export function samplesRoutes(api: Api, { removeSamples }: SamplesServices): void {
  api.delete(
    '/samples',
    {
      config: { access: 'owner' },
      schema: {
        tags: ['samples'],
        summary: 'Remove the sample parcels and the sample webhook of the first start',
        response: { 200: Type.Object({ removed: Type.Integer() }) },
      },
    },
    async () => ({ removed: await removeSamples() }),
  );
}
