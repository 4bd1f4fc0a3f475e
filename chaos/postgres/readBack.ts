/**
 * What every process answers at the end of parcels and webhooks, against what was acknowledged last: an edit that is not there was
 * lost, and what was deleted stays so.
 */
import type { ChildServer } from '../../test/support/childServer.ts';
import type { Parcel } from './editors.ts';
import type { Handled } from './handlers.ts';

export interface ReadBackOptions {
  readonly servers: readonly Pick<ChildServer, 'call'>[];
  readonly parcels: readonly Parcel[];
  readonly webhooks: readonly Handled[];
}

/** What differs, a line each. */
export async function readBack({ servers, parcels, webhooks }: ReadBackOptions): Promise<string[]> {
  const undone: string[] = [];
  const compare = (what: string, is: unknown, said: unknown): void => {
    const [found, wanted] = [JSON.stringify(is), JSON.stringify(said)];
    if (found !== wanted) undone.push(`${what} is ${found}, and was acknowledged as ${wanted}`);
  };
  for (const { call } of servers) {
    for (const { number, trackingId, title, archived, deleted } of parcels) {
      const { json } = await call('GET', `/trackings?tracking_number=${number}`);
      const living = json.data.map(({ id }: { id: string }) => id);
      compare(`${number}: what is living`, living, trackingId === null ? [] : [trackingId]);
      for (const id of deleted)
        compare(`${number} ${id}: its answer`, (await call('GET', `/trackings/${id}`)).status, 404);
      if (trackingId === null) continue;
      const stored = (await call('GET', `/trackings/${trackingId}`)).json;
      compare(`${number} ${trackingId}`, [stored.title, stored.archived], [title, archived]);
    }
    for (const { path, id, description, ratePerSecond } of webhooks) {
      const { json } = await call('GET', `/webhooks/${id}`);
      compare(`webhook ${path}`, [json.description, json.rate_per_second], [description, ratePerSecond]);
    }
  }
  return undone;
}
