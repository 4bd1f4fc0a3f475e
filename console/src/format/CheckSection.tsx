/** A box for a request that was received, which is checked in the browser: whether it verifies and, if not, exactly why. */
import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WebhookVersion } from '../../../src/sdk/verify.ts';
import { useDuration } from '../i18n/duration.ts';
import { Dot } from '../shell/Dot.tsx';
import { useFormat } from '../shell/format.ts';
import { Note } from '../shell/Note.tsx';
import { PasswordField } from '../shell/PasswordField.tsx';
import { Section } from '../shell/Section.tsx';
import { Wrong } from '../shell/Wrong.tsx';
import { type Finding, findingOf, type Genuine } from './findings.ts';
import { type Pasted, readPasted } from './pasted.ts';

interface Result {
  readonly pasted: Pasted;
  readonly finding: Finding;
}

export function CheckSection({ version }: { version: WebhookVersion }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [key, setKey] = useState('');
  const [result, setResult] = useState<Result | null>(null);
  const change = (set: (value: string) => void) => (value: string) => {
    setResult(null);
    set(value);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const pasted = readPasted(text);
    setResult({ pasted, finding: await findingOf({ pasted, key, now: Date.now() }) });
  };
  return (
    <div id="check" className="anchored">
      <Section title={t('format.check.title')} about={t('format.check.about')}>
        {window.isSecureContext ? (
          <form onSubmit={(event) => void submit(event)} autoComplete="off">
            <Stack>
              <Textarea
                label={t('format.check.request')}
                description={t('format.check.requestAbout')}
                value={text}
                onChange={(event) => change(setText)(event.currentTarget.value)}
                rows={10}
                spellCheck={false}
                dir="ltr"
                classNames={{ input: 'mono' }}
              />
              <PasswordField
                label={t(`format.check.key_${version}`)}
                description={t(`format.check.keyAbout_${version}`)}
                value={key}
                onChange={(event) => change(setKey)(event.currentTarget.value)}
                autoComplete="off"
                maw="34rem"
              />
              <Group>
                <Button type="submit">{t('format.check.submit')}</Button>
              </Group>
            </Stack>
          </form>
        ) : (
          <Note>{t('format.check.insecure')}</Note>
        )}
        <section aria-live="polite" aria-label={t('format.check.result')}>
          {result !== null && <Verdict {...result} />}
        </section>
      </Section>
    </div>
  );
}

function Verdict({ pasted, finding }: Result) {
  const { t } = useTranslation();
  const form = t(`format.forms.${pasted.form}`);
  const read =
    pasted.body === ''
      ? t('format.check.readNothing', { form })
      : t('format.check.read', { form, count: pasted.body.length });
  const Frame = isWell(finding) ? Note : Wrong;
  return (
    <Frame>
      <Stack gap="xs">
        {finding.verdict === 'genuine' ? (
          <Found finding={finding} />
        ) : (
          <>
            <Dot tone="bad">{t('format.check.refused')}</Dot>
            <Text>{t(`format.why.${finding.why}`, { names: finding.names })}</Text>
          </>
        )}
        <Text size="sm" c="dimmed">
          {read}
        </Text>
      </Stack>
    </Frame>
  );
}

function isWell(finding: Finding): boolean {
  return finding.verdict === 'genuine' && finding.mends.length === 0;
}

function Found({ finding }: { finding: Genuine }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { mends, lateSeconds, signedAt, scheme, headerNames } = finding;
  const duration = useDuration();
  const time = duration(Math.abs(lateSeconds));
  return (
    <>
      {mends.length > 0 ? (
        <>
          <Dot tone="bad">{t('format.check.genuineMended')}</Dot>
          <List>
            {mends.map((mend) => (
              <List.Item key={mend}>{t(`format.mends.${mend}`, { names: headerNames ?? '' })}</List.Item>
            ))}
          </List>
        </>
      ) : (
        <Dot tone={lateSeconds === 0 ? 'good' : 'wait'}>
          {t(
            `format.check.${lateSeconds === 0 ? 'genuine' : lateSeconds > 0 ? 'genuineLate' : 'genuineEarly'}`,
          )}
        </Dot>
      )}
      <Text>{t('format.check.signedAt', { time: format.whole(new Date(signedAt).toISOString()) })}</Text>
      {lateSeconds !== 0 && <Text>{t(`format.check.${lateSeconds > 0 ? 'late' : 'early'}`, { time })}</Text>}
      {scheme !== 'standard' && <Text>{t('format.check.weak')}</Text>}
    </>
  );
}
