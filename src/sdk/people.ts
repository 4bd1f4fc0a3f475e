/**
 * The data of a person. A call looks at a part of the account: while `next_cursor` is not null, ask again with it as `cursor`.
 * Answers may have more members than are named here.
 */
import type { Calls } from './calls.ts';
import type { Tracking } from './trackings.ts';

/** The calls of `/api/v1/people`. */
export function makePeople({ post }: Calls) {
  return {
    find: (person: PersonQuery) => post<FoundPerson>('/api/v1/people/find', person),
    /** All that is kept. */
    export: (person: PersonQuery) => post<ExportedPerson>('/api/v1/people/export', person),
    /** It cannot be undone. */
    erase: (person: PersonQuery & { include_checkpoints?: boolean; include_orders?: boolean }) =>
      post<ErasedPerson>('/api/v1/people/erase', { ...person, confirm: true }),
  };
}

/** One of these, and where to go on. */
export interface PersonQuery {
  email?: string;
  phone?: string;
  name?: string;
  tracking_number?: string;
  cursor?: string;
}

export interface PersonStep {
  /** Trackings and events that the call went through. */
  looked_at: number;
  next_cursor: string | null;
}

export interface FoundPerson extends PersonStep {
  /** Found by this call. */
  count: number;
  /** The first of them. */
  trackings: Tracking[];
  events: number;
  members: string[];
}

export interface ExportedPerson extends PersonStep {
  parcels: object[];
  events: object[];
  inbox_messages: object[];
  answers: object[];
  members: object[];
}

export interface ErasedPerson extends PersonStep {
  erased: { trackings: number; events: number; responses: number; inbox_messages: number; answers: number };
}
