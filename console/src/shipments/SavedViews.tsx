/** Filters under names. A view is a link to its filter, so it can be opened in another window and passed on. */
import { ActionIcon, Button, Group, Menu, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusedAt } from '../api/refusal.ts';
import { useMayWrite, useTimeZone } from '../session/session.ts';
import { Dialog } from '../shell/Dialog.tsx';
import { Icon } from '../shell/Icon.tsx';
import { Problem } from '../shell/Problem.tsx';
import { type Filter, filterOf, queryOf } from './filter.ts';
import { removeView, renameView, saveView, type View, viewsQuery } from './views.ts';

const nameCharsMax = 100;

/** What is being done: a new one named, one renamed, or one deleted. */
type Doing = { readonly what: 'save' } | { readonly what: 'rename' | 'delete'; readonly view: View };

export function SavedViews({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const timeZone = useTimeZone();
  const views = useQuery(viewsQuery);
  const [doing, setDoing] = useState<Doing | null>(null);
  if (views.data === undefined) return null;
  const here = JSON.stringify(filter);
  const shown = views.data.map((view) => ({ view, search: filterOf(view.query, timeZone) }));
  const isSaved = shown.some(({ search }) => JSON.stringify(search) === here);
  const maySave = mayWrite && !isSaved && Object.keys(filter).length > 0;
  if (shown.length === 0 && !maySave) return null;
  return (
    <Group component="nav" aria-label={t('views.title')} gap="xs">
      {shown.map(({ view, search }) => (
        <span key={view.id} className="chip chipPair">
          <Link
            to="/shipments"
            search={search}
            className="chipLink"
            activeOptions={{ exact: true, includeSearch: true }}
          >
            <bdi>{view.name}</bdi>
          </Link>
          {mayWrite && (
            <Menu>
              <Menu.Target>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t('views.change', { name: view.name })}
                >
                  <Icon name="more" size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setDoing({ what: 'rename', view })}>{t('views.rename')}</Menu.Item>
                <Menu.Item onClick={() => setDoing({ what: 'delete', view })}>{t('views.delete')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </span>
      ))}
      {maySave && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => setDoing({ what: 'save' })}
        >
          {t('views.save')}
        </Button>
      )}
      <Dialog
        opened={doing !== null}
        onClose={() => setDoing(null)}
        title={t(`views.${doing?.what ?? 'save'}Title`)}
      >
        {doing !== null && (
          <Do doing={doing} query={queryOf(filter, timeZone)} onDone={() => setDoing(null)} />
        )}
      </Dialog>
    </Group>
  );
}

interface DoProps {
  readonly doing: Doing;
  readonly query: View['query'];
  readonly onDone: () => void;
}

function Do({ doing, query, onDone }: DoProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState('view' in doing ? doing.view.name : '');
  const running = useMutation({
    mutationFn: async (): Promise<unknown> => {
      if (doing.what === 'save') return saveView(name.trim(), query);
      return doing.what === 'rename' ? renameView(doing.view.id, name.trim()) : removeView(doing.view.id);
    },
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['views'] });
      onDone();
    },
  });
  const atName = refusedAt(running.error, '/name');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    running.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {doing.what === 'delete' ? (
          t('views.deleteAbout', { name: doing.view.name })
        ) : (
          <TextInput
            label={t('views.name')}
            description={t('views.nameAbout')}
            value={name}
            maxLength={nameCharsMax}
            error={atName}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
            required
          />
        )}
        <Problem error={atName === null ? running.error : null} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('cancel')}
          </Button>
          <Button
            type="submit"
            color={doing.what === 'delete' ? 'red' : 'indigo'}
            loading={running.isPending}
          >
            {t(doing.what === 'delete' ? 'views.delete' : 'save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
