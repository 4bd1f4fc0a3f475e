/** In place of a form, for whoever may read and not change. */
import { useTranslation } from 'react-i18next';
import { Empty } from './Empty.tsx';

export function MayNot() {
  const { t } = useTranslation();
  return <Empty title={t('mayNot.title')} about={t('mayNot.about')} />;
}

/** The same where only owners of the account may look. */
export function OwnersOnly() {
  const { t } = useTranslation();
  return <Empty title={t('mayNot.ownersTitle')} about={t('mayNot.ownersAbout')} />;
}
