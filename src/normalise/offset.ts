/** The offset from UTC that stands behind a reported time. */
import { unreadable } from './refusal.ts';

/** NaN where no place on earth has such an offset: they go from -12:00 to +14:00. */
export function offsetMinutesOf(isEast: boolean, hours: number, minutes: number): number {
  const size = hours * 60 + minutes;
  if (!(minutes <= 59 && size <= (isEast ? 14 * 60 : 12 * 60))) return Number.NaN;
  return isEast || size === 0 ? size : -size;
}

/** Minutes east of UTC, null where nothing is said, or the reason why it cannot be told. */
export function readZone(text: string): number | null | string {
  if (text === '') return null;
  const match = offsetPattern.exec(text);
  if (match !== null) {
    const [, sign, hours, minutes = '0'] = match;
    if (sign === undefined) return 0;
    const result = offsetMinutesOf(sign === '+', Number(hours), Number(minutes));
    return Number.isNaN(result) ? 'has an offset that no place has: send one from -12:00 to +14:00' : result;
  }
  if (zoneNamePattern.test(text))
    return `has the time zone ${text}, which is not one offset: send an offset such as +01:00`;
  return unreadable;
}

const offsetPattern = /^(?:z|(?:utc|gmt|ut)?(?: ?([+-])(\d{1,2})(?::?(\d\d))?)?)$/i;
const zoneNamePattern = /^[a-z][a-z_/+\d-]*$/i;
