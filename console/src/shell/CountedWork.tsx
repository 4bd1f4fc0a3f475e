/**
 * A button for long work: it says how much there is before anything is done, then how far it has come, and can be stopped
 * between two steps. What a step has done stays done; after a failure it goes on from there. While it runs the dialog stays.
 */
import { Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type UseQueryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Count, Counted, Work } from '../api/work.ts';
import { Dialog } from './Dialog.tsx';
import { Problem } from './Problem.tsx';

interface CountedWorkProps<Done extends Counted> {
  readonly label: ReactNode;
  readonly title: (count: Count | null) => string;
  readonly about: ReactNode;
  /** What the count depends on, to be chosen here. */
  readonly fields?: ReactNode;
  // biome-ignore lint/suspicious/noExplicitAny: the key is the caller's
  readonly counting: UseQueryOptions<Count, Error, Count, any>;
  /** Where nothing is to be done. */
  readonly nothing: string;
  readonly yes: (count: Count | null) => string;
  readonly soFar: (done: Done) => string;
  readonly begin: () => Work<Done>;
  /** Before it is counted. */
  readonly onOpen?: () => void;
  /** After every step, so that what is shown elsewhere is asked anew. */
  readonly onStep?: () => unknown;
  /** @param isWhole false: it was stopped */
  readonly onEnd: (done: Done, isWhole: boolean) => unknown;
}

export function CountedWork<Done extends Counted>(props: CountedWorkProps<Done>) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure(false);
  const query = useQuery({ ...props.counting, enabled: isOpen, retry: false });
  const work = useRef<Work<Done> | null>(null);
  const isToStop = useRef(false);
  const [done, setDone] = useState<Done | null>(null);
  const [isStopping, setStopping] = useState(false);

  const doing = useMutation({
    mutationFn: async () => {
      work.current ??= props.begin();
      isToStop.current = false;
      for (;;) {
        const step = await work.current.step();
        setDone(step.done);
        void props.onStep?.();
        if (!step.isEnd && !isToStop.current) continue;
        end(step.done, step.isEnd);
        return;
      }
    },
  });
  // While it runs there is less and less of it; what it had to do in all is what was counted before.
  const [total, setTotal] = useState<Count | null>(null);
  const count = total ?? query.data ?? null;
  const isBusy = doing.isPending;

  function end(sum: Done, isWhole: boolean): void {
    close();
    props.onEnd(sum, isWhole);
  }

  const start = () => {
    work.current = null;
    doing.reset();
    setDone(null);
    setStopping(false);
    setTotal(null);
    props.onOpen?.();
    open();
  };
  const leave = () => {
    if (!isBusy && done !== null) end(done, false);
    else if (!isBusy) close();
  };
  return (
    <>
      <Button variant="default" onClick={start}>
        {props.label}
      </Button>
      <Dialog
        opened={isOpen}
        onClose={leave}
        title={props.title(count)}
        withCloseButton={!isBusy}
        closeOnEscape={!isBusy}
        closeOnClickOutside={!isBusy}
      >
        <Stack>
          <Text component="div">{props.about}</Text>
          {done === null && !isBusy && props.fields}
          <div aria-live="polite">
            {isOpen && query.isFetching && !isBusy && done === null ? (
              <Group gap="sm">
                <Loader size="xs" />
                <Text size="sm">{t('work.counting')}</Text>
              </Group>
            ) : (
              count?.count === 0 && done === null && <Text size="sm">{props.nothing}</Text>
            )}
          </div>
          {(isBusy || done !== null) && (
            <Stack gap={6}>
              <Progress
                value={count === null || count.isMore ? 100 : portionOf(done, count)}
                animated={isBusy}
                aria-label={t('work.progress')}
              />
              <Text size="sm" role="status">
                {done === null ? t('work.beginning') : props.soFar(done)}
                {isStopping && isBusy && ` ${t('work.stopping')}`}
              </Text>
            </Stack>
          )}
          <Problem error={doing.error ?? query.error} />
          <Group justify="flex-end">
            {isBusy ? (
              <Button
                variant="default"
                disabled={isStopping}
                onClick={() => {
                  isToStop.current = true;
                  setStopping(true);
                }}
              >
                {t('work.stop')}
              </Button>
            ) : (
              <Button variant="default" onClick={leave}>
                {done === null ? t('cancel') : t('close')}
              </Button>
            )}
            <Button
              loading={isBusy}
              disabled={count === null || count.count === 0 || (query.isFetching && done === null)}
              onClick={() => {
                setTotal(count);
                setStopping(false);
                doing.mutate();
              }}
            >
              {doing.isError ? t('work.goOn') : props.yes(count)}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}

function portionOf(done: Counted | null, { count }: Counted): number {
  return Math.min(100, (100 * (done?.count ?? 0)) / Math.max(count, 1));
}
