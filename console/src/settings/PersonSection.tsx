/** What is kept of one person: found, given out as a file, and erased. */
import { Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Confirm } from '../shell/Confirm.tsx';
import { download } from '../shell/download.ts';
import { AnchorLink } from '../shell/links.tsx';
import { Problem } from '../shell/Problem.tsx';
import { Section } from '../shell/Section.tsx';
import { erase, exported, type Found, find, type Kind, kinds, type Person, type Walk } from './person.ts';

export function PersonSection() {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>('email');
  const [value, setValue] = useState('');
  const [lookedAt, walk] = useWalk();
  const finding = useMutation({
    mutationFn: (person: Person) => find(person, walk()),
    onMutate: () => setErased(null),
  });
  const [erased, setErased] = useState<number | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    finding.mutate({ [kind]: value.trim() });
  };
  // What stands in the fields may be another by now.
  const { variables: person, data: found } = finding;
  return (
    <Section title={t('person.title')} about={t('person.about')}>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          <NativeSelect
            label={t('person.by')}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
            data={kinds.map((one) => ({ value: one, label: t(`person.kind.${one}`) }))}
          />
          <TextInput
            flex="1 1 16rem"
            label={t(`person.kind.${kind}`)}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
            autoComplete="off"
            required
          />
          <Button type="submit" loading={finding.isPending}>
            {t('person.find')}
          </Button>
        </Group>
      </form>
      {finding.isPending && <LookedAt count={lookedAt} />}
      <Problem error={finding.error} />
      {erased !== null ? (
        <Text role="status">{t('person.erased', { count: erased })}</Text>
      ) : (
        found !== undefined &&
        person !== undefined && <Result found={found} person={person} onErased={setErased} />
      )}
    </Section>
  );
}

interface ErasedProps {
  readonly person: Person;
  readonly onErased: (count: number) => void;
}

function Result({ found, person, onErased }: ErasedProps & { readonly found: Found }) {
  const { t } = useTranslation();
  const { count, trackings, members } = found;
  const [lookedAt, walk] = useWalk();
  const exporting = useMutation({
    async mutationFn() {
      const document = await exported(person, walk());
      download('person.json', JSON.stringify(document, null, 2), 'application/json');
    },
  });
  return (
    <Stack gap="sm" role="status">
      <Text fw={600}>{t('person.found', { count })}</Text>
      {members > 0 && <Text size="sm">{t('person.members', { count: members })}</Text>}
      {trackings.length > 0 && (
        <ul className="plainList">
          {trackings.map(({ id, tracking_number: number }) => (
            <li key={id}>
              <AnchorLink to="/shipments/$id" params={{ id }} className="mono">
                {number}
              </AnchorLink>
            </li>
          ))}
        </ul>
      )}
      <Group>
        <Button variant="default" loading={exporting.isPending} onClick={() => exporting.mutate()}>
          {t('person.export')}
        </Button>
        <Erase person={person} onErased={onErased} />
      </Group>
      {exporting.isPending && <LookedAt count={lookedAt} />}
      <Problem error={exporting.error} />
    </Stack>
  );
}

function Erase({ person, onErased }: ErasedProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [checkpoints, setCheckpoints] = useState(false);
  const [orders, setOrders] = useState(false);
  const [lookedAt, walk] = useWalk();
  return (
    <Confirm
      danger
      label={t('person.erase')}
      title={t('person.eraseTitle')}
      about={
        <Stack gap="sm">
          {t('person.eraseAbout')}
          <Checkbox
            label={t('person.eraseOrders')}
            checked={orders}
            onChange={(event) => setOrders(event.currentTarget.checked)}
          />
          <Checkbox
            label={t('person.eraseCheckpoints')}
            checked={checkpoints}
            onChange={(event) => setCheckpoints(event.currentTarget.checked)}
          />
          {lookedAt > 0 && <LookedAt count={lookedAt} />}
        </Stack>
      }
      yes={t('person.erase')}
      run={async () => {
        const options = { include_checkpoints: checkpoints, include_orders: orders };
        const { trackings } = await erase({ ...person, ...options }, walk());
        // Any page may have shown something of them.
        await queries.invalidateQueries();
        onErased(trackings);
      }}
    />
  );
}

function LookedAt({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed" aria-live="polite">
      {t('person.lookedAt', { count })}
    </Text>
  );
}

/** How far the newest walk has come; one that begins ends the one before. */
function useWalk(): [lookedAt: number, walk: () => Walk] {
  const [lookedAt, setLookedAt] = useState(0);
  const last = useRef<AbortController | null>(null);
  return [
    lookedAt,
    () => {
      last.current?.abort();
      last.current = new AbortController();
      setLookedAt(0);
      return { signal: last.current.signal, onLookedAt: setLookedAt };
    },
  ];
}
