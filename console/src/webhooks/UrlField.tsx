/**
 * The URL, judged by the server while it is typed, as creating the webhook would judge it: the look-up of the name is part of
 * that. An answer is of the text that was asked about; what has been typed on since then is asked about anew.
 */
import { Loader, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { checkUrlQuery } from './webhooks.ts';

/** So long after the last key the server is asked. */
const restMs = 500;

interface UrlFieldProps {
  readonly url: string;
  /** Of the webhook that is edited: what its URL hides is meant. Null: a new one. */
  readonly webhookId: string | null;
  /** What a refusal of the whole form says of it. */
  readonly error: string | null;
  readonly onChange: (url: string) => void;
}

export function UrlField({ url, webhookId, error, onChange }: UrlFieldProps) {
  const { t } = useTranslation();
  const typed = url.trim();
  const [settled] = useDebouncedValue(typed, restMs);
  const isAsked = settled !== '' && settled === typed;
  const { data, isFetching } = useQuery({ ...checkUrlQuery(settled, webhookId), enabled: isAsked });
  const checked = isAsked ? data : undefined;
  return (
    <div>
      <TextInput
        label={t('form.url')}
        description={t('form.urlAbout')}
        type="url"
        inputMode="url"
        value={url}
        error={error ?? checked?.problem?.detail}
        onChange={(event) => onChange(event.currentTarget.value)}
        placeholder="https://"
        spellCheck={false}
        autoComplete="off"
        required
        rightSection={isAsked && isFetching ? <Loader size="xs" aria-hidden="true" /> : null}
      />
      <Text component="div" size="sm" mt={4} aria-live="polite">
        {error === null && checked?.ok && (checked.warning ?? t('form.urlGood'))}
      </Text>
    </div>
  );
}
