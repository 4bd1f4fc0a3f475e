/** A body as it came, or with a line for each member where it is JSON; what is very long is cut. */
import { useTranslation } from 'react-i18next';
import { Code } from './Code.tsx';

const shownCharsMax = 32 * 1024;

export function Body({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const shown = readable(text);
  return (
    <Code label={label}>
      {shown === '' ? t('body.empty') : shown.slice(0, shownCharsMax)}
      {shown.length > shownCharsMax && `… ${t('body.cut', { count: shown.length })}`}
    </Code>
  );
}

function readable(text: string): string {
  if (text.length > shownCharsMax) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
