/** What is sent in one call: as many rows as the server takes, and no more bytes. Each call has a key, so it can be sent again. */
import type { Draft } from './drafts.ts';

const rowsPerCallMax = 1000;
/** The server takes 8 MiB; some is left for what stands around the updates. */
const bytesPerCallMax = 7 * 1024 * 1024;

export interface Batch {
  readonly key: string;
  readonly drafts: readonly Draft[];
}

export function batchesOf(drafts: readonly Draft[], bytesMax = bytesPerCallMax): readonly Batch[] {
  const batches: Batch[] = [];
  const encoder = new TextEncoder();
  let now: Draft[] = [];
  let bytes = 0;
  const cut = () => {
    if (now.length > 0) batches.push({ key: newKey(), drafts: now });
    now = [];
    bytes = 0;
  };
  for (const draft of drafts) {
    const size = encoder.encode(JSON.stringify(draft.update)).length + 1;
    if (now.length === rowsPerCallMax || (now.length > 0 && bytes + size > bytesMax)) cut();
    now.push(draft);
    bytes += size;
  }
  cut();
  return batches;
}

/** `crypto.randomUUID` is missing where a console is opened by plain HTTP from another machine. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
