/** What a merchant may say of a shipment, as inputs: the usual ones first, the others behind a fold. */
import { SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TrackingFields } from '../../../src/sdk/trackings.ts';
import { refusedAt } from '../api/refusal.ts';
import { CourierSelect } from './CourierSelect.tsx';

const usual = [
  'title',
  'order_number',
  'order_id',
  'customer_name',
  'customer_email',
  'origin_country',
  'destination_country',
] as const satisfies readonly (keyof TrackingFields)[];

const further = [
  'customer_phone',
  'order_date',
  'ship_date',
  'recipient_postcode',
  'logistics_channel',
  'label',
  'note',
  'language',
] as const satisfies readonly (keyof TrackingFields)[];

export const editable = [...usual, ...further, 'destination_courier_code'] as const;
type Editable = (typeof editable)[number];
/** As they are typed; empty: not known. */
export type Typed = Readonly<Record<Editable, string>>;

export const nothingTyped = Object.fromEntries(editable.map((field) => [field, ''])) as Typed;

/** What is to be sent: what differs from before, and null where it was emptied. */
export function changesOf(typed: Typed, before: Typed): Partial<Record<Editable, string | null>> {
  const changed = editable.filter((field) => typed[field].trim() !== before[field]);
  return Object.fromEntries(changed.map((field) => [field, typed[field].trim() || null]));
}

/** Whether a refusal is about one of these, and is shown there. */
export function isAtField(error: unknown): boolean {
  return editable.some((field) => refusedAt(error, `/${field}`) !== null);
}

interface FieldInputsProps {
  readonly typed: Typed;
  readonly error: unknown;
  readonly onType: (typed: Typed) => void;
}

export function FieldInputs({ typed, error, onType }: FieldInputsProps) {
  const { t } = useTranslation();
  const input = (field: (typeof usual)[number] | (typeof further)[number]) => (
    <TextInput
      key={field}
      label={t(`field.${field}`)}
      description={/country$/.test(field) ? t('field.countryAbout') : undefined}
      type={field === 'customer_email' ? 'email' : 'text'}
      value={typed[field]}
      error={refusedAt(error, `/${field}`)}
      onChange={(event) => onType({ ...typed, [field]: event.currentTarget.value })}
      autoComplete="off"
    />
  );
  const isFolded =
    further.every((field) => typed[field] === '' && refusedAt(error, `/${field}`) === null) &&
    typed.destination_courier_code === '';
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>{usual.map(input)}</SimpleGrid>
      <details open={!isFolded || undefined}>
        <summary>{t('add.further')}</summary>
        <SimpleGrid cols={{ base: 1, sm: 2 }} pt="xs">
          <CourierSelect
            label={t('field.destination_courier_code')}
            value={typed.destination_courier_code}
            error={refusedAt(error, '/destination_courier_code')}
            onChange={(code) => onType({ ...typed, destination_courier_code: code })}
          />
          {further.map(input)}
        </SimpleGrid>
      </details>
    </Stack>
  );
}
