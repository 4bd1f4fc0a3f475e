/** The state of a delivery. */
import { useTranslation } from 'react-i18next';
import type { DeliveryState } from '../../../src/sdk/deliveries.ts';
import { Dot, type Tone } from '../shell/Dot.tsx';
import type { Delivery } from './deliveries.ts';

const tones: Readonly<Record<DeliveryState, Tone>> = {
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
