/** How long the parts of an exchange took, as bars on one scale. What was not needed is left out, where nothing was all of it. */
import { useTranslation } from 'react-i18next';
import type { Attempt } from '../../../src/sdk/attempts.ts';
import { useFormat } from '../shell/format.ts';

export function Timings({ timings }: Pick<Attempt, 'timings'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { dns_ms, connect_ms, first_byte_ms, total_ms } = timings;
  const begun = (dns_ms ?? 0) + (connect_ms ?? 0) + (first_byte_ms ?? 0);
  const parts = [
    ['dns', dns_ms, 0],
    ['connect', connect_ms, dns_ms ?? 0],
    ['firstByte', first_byte_ms, (dns_ms ?? 0) + (connect_ms ?? 0)],
    // Reading the rest of the answer; where there was none, waiting for it.
    ['rest', begun === 0 ? null : Math.max(0, total_ms - begun), begun],
  ] as const;
  const percent = (ms: number) => `${Math.min(100, (100 * ms) / Math.max(total_ms, 0.01))}%`;
  if (parts.every(([, ms]) => ms === null)) return null;
  return (
    <dl className="timings">
      {parts.map(([name, ms, before]) =>
        ms === null ? null : (
          <div key={name} className="timing">
            <dt>{t(`timings.${name}`)}</dt>
            <dd aria-hidden="true" className="timingTrack">
              <div className="timingBar" style={{ width: percent(ms), marginInlineStart: percent(before) }} />
            </dd>
            <dd>{format.milliseconds(ms)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
