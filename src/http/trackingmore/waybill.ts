/** Air waybills, which are not followed here: the form of their numbers, and the shape in which nothing is told of one. */
import { textIn } from './said.ts';

export const untrackedWaybills = 'Air waybills are not tracked by this server.';

/** Null: not said. Undefined: it is none. @throws AppError `body_invalid` */
export function waybillNumberIn(value: unknown): string | null | undefined {
  const number = textIn({ track_number: value }, 'track_number');
  return number === null || /^\d{3}[ -]?\d{7,8}$/.test(number) ? number : undefined;
}

/** What versions 2 and 3 tell alike. */
export function untrackedWaybill(number: string) {
  return {
    track_number: number,
    weight: null,
    piece: null,
    origin: null,
    destination: null,
    status_number: 0,
  };
}
