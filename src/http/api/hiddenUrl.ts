/**
 * The userinfo of a webhook's URL is a credential: it is shown as `***`. Sent back for the same origin, `***` means the one
 * that it hides, so a program may read a URL, edit its path and write it; for another it is refused, since a credential
 * is not taken to a host that it was not given for.
 */
import { AppError, problem } from '../../domain/error.ts';

const hidden = '***';

export function shownUrl(url: string): string {
  if (!url.includes('@') || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = hidden;
  parsed.password = '';
  return parsed.href;
}

/**
 * The URL that is meant. @param known the one there is; null for a new webhook
 * @throws AppError `url_invalid` where `***` hides nothing that is known
 */
export function revealedUrl(url: string, known: string | null): string {
  if (!url.includes(hidden) || !URL.canParse(url)) return url;
  const said = new URL(url);
  if (said.username !== hidden && said.password !== hidden) return url;
  const { origin, username, password } = new URL(known ?? 'none:');
  const isSame = said.username === hidden && said.password === '' && said.origin === origin;
  if (!isSame || (username === '' && password === '')) throw new AppError(notKnown());
  said.username = username;
  said.password = password;
  return said.href;
}

function notKnown() {
  const why =
    '`***` stands for the user name and password that are hidden, and for this address there are none to put in its place. Send them in the URL, or leave `***@` out.';
  return problem('url_invalid', why, '/url');
}
