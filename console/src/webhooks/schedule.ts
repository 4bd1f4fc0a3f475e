/**
 * The waits between the attempts of a delivery, as they are typed and as they are read. What is typed is a number with a letter
 * for its unit (`30s 5m 2h 1d`); a number alone is seconds.
 */

/** The schedule of a webhook that has none of its own: 30 seconds, doubling, 14 attempts in all. */
export const defaultWaits: readonly number[] = Array.from({ length: 13 }, (_, n) => 30 * 2 ** n);

const sizes = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds; null where something of it is no wait. */
export function readWaits(text: string): readonly number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  const waits = words.map((word) => {
    const [, digits, unit = 's'] = /^(\d{1,9})([smhd]?)$/i.exec(word) ?? [];
    if (digits === undefined) return null;
    return Number(digits) * sizes[(unit === '' ? 's' : unit.toLowerCase()) as keyof typeof sizes];
  });
  return waits.length === 0 || waits.includes(null) ? null : (waits as number[]);
}

/** Each in the largest unit of which it is a whole number. */
export function writeWaits(waits: readonly number[]): string {
  return waits
    .map((wait) => {
      const [unit, size] = Object.entries(sizes).findLast(([, one]) => wait % one === 0) as [string, number];
      return `${wait / size}${unit}`;
    })
    .join(' ');
}

interface Step {
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Seconds after the attempt before. */
  readonly wait: number;
  /** Seconds after the first attempt. */
  readonly since: number;
}

/** Every attempt there is: one more than there are waits. */
export function stepsOf(waits: readonly number[]): readonly Step[] {
  let since = 0;
  return [0, ...waits].map((wait, index) => {
    since += wait;
    return { attempt: index + 1, wait, since };
  });
}
