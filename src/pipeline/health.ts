/**
 * Whether a webhook is failing. It is when three attempts in a row failed over at least a minute, with none accepted in
 * between; it has recovered with the first that is accepted. One slow night of a receiver is news, one bad answer is not.
 * The clock of a failure is that of its first failed attempt and is kept with the webhook, so that it survives restarts.
 * Pure: wall clock, epoch milliseconds.
 */

export interface Health {
  /** Failed attempts since the last that was accepted. */
  readonly failures: number;
  /** When the first of them was; null where there is none. */
  readonly failingSince: number | null;
  /** Whether this was told. */
  readonly told: boolean;
}

export type HealthNews = 'failing' | 'recovered' | null;

const failuresMin = 3;
const failingMsMin = 60_000;

/** A webhook's health as it begins: `failingSince` as it was kept. */
export function newHealth(failingSince: number | null): Health {
  return failingSince === null ? well : { failures: failuresMin, failingSince, told: true };
}

const well: Health = { failures: 0, failingSince: null, told: false };

export function afterAttempt(
  health: Health,
  accepted: boolean,
  now: number,
): { health: Health; news: HealthNews } {
  if (accepted)
    return health === well
      ? { health, news: null }
      : { health: well, news: health.told ? 'recovered' : null };
  const failingSince = health.failingSince ?? now;
  const failures = health.failures + 1;
  const isNews = !health.told && failures >= failuresMin && now - failingSince >= failingMsMin;
  return {
    health: { failures, failingSince, told: health.told || isNews },
    news: isNews ? 'failing' : null,
  };
}
