/** The account, its API keys, and the member's own password. */
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/session.ts';
import { Page } from '../shell/Page.tsx';
import { Section } from '../shell/Section.tsx';
import { KeysSection } from './KeysSection.tsx';
import { PasswordSection } from './PasswordSection.tsx';

export function SettingsPage() {
  const { t } = useTranslation();
  const session = useSession();
  if (session === null) return null;
  const { member, account } = session;
  return (
    <Page title={t('settings.title')}>
      <Section title={t('settings.account')}>
        <dl className="facts">
          <dt>{t('settings.signingEmail')}</dt>
          <dd>{account.signing_email}</dd>
          <dt>{t('settings.timeZone')}</dt>
          <dd>{account.time_zone}</dd>
          <dt>{t('settings.accountId')}</dt>
          <dd className="mono">{account.id}</dd>
        </dl>
      </Section>
      {(member === null || member.role === 'owner') && <KeysSection />}
      {member !== null && <PasswordSection />}
    </Page>
  );
}
