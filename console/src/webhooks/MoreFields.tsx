/** The settings that most webhooks leave as they are, folded away. It is open where one of them is set, or refused. */
import { Checkbox, Input, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedWithin } from '../api/refusal.ts';
import { type Draft, hasMore } from './draft.ts';
import { HeaderFields } from './HeaderFields.tsx';
import { RetryFields } from './RetryFields.tsx';
import { SignatureFields } from './SignatureFields.tsx';
import { type OperationalEventType, operationalEvents } from './webhooks.ts';
import './form.css';

interface MoreFieldsProps {
  readonly draft: Draft;
  /** Of the last try to save; null: there was none. */
  readonly refusal: unknown;
  readonly onChange: (changes: Partial<Draft>) => void;
}

/** Of a refusal: what is shown here. */
export const moreFields = [
  ...['/ordered', '/rate_per_second', '/retry_seconds', '/retry_daily', '/disable_after_days'],
  ...['/signature_headers', '/operational_events', '/headers'],
] as const;

export function MoreFields({ draft, refusal, onChange }: MoreFieldsProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(() => hasMore(draft));
  const at = (field: string) => refusedWithin(refusal, field);
  const isRefused = moreFields.some((field) => at(field) !== null);
  return (
    <details
      className="card more"
      open={isOpen || isRefused}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>{t('more.title')}</strong>{' '}
        <Text span size="sm" c="dimmed">
          {t('more.about')}
        </Text>
      </summary>
      <Stack gap="md" pt="md">
        <Radio.Group
          label={t('form.order')}
          value={String(draft.ordered)}
          error={at('/ordered')}
          onChange={(ordered) => onChange({ ordered: ordered === 'true' })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="true" label={t('order.true')} description={t('order.trueAbout')} />
            <Radio value="false" label={t('order.false')} description={t('order.falseAbout')} />
          </Stack>
        </Radio.Group>
        <NumberInput
          label={t('form.rate')}
          description={t('form.rateAbout')}
          value={draft.rate}
          error={at('/rate_per_second')}
          onChange={(rate) => onChange({ rate: String(rate) })}
          allowNegative={false}
          hideControls
          maw="20rem"
        />
        <RetryFields
          draft={draft}
          errors={{
            waits: at('/retry_seconds'),
            daily: at('/retry_daily'),
            days: at('/disable_after_days'),
          }}
          onChange={onChange}
        />
        <HeaderFields
          headers={draft.headers}
          error={at('/headers')}
          onChange={(headers) => onChange({ headers })}
        />
        <SignatureFields
          names={draft.signature}
          error={at('/signature_headers')}
          onChange={(signature) => onChange({ signature })}
        />
        {draft.version === 'standard' && (
          <OperationalFields
            chosen={draft.operational_events}
            error={at('/operational_events')}
            onChange={(operational_events) => onChange({ operational_events })}
          />
        )}
      </Stack>
    </details>
  );
}

interface OperationalFieldsProps {
  readonly chosen: readonly OperationalEventType[];
  readonly error: string | null;
  readonly onChange: (chosen: readonly OperationalEventType[]) => void;
}

function OperationalFields({ chosen, error, onChange }: OperationalFieldsProps) {
  const { t } = useTranslation();
  const toggle = (type: OperationalEventType) =>
    onChange(
      operationalEvents.filter((one) => (one === type ? !chosen.includes(one) : chosen.includes(one))),
    );
  return (
    <Input.Wrapper
      component="fieldset"
      className="plainFieldset"
      label={t('operational.title')}
      labelElement="div"
      description={t('operational.about')}
      error={error}
    >
      <Stack gap="xs" mt="xs">
        {operationalEvents.map((type) => (
          <Checkbox
            key={type}
            label={t(`operational.${type}`)}
            description={type}
            checked={chosen.includes(type)}
            onChange={() => toggle(type)}
          />
        ))}
      </Stack>
    </Input.Wrapper>
  );
}
