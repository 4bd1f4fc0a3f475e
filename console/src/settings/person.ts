/**
 * What is kept of a person is gone through in steps: an account may have millions of parcels. Each kind of work adds up what its
 * steps answered.
 */
import type { ErasedPerson, ExportedPerson, FoundPerson, PersonQuery } from '../../../src/sdk/people.ts';
import { call } from '../api/call.ts';

export const kinds = ['email', 'phone', 'name', 'tracking_number'] as const;
export type Kind = (typeof kinds)[number];
export type Person = Pick<PersonQuery, Kind>;

export interface Found {
  readonly count: number;
  readonly trackings: FoundPerson['trackings'];
  readonly members: number;
}

type Erased = ErasedPerson['erased'];
type Exported = Omit<ExportedPerson, 'looked_at' | 'next_cursor'>;

/** Told how many rows were looked at by now. */
export interface Walk {
  readonly signal: AbortSignal;
  onLookedAt(count: number): void;
}

const shownMax = 10;

export function find(person: Person, walk: Walk): Promise<Found> {
  return inSteps<FoundPerson, Found>(
    'find',
    person,
    walk,
    { count: 0, trackings: [], members: 0 },
    (sum, step) => ({
      count: sum.count + step.count,
      trackings: [...sum.trackings, ...step.trackings].slice(0, shownMax),
      members: sum.members + step.members.length,
    }),
  );
}

export function exported(person: Person, walk: Walk): Promise<Exported> {
  const none: Exported = { parcels: [], events: [], inbox_messages: [], answers: [], members: [] };
  return inSteps<ExportedPerson, Exported>('export', person, walk, none, (sum, step) => ({
    parcels: [...sum.parcels, ...step.parcels],
    events: [...sum.events, ...step.events],
    inbox_messages: [...sum.inbox_messages, ...step.inbox_messages],
    answers: [...sum.answers, ...step.answers],
    members: [...sum.members, ...step.members],
  }));
}

interface EraseOptions {
  readonly include_checkpoints: boolean;
  readonly include_orders: boolean;
}

export function erase(person: Person & EraseOptions, walk: Walk): Promise<Erased> {
  const none: Erased = { trackings: 0, events: 0, responses: 0, inbox_messages: 0, answers: 0 };
  return inSteps<ErasedPerson, Erased>(
    'erase',
    { ...person, confirm: true },
    walk,
    none,
    (sum, { erased }) => ({
      trackings: sum.trackings + erased.trackings,
      events: sum.events + erased.events,
      responses: sum.responses + erased.responses,
      inbox_messages: sum.inbox_messages + erased.inbox_messages,
      answers: sum.answers + erased.answers,
    }),
  );
}

interface Step {
  readonly looked_at: number;
  readonly next_cursor: string | null;
}

async function inSteps<Answer extends Step, Sum>(
  work: 'find' | 'export' | 'erase',
  body: object,
  { signal, onLookedAt }: Walk,
  none: Sum,
  add: (sum: Sum, answer: Answer) => Sum,
): Promise<Sum> {
  let sum = none;
  let lookedAt = 0;
  let cursor: string | null = null;
  do {
    const said: object = cursor === null ? body : { ...body, cursor };
    const answer: Answer = await call<Answer>('POST', `/people/${work}`, said, { signal });
    sum = add(sum, answer);
    lookedAt += answer.looked_at;
    onLookedAt(lookedAt);
    cursor = answer.next_cursor;
  } while (cursor !== null);
  return sum;
}
