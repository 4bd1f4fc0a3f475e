/** What can be done with a shipment: ask its courier now, ask no more, put it away, delete it. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../shell/Confirm.tsx';
import { Problem } from '../shell/Problem.tsx';
import { type Action, act, remove, type Shipment, useOutdate } from './shipments.ts';

export function ShipmentActions({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation();
  const outdate = useOutdate();
  const router = useRouter();
  const { id, tracking_number: number, archived, stopped } = shipment;
  const acting = useMutation({ mutationFn: (action: Action) => act(id, action), onSettled: outdate });
  const button = (action: Action) => (
    <Button
      variant="default"
      loading={acting.isPending && acting.variables === action}
      onClick={() => acting.mutate(action)}
    >
      {t(`shipment.${action}`)}
    </Button>
  );
  return (
    <>
      {button('refresh')}
      {button(stopped ? 'resume' : 'stop')}
      {button(archived ? 'unarchive' : 'archive')}
      <Confirm
        danger
        label={t('shipment.delete')}
        title={t('shipment.deleteTitle', { number })}
        about={t('shipment.deleteAbout')}
        yes={t('shipment.delete')}
        run={async () => {
          await remove(id);
          await router.navigate({ to: '/shipments', search: {} });
          await outdate();
        }}
      />
      {acting.error !== null && (
        <div style={{ flexBasis: '100%' }}>
          <Problem error={acting.error} />
        </div>
      )}
    </>
  );
}
