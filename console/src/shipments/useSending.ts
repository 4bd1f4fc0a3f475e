/**
 * Drafts on their way to the server, one call after the other. It waits while the server says "later", can be halted, and after
 * a connection that was lost for long goes on with the same call under the same key, so no row is taken twice.
 */
import { useEffect, useRef, useState } from 'react';
import type { UpdateResult } from '../../../src/sdk/updates.ts';
import { call } from '../api/call.ts';
import { Refusal } from '../api/refusal.ts';
import { type Batch, batchesOf } from './batches.ts';
import type { Draft } from './drafts.ts';
import { patiently } from './many.ts';
import { type Line, lineOf } from './report.ts';
import { useOutdate } from './shipments.ts';

type Sending =
  | { readonly is: 'idle' }
  | { readonly is: 'running'; readonly done: number; readonly total: number }
  /** Stands still, and can go on. */
  | { readonly is: 'stuck'; readonly done: number; readonly total: number; readonly error: unknown }
  | { readonly is: 'over'; readonly lines: readonly Line[]; readonly isHalted: boolean };

export interface SendingHandle {
  readonly sending: Sending;
  /** @param heldBack rows that are not sent, for the report */
  readonly start: (drafts: readonly Draft[], heldBack: readonly Line[]) => void;
  readonly goOn: () => void;
  /** What is under way is still answered; what comes after it is not sent. */
  readonly halt: () => void;
  readonly reset: () => void;
}

interface Run {
  readonly batches: readonly Batch[];
  readonly total: number;
  readonly lines: Line[];
  readonly heldBack: readonly Line[];
  next: number;
  readonly halting: AbortController;
}

export function useSending(): SendingHandle {
  const [sending, setSending] = useState<Sending>({ is: 'idle' });
  const run = useRef<Run | null>(null);
  const outdate = useOutdate();
  useEffect(() => () => run.current?.halting.abort(), []);

  async function send(now: Run): Promise<void> {
    const { batches, total, lines } = now;
    const isHere = () => run.current === now;
    while (now.next < batches.length && !now.halting.signal.aborted) {
      setSending({ is: 'running', done: lines.length, total });
      const batch = batches[now.next] as Batch;
      try {
        lines.push(...(await linesOf(batch, now.halting.signal)));
      } catch (error) {
        if (now.halting.signal.aborted) break;
        if (isHere()) setSending({ is: 'stuck', done: lines.length, total, error });
        return;
      }
      now.next += 1;
    }
    if (isHere()) over(now);
  }

  function over(now: Run): void {
    const unsent = now.batches.slice(now.next).flatMap(({ drafts }) => drafts);
    const lines = [...now.lines, ...now.heldBack, ...unsent.map((draft) => lineOf(draft, undefined))];
    lines.sort((one, other) => one.row - other.row);
    setSending({ is: 'over', lines, isHalted: unsent.length > 0 });
    void outdate();
  }

  return {
    sending,
    start(drafts, heldBack) {
      const batches = batchesOf(drafts);
      const halting = new AbortController();
      run.current = { batches, total: drafts.length, lines: [], heldBack, next: 0, halting };
      void send(run.current);
    },
    goOn() {
      if (run.current !== null) void send(run.current);
    },
    halt() {
      const now = run.current;
      if (now === null) return;
      now.halting.abort();
      if (sending.is === 'stuck') over(now);
    },
    reset() {
      run.current = null;
      setSending({ is: 'idle' });
    },
  };
}

/** A call that is refused as a whole says of each of its rows why. @throws Refusal where asking again may help */
async function linesOf({ key, drafts }: Batch, signal: AbortSignal): Promise<readonly Line[]> {
  const body = { updates: drafts.map(({ update }) => update) };
  const ask = () => call<{ results: UpdateResult[] }>('POST', '/updates', body, { idempotencyKey: key });
  try {
    const { results } = await patiently(ask, signal);
    return drafts.map((draft, index) => lineOf(draft, results[index]));
  } catch (error) {
    const isOfTheRows = error instanceof Refusal && [400, 413, 422].includes(error.status);
    if (!isOfTheRows) throw error;
    const { code, message } = error;
    return drafts.map((draft) => lineOf(draft, { error: { code, message } }));
  }
}
