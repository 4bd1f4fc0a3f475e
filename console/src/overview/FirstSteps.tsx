/** What a new account does first, with what is done ticked off. Once all is done, it is not shown any more. */
import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../../src/sdk/overview.ts';
import { call, type Page as PageOf } from '../api/call.ts';
import { useMayWrite } from '../session/session.ts';
import { ButtonLink } from '../shell/links.tsx';
import { webhooksQuery } from '../webhooks/webhooks.ts';

const steps = ['webhook', 'tracking', 'arrived'] as const;
type Step = (typeof steps)[number];

export function FirstSteps({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const webhooks = useQuery(webhooksQuery).data;
  const hasAccepted = overview.deliveries.accepted > 0;
  const inbox = useQuery({
    queryKey: ['inbox', 'any'],
    queryFn: () => call<PageOf<unknown>>('GET', '/inbox?limit=1'),
    enabled: !hasAccepted,
    refetchInterval: ({ state }) => (state.data?.data.length ? false : 5000),
  }).data;
  if (webhooks === undefined || (!hasAccepted && inbox === undefined)) return null;
  const done: Record<Step, boolean> = {
    webhook: webhooks.length > 0,
    tracking: overview.trackings.total > 0,
    arrived: hasAccepted || (inbox?.data.length ?? 0) > 0,
  };
  const next = steps.find((step) => !done[step]);
  // Who may change nothing cannot take them.
  if (next === undefined || !mayWrite) return null;
  return (
    <Stack component="section" className="card" p="lg" gap="md" aria-label={t('overview.steps.title')}>
      <div>
        <Title order={2} size="h4">
          {t('overview.steps.title')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('overview.steps.about')}
        </Text>
      </div>
      <ol className="steps">
        {steps.map((step) => (
          <li key={step} className="step" data-done={done[step] || undefined}>
            <Stack gap={4} align="flex-start">
              <Text fw={600}>
                {t(`overview.steps.${step}`)}
                {done[step] && <span className="stepDone"> · {t('overview.steps.done')}</span>}
              </Text>
              {!done[step] && (
                <>
                  <Text size="sm">{t(`overview.steps.${step}About`)}</Text>
                  <Group gap="sm" pt={4}>
                    <StepAction step={step} isNext={step === next} />
                  </Group>
                </>
              )}
            </Stack>
          </li>
        ))}
      </ol>
    </Stack>
  );
}

function StepAction({ step, isNext }: { step: Step; isNext: boolean }) {
  const { t } = useTranslation();
  const variant = isNext ? 'filled' : 'default';
  if (step === 'tracking')
    return (
      <ButtonLink to="/shipments/new" variant={variant}>
        {t('overview.steps.trackingDo')}
      </ButtonLink>
    );
  if (step === 'arrived')
    return (
      <ButtonLink to="/inbox" variant={variant}>
        {t('overview.steps.arrivedDo')}
      </ButtonLink>
    );
  return (
    <ButtonLink to="/webhooks/new" variant={variant}>
      {t('overview.steps.webhookDo')}
    </ButtonLink>
  );
}
