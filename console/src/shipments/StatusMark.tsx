/** The status of a shipment, and why somebody should look at it. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attention } from '../../../src/sdk/trackings.ts';
import { Dot, type Tone } from '../shell/Dot.tsx';
import type { Status } from './shipments.ts';

const tones: Readonly<Record<Status, Tone>> = {
  pending: 'rest',
  notfound: 'rest',
  inforeceived: 'wait',
  transit: 'wait',
  pickup: 'wait',
  undelivered: 'bad',
  delivered: 'good',
  exception: 'bad',
  expired: 'rest',
};

const hollow: readonly Status[] = ['pending', 'inforeceived'];

export function StatusMark({ status, isShort = false }: { status: Status; isShort?: boolean }) {
  const { t } = useTranslation();
  return (
    <Dot tone={tones[status]} hollow={hollow.includes(status)}>
      {isShort && status === 'pickup' ? t('shipments.pickupShort') : t(`status.${status}`)}
    </Dot>
  );
}

/** Shown where it says more than the status does beside it. */
export function AttentionMark({ attention }: { attention: Attention | null | undefined }) {
  const { t } = useTranslation();
  if (attention !== 'returned' && attention !== 'stalled') return null;
  return <Badge>{t(`attention.${attention}`)}</Badge>;
}
