/** Times as the reader's own clock shows them. */
import { two } from '../normalise/digits.ts';

/** `2026-11-23 20:45:00`: a time as the reader's own clock shows it. Shell pipelines sort it, people read it. */
export function localTime(at: number): string {
  const date = new Date(at);
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** The same of an ISO 8601 instant as the API writes it; what is missing is a dash. */
export function localTimeOf(iso: string | null | undefined): string {
  const at = Date.parse(iso ?? '');
  return Number.isNaN(at) ? '–' : localTime(at);
}
