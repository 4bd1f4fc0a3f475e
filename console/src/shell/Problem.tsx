/** A refusal in the server's words, which say what to do. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Refusal } from '../api/refusal.ts';
import { Wrong } from './Wrong.tsx';

interface ProblemProps {
  /** Null: nothing is wrong, and nothing is shown. */
  readonly error: unknown;
  readonly onRetry?: () => void;
}

export function Problem({ error, onRetry }: ProblemProps) {
  const { t } = useTranslation();
  if (error === null || error === undefined) return null;
  const seconds = error instanceof Refusal ? error.retryAfter : null;
  return (
    <Wrong title={t('problem.title')}>
      {error instanceof Refusal ? error.message : t('problem.unexpected', { message: String(error) })}
      {seconds !== null && ` ${t('problem.retryAfter', { count: seconds })}`}
      {onRetry !== undefined && (
        <div>
          <Button variant="default" size="xs" mt="sm" onClick={onRetry}>
            {t('problem.again')}
          </Button>
        </div>
      )}
    </Wrong>
  );
}
