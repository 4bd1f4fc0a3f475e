/**
 * An account after an edit: what is said takes the place of what was, a key that signs goes over to the next one at its
 * time, and values that none can have are refused.
 */
import { type Account, emailKey, webhookKey } from '../domain/account.ts';
import { changedSettings, type SettingsChanges, wrongSetting } from '../domain/accountSettings.ts';
import { readEmail } from '../domain/email.ts';
import { AppError, problem } from '../domain/error.ts';
import { type KeyChange, switchKey } from './keySwitch.ts';

export type AccountChanges = Partial<
  Pick<Account, 'signingEmail' | 'timeZone' | 'webhookSecret' | 'suspended' | 'trackKey' | 'logoHash'>
> & {
  readonly settings?: SettingsChanges;
  /** Of a changed signing email or webhook secret: how long the one before still signs. At once if it is not said. */
  readonly overlapSeconds?: number;
};

/** @throws AppError `body_invalid`, `time_zone_invalid` */
export function changedAccount(
  before: Account,
  { overlapSeconds, settings = {}, ...changes }: AccountChanges,
  now: number,
): Account {
  if (changes.signingEmail !== undefined) readEmail(changes.signingEmail, '/signing_email');
  if (changes.timeZone !== undefined) readTimeZone(changes.timeZone);
  return {
    ...before,
    ...changes,
    ...keysAfter(before, changes, { overlapSeconds: overlapSeconds ?? null, now }),
    settings: settingsAfter(before, settings),
  };
}

function keysAfter(
  before: Account,
  { signingEmail, webhookSecret }: Pick<AccountChanges, 'signingEmail' | 'webhookSecret'>,
  when: Omit<KeyChange, 'next'>,
) {
  const [email, secret] = [emailKey(before), webhookKey(before)];
  const nextEmail = signingEmail === undefined ? email : switchKey(email, { next: signingEmail, ...when });
  const nextSecret =
    webhookSecret === undefined ? secret : switchKey(secret, { next: webhookSecret, ...when });
  return {
    previousSigningEmail: nextEmail.previous,
    previousSigningEmailUntil: nextEmail.until,
    previousWebhookSecret: nextSecret.previous,
    previousWebhookSecretUntil: nextSecret.until,
  };
}

function settingsAfter(before: Account, changes: SettingsChanges) {
  const settings = changedSettings(before.settings, changes);
  const wrong = wrongSetting(settings);
  if (wrong === null) return settings;
  throw new AppError(problem('body_invalid', wrong.wanted, `/settings${wrong.where}`));
}

export function readTimeZone(name: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    throw new AppError(
      problem(
        'time_zone_invalid',
        `"${name.slice(0, 60)}" is not a time zone. Send an IANA name such as Europe/Stockholm.`,
        '/time_zone',
      ),
    );
  }
}
