/** One shipment: its number, who carries it, and what the merchant knows of it. */
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedAt } from '../api/refusal.ts';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { CourierSelect } from './CourierSelect.tsx';
import { changesOf, FieldInputs, isAtField, nothingTyped } from './FieldInputs.tsx';
import { candidatesQuery, create, useCourierNames, useOutdate } from './shipments.ts';

/** Between the last key and the asking who may carry it. */
const typingMs = 300;
const suggestedMax = 4;

export function AddOne() {
  const { t } = useTranslation();
  const router = useRouter();
  const outdate = useOutdate();
  const [number, setNumber] = useState('');
  const [courier, setCourier] = useState('');
  const [typed, setTyped] = useState(nothingTyped);
  const [settled] = useDebouncedValue(number.trim(), typingMs);
  const candidates = useQuery(candidatesQuery(settled)).data ?? [];
  const nameOf = useCourierNames();
  const saving = useMutation({
    mutationFn: () =>
      create({
        tracking_number: number.trim(),
        ...(courier === '' ? {} : { courier_code: courier }),
        ...changesOf(typed, nothingTyped),
      }),
    async onSuccess({ id }) {
      await outdate();
      await router.navigate({ to: '/shipments/$id', params: { id } });
    },
  });
  const atNumber = refusedAt(saving.error, '/tracking_number');
  const atCourier = refusedAt(saving.error, '/courier_code');
  const isShown = atNumber !== null || atCourier !== null || isAtField(saving.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Section title={t('add.who')}>
          <TextInput
            label={t('field.tracking_number')}
            value={number}
            error={atNumber}
            onChange={(event) => setNumber(event.currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
            required
            maw="28rem"
          />
          {candidates.length > 0 && courier === '' && (
            <Group gap="xs" role="group" aria-label={t('add.likely')}>
              {candidates.slice(0, suggestedMax).map(({ courier_code: code }) => (
                <button key={code} type="button" className="chip" onClick={() => setCourier(code)}>
                  {nameOf(code)}
                </button>
              ))}
            </Group>
          )}
          <div style={{ maxWidth: '28rem' }}>
            <CourierSelect
              label={t('field.courier_code')}
              description={t('add.courierAbout')}
              value={courier}
              error={atCourier}
              candidates={candidates}
              onChange={setCourier}
            />
          </div>
        </Section>
        <Section title={t('add.what')} about={t('add.whatAbout')}>
          <FieldInputs typed={typed} error={saving.error} onType={setTyped} />
        </Section>
        <Problem error={isShown ? null : saving.error} />
        <Group>
          <Button type="submit" loading={saving.isPending} disabled={number.trim() === ''}>
            {t('add.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
