/** Updates: what is reported of parcels. Answers may have more members than are named here. */
import type { Calls, WriteOptions } from './calls.ts';
import type { Status } from './status.ts';
import type { TrackingFields } from './trackings.ts';

/** Reports checkpoints and fields of 1 to 1000 parcels; one result each, in the order given. */
export function makeUpdates({ post }: Calls) {
  return (updates: readonly Update[], write?: WriteOptions) =>
    post<{ results: UpdateResult[] }>('/api/v1/updates', { updates }, write);
}

export interface CheckpointDraft {
  /** ISO 8601; without an offset it is the local time of the place. */
  time: string;
  description: string;
  location?: string | null;
  code?: string | null;
  /** A status (`transit`) or sub-status (`transit003`). */
  status?: string | null;
  side?: 'origin' | 'destination';
  id?: string | null;
  version?: number;
}

export interface Update extends TrackingFields {
  tracking_number: string;
  courier_code?: string | null;
  checkpoints?: CheckpointDraft[];
  /** With false a parcel that is not known is an error. */
  create?: boolean;
}

export type UpdateResult =
  | {
      tracking_id: string;
      tracking_number: string;
      courier_code: string | null;
      status: Status;
      revision: number;
      changed: boolean;
      /** What of the update changes nothing, and why; `where` are JSON pointers into it. */
      notes?: { message: string; where: string[] }[];
      error?: undefined;
    }
  | { error: { code: string; message: string; where?: string } };
