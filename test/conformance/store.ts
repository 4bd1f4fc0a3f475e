/**
 * The conformance suite: what every driver of the store port promises, as a function that takes a way to open an empty
 * store. A driver's own test file calls it and adds what only that driver has (locks, files, leases).
 */
import { describe } from 'node:test';
import type { Store } from '../../src/store/store.ts';
import { accountCases } from './accountCases.ts';
import { commitCases } from './commitCases.ts';
import { countCases } from './countCases.ts';
import { deliveryCases } from './deliveryCases.ts';
import { eventCases } from './eventCases.ts';
import { figureCases } from './figureCases.ts';
import { listCases } from './listCases.ts';
import { mailCases } from './mailCases.ts';
import { memberCases } from './memberCases.ts';
import { operationalCases } from './operationalCases.ts';
import { orderCases } from './orderCases.ts';
import { pageCases } from './pageCases.ts';
import { peopleCases } from './peopleCases.ts';
import { recoverCases } from './recoverCases.ts';
import { retentionCases } from './retentionCases.ts';
import { searchCases } from './searchCases.ts';
import { settlementCases } from './settlementCases.ts';
import { shardCases } from './shardCases.ts';
import { textCases } from './textCases.ts';
import { trackingCases } from './trackingCases.ts';
import { viewCases } from './viewCases.ts';
import { webhookCases } from './webhookCases.ts';

/** A store of its own, empty at first. */
export interface Opened {
  readonly store: Store;
  /** Closes the store and opens what it left. */
  reopen(): Promise<Store>;
  /** Closes the store that is open now, and removes everything. */
  close(): Promise<void>;
}

export type Open = () => Promise<Opened>;
/** Runs a test on a new store. */
export type WithStore = (run: (store: Store, opened: Opened) => Promise<void>) => () => Promise<void>;

const groups = {
  trackings: trackingCases,
  counts: countCases,
  'what trackings are found by': searchCases,
  'saved views': viewCases,
  'the commit': commitCases,
  events: eventCases,
  'deliveries and their order': deliveryCases,
  settlements: settlementCases,
  recovering: recoverCases,
  'any sequence of what happens to deliveries': orderCases,
  'lists of deliveries': listCases,
  'a page': pageCases,
  'replay and retention': retentionCases,
  people: peopleCases,
  webhooks: webhookCases,
  'operational events': operationalCases,
  'accounts, keys, notes, answers and the inbox': accountCases,
  'members, sessions and the audit log': memberCases,
  'letters, and who wants none': mailCases,
  figures: figureCases,
  shards: shardCases,
  texts: textCases,
};

export type Subject = keyof typeof groups;

/** @param without subjects that a driver's second way of running has nothing to do with, and that take long */
export function storeSuite(name: string, open: Open, without: readonly Subject[] = []): void {
  const withStore: WithStore = (run) => async () => {
    const opened = await open();
    try {
      await run(opened.store, opened);
    } finally {
      await opened.close();
    }
  };
  describe(name, () => {
    for (const [subject, cases] of Object.entries(groups)) {
      if (!without.includes(subject as Subject)) describe(subject, () => cases(withStore));
    }
  });
}
