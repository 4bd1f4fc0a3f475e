/** What a member says of themselves: name, language, password, and the browsers they are signed in with. */
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';
import { PasswordSection } from './PasswordSection.tsx';
import { ProfileSection } from './ProfileSection.tsx';
import { SessionsSection } from './SessionsSection.tsx';

export function YouSettings() {
  const { t } = useTranslation();
  const member = useSession()?.member ?? null;
  if (member === null) return t('settings.keyHasNone');
  return (
    <>
      <ProfileSection member={member} />
      <PasswordSection />
      <SessionsSection />
    </>
  );
}
