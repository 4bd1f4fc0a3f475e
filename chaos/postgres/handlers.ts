/**
 * People who look after webhooks, through whichever process: they edit them, put back what was parked, and send deliveries again
 * by hand, such as wait for a retry. The steady receiver's is left alone: by it take-overs are timed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { pick } from '../dice.ts';
import { type Ask, makeInsisting } from '../insisting.ts';
import type { Path } from './receivers.ts';

/** A webhook, and what was acknowledged last of its settings. */
export interface Handled {
  readonly path: Path;
  readonly id: string;
  description: string;
  ratePerSecond: number | null;
}

/** A call that put back all that was parked then. */
export interface Recovery {
  readonly path: Path;
  /** Ids of the deliveries that were parked before it. */
  readonly parked: readonly string[];
  /** Epoch milliseconds. */
  readonly calledAt: number;
  /** Infinite where it was not answered well: how much of it was done is not known. */
  readonly answeredAt: number;
}

export interface Handlers {
  readonly webhooks: readonly Handled[];
  readonly recoveries: readonly Recovery[];
  /** Ids of deliveries that were sent again by hand, once for each time. */
  readonly byHand: readonly string[];
  readonly edits: number;
  readonly repeated: number;
  /** Puts back all that is parked of a webhook. */
  recover(webhook: Handled): Promise<void>;
  /** Leaves the webhooks without a rate. */
  stop(): Promise<void>;
}

export interface HandlersOptions {
  readonly pauseMsMax: number;
  random(): number;
}

/** Some are below what is owed: then first attempts wait too when a queue is put in another order. */
const rates = [null, 10, 20, 200];
/** Of edits that are of the rate: a queue takes a while to grow. */
const rateShare = 0.2;
/** Rather one that is not settled. */
const waitingShare = 0.7;

export function startHandlers(
  ask: Ask,
  made: readonly Handled[],
  { pauseMsMax, random }: HandlersOptions,
): Handlers {
  const webhooks = made.filter(({ path }) => path !== '/steady');
  const insisting = makeInsisting(ask, random);
  const recoveries: Recovery[] = [];
  const byHand: string[] = [];
  let doubts: Promise<unknown> = Promise.resolve();
  let edits = 0;
  let stopped = false;

  /** One edit after the other: what an earlier try may still do is waited for. */
  async function edit(webhook: Handled, ratePerSecond: number | null): Promise<void> {
    const description = `No. ${++edits}`;
    const { doubt } = await insisting.insist({
      ...{ method: 'PATCH', path: `/webhooks/${webhook.id}`, key: `webhook-${edits}` },
      body: { description, rate_per_second: ratePerSecond },
    });
    Object.assign(webhook, { description, ratePerSecond });
    if (doubt === null) return;
    doubts = Promise.all([doubts, doubt]);
    await doubt;
  }

  function nextRate({ ratePerSecond }: Handled): number | null {
    return random() < rateShare ? pick(random, rates) : ratePerSecond;
  }

  async function recover({ id, path }: Handled): Promise<void> {
    const parked: string[] = [];
    for (let cursor = ''; ; ) {
      const query = `/deliveries?webhook_id=${id}&state=parked&limit=500${cursor}`;
      const { status, json } = await ask('GET', query, {});
      if (status !== 200) return;
      parked.push(...json.data.map((one: { id: string }) => one.id));
      if (json.next_cursor === null) break;
      cursor = `&cursor=${json.next_cursor}`;
    }
    const calledAt = Date.now();
    const body = { since: '2000-01-01T00:00:00Z' };
    const isDone = await ask('POST', `/webhooks/${id}/recover`, { body }).then(
      ({ status }) => status === 200,
      () => false,
    );
    recoveries.push({ path, parked, calledAt, answeredAt: isDone ? Date.now() : Number.POSITIVE_INFINITY });
  }

  async function redeliver({ id }: Handled): Promise<void> {
    const state = random() < waitingShare ? '&state=waiting' : '';
    const { json, status } = await ask('GET', `/deliveries?webhook_id=${id}&limit=20${state}`, {});
    if (status !== 200 || json.data.length === 0) return;
    const delivery: string = pick(random, json.data as { id: string }[]).id;
    byHand.push(delivery);
    await ask('POST', `/deliveries/${delivery}/redeliver`, {});
  }

  async function again(act: (webhook: Handled) => Promise<void>, chosen = webhooks): Promise<void> {
    while (!stopped) {
      await pause(random() * pauseMsMax);
      await act(pick(random, chosen));
    }
  }

  /** What is not answered is let go. */
  const gladly = (act: typeof recover) => (webhook: Handled) => act(webhook).catch(() => {});
  const strict = webhooks.filter(({ path }) => path === '/strict');
  const handling = Promise.all([
    ...webhooks.map((webhook) => again((one) => edit(one, nextRate(one)), [webhook])),
    again(gladly(recover), [...webhooks, ...strict]),
    again(gladly(redeliver)),
    again(gladly(redeliver)),
  ]);
  // Reported when it is waited for.
  handling.catch(() => {});
  return {
    ...{ webhooks, recoveries, byHand, recover: gladly(recover) },
    get edits() {
      return edits;
    },
    get repeated() {
      return insisting.repeated;
    },
    async stop() {
      stopped = true;
      await handling;
      await doubts;
      await Promise.all(webhooks.map((webhook) => edit(webhook, null)));
      await doubts;
    },
  };
}
