/** Who is written to by mail: the member who is signed in, and the recipients of parcels. */
import { useTranslation } from 'react-i18next';
import { useIsOwner, useSession } from '../session/session.ts';
import { OwnNotices } from './OwnNotices.tsx';
import { RecipientNotices } from './RecipientNotices.tsx';

export function NoticesSettings() {
  const { t } = useTranslation();
  const isMember = (useSession()?.member ?? null) !== null;
  const isOwner = useIsOwner();
  return (
    <>
      {isMember ? <OwnNotices /> : t('settings.keyHasNone')}
      {isOwner && <RecipientNotices />}
    </>
  );
}
