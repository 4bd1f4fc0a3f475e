/**
 * The log file of a webhook receiver, as TrackingMore's example writes it: the time, the body, CR LF. A body of nothing is
 * noted. Bodies are bytes from strangers: they are written as they came and read back the same, whatever is in them.
 */
import { localTime } from './localTime.ts';

/** `2026-11-23 20:45:00:  BODY` and CR LF, in local time. @param at epoch milliseconds */
export function logEntry(at: number, body: Uint8Array): Buffer {
  if (body.length === 0) return Buffer.from(`${localTime(at)}${emptyNote}\r\n`);
  return Buffer.concat([Buffer.from(`${localTime(at)}:  `), body, Buffer.from('\r\n')]);
}

export interface LogEntry {
  /** As written; null for a file that is one body and no log. */
  readonly time: string | null;
  /** Empty where the log notes an empty body. */
  readonly body: Buffer;
}

/** The entries of a log, or the one body that a file holds. */
export function readLog(bytes: Uint8Array): LogEntry[] {
  // Each byte as one character, so that what is no UTF-8 survives the splitting.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!entryStart.test(text)) return [{ time: null, body: Buffer.from(text, 'latin1') }];
  return text
    .split(entryEnd)
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const time = entry.slice(0, timeLength);
      const rest = entry.slice(timeLength).replace(/\r?\n$/, '');
      const body = rest === emptyNote ? '' : rest.replace(/^: {1,2}/, '');
      return { time, body: Buffer.from(body, 'latin1') };
    });
}

const emptyNote = ': can not get webhook data!';
const timeLength = '2026-11-23 20:45:00'.length;
const entryStart = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: /;
/** A line break inside a body ends nothing; one that a new entry follows does. */
const entryEnd = /\r?\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: |$)/;
