/** In place of a form, for whoever may read and not change. */
import { useTranslation } from 'react-i18next';
import { Empty } from './Empty.tsx';

export function MayNot() {
  const { t } = useTranslation();
  return <Empty title={t('mayNot.title')} about={t('mayNot.about')} />;
}
