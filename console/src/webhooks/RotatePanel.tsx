/** A new secret: shown once, and how much longer the old one signs beside it, which can be ended before its time. */
import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDuration } from '../i18n/duration.ts';
import { Confirm } from '../shell/Confirm.tsx';
import { useFormat } from '../shell/format.ts';
import { Instant } from '../shell/Instant.tsx';
import { useNow } from '../shell/now.ts';
import { Secret } from '../shell/Secret.tsx';
import { Section } from '../shell/Section.tsx';
import { type Created, endOverlap, rotateSecret, useOutdate, type Webhook } from './webhooks.ts';

const overlaps = [0, 3600, 86_400, 604_800] as const;

export function RotatePanel({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const outdate = useOutdate();
  const [overlap, setOverlap] = useState<number>(86_400);
  const [made, setMade] = useState<Created | null>(null);
  const until = webhook.previous_secret_until;
  const now = useNow(until === null ? null : 1000);
  const leftMs = until === null ? 0 : Date.parse(until) - now;
  return (
    <Section
      title={t('rotate.title')}
      about={t('rotate.about')}
      actions={
        <Confirm
          label={t('rotate.start')}
          title={t('rotate.confirmTitle')}
          about={
            <Stack gap="sm">
              <Text>{t('rotate.confirmAbout')}</Text>
              <NativeSelect
                label={t('rotate.overlap')}
                value={String(overlap)}
                onChange={(event) => setOverlap(Number(event.currentTarget.value))}
                data={overlaps.map((seconds) => ({
                  value: String(seconds),
                  label: t(`rotate.overlap${seconds}`),
                }))}
              />
            </Stack>
          }
          yes={t('rotate.start')}
          run={async () => {
            setMade(await rotateSecret(webhook.id, overlap));
            await outdate();
          }}
        />
      }
    >
      {until !== null && leftMs > 0 && (
        <Group gap="md">
          <Text>
            <strong>{t('rotate.both', { time: duration(leftMs / 1000) })}</strong>{' '}
            <Text span c="dimmed" size="sm">
              {t('rotate.until')} <Instant at={until} />
            </Text>
          </Text>
          <Confirm
            label={t('rotate.end')}
            title={t('rotate.endTitle')}
            about={t('rotate.endAbout')}
            yes={t('rotate.end')}
            danger
            run={async () => {
              await endOverlap(webhook.id);
              await outdate();
            }}
          />
        </Group>
      )}
      <Secret
        secret={made?.secret ?? null}
        title={t('secret.title')}
        about={
          made?.previous_secret_until
            ? t('secret.rotatedUntil', { time: format.whole(made.previous_secret_until) })
            : t('secret.rotated')
        }
        onKept={() => setMade(null)}
      />
    </Section>
  );
}
