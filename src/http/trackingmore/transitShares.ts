/** How long parcels took, as TrackingMore tells it: shares of those that were delivered, by the days that they took, and the average. */

/** The most days of each share, from the shortest. */
const daysMax = [7, 15, 30, 60, Number.POSITIVE_INFINITY] as const;

/** @param names what a version calls the five shares, from the shortest transit */
export function transitShares<Name extends string>(
  deliveredDays: readonly number[],
  names: readonly [Name, Name, Name, Name, Name],
): Record<Name, number> {
  const shares = daysMax.map((most, place) => {
    const least = daysMax[place - 1] ?? Number.NEGATIVE_INFINITY;
    const parcels = deliveredDays.filter((days) => days > least && days <= most);
    return [names[place], ratio(parcels.length, deliveredDays.length)];
  });
  return Object.fromEntries(shares) as Record<Name, number>;
}

/** 0 where nothing was delivered. */
export function averageDays(deliveredDays: readonly number[]): number {
  return ratio(
    deliveredDays.reduce((before, days) => before + days, 0),
    deliveredDays.length,
  );
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}
