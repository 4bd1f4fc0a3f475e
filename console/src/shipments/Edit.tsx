/** What the merchant knows of a shipment, to be changed. Only what was changed is sent. */
import { Button, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedAt } from '../api/refusal.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { Problem } from '../shell/Problem.tsx';
import { CourierSelect } from './CourierSelect.tsx';
import { changesOf, editable, FieldInputs, isAtField, type Typed } from './FieldInputs.tsx';
import { change, type Shipment, useOutdate } from './shipments.ts';

export function Edit({ shipment }: { shipment: Shipment }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('shipment.edit')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('shipment.edit')} size="xl">
        <EditForm shipment={shipment} onDone={close} />
      </Dialog>
    </>
  );
}

function EditForm({ shipment, onDone }: { shipment: Shipment; onDone: () => void }) {
  const { t } = useTranslation();
  const outdate = useOutdate();
  /** As it was when the form was opened: what changes meanwhile elsewhere is not undone. */
  const [before] = useState(() => typedOf(shipment));
  const [typed, setTyped] = useState(before);
  const [courier, setCourier] = useState('');
  const isCourierOpen = shipment.courier_code === null;
  const saving = useMutation({
    mutationFn: () =>
      change(shipment.id, {
        ...changesOf(typed, before),
        ...(courier === '' ? {} : { courier_code: courier }),
      }),
    async onSuccess() {
      await outdate();
      onDone();
    },
  });
  const atCourier = refusedAt(saving.error, '/courier_code');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {isCourierOpen && (
          <CourierSelect
            label={t('field.courier_code')}
            description={t('shipment.courierOnce')}
            value={courier}
            error={atCourier}
            onChange={setCourier}
          />
        )}
        <FieldInputs typed={typed} error={saving.error} onType={setTyped} />
        <Problem error={atCourier !== null || isAtField(saving.error) ? null : saving.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function typedOf(shipment: Shipment): Typed {
  return Object.fromEntries(editable.map((field) => [field, shipment[field] ?? ''])) as Typed;
}
