/** The state of a delivery. */
import { useTranslation } from 'react-i18next';
import { Dot, type Tone } from '../shell/Dot.tsx';
import type { Delivery } from './deliveries.ts';
import type { State } from './filter.ts';

const tones: Readonly<Record<State, Tone>> = {
  accepted: 'good',
  waiting: 'wait',
  sending: 'wait',
  parked: 'bad',
  cancelled: 'rest',
};

export function StateDot({ state }: Pick<Delivery, 'state'>) {
  const { t } = useTranslation();
  return (
    <Dot tone={tones[state]} hollow={state === 'waiting'}>
      {t(`state.${state}`)}
    </Dot>
  );
}
