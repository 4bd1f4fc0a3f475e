/**
 * The receiver of one version out of the file of its language. A file under `code/` has parts that belong to some versions
 * only: such a part begins with a line `//~ v2 v3` (`#~` in Python and Ruby) and ends with the next line of this kind; one
 * that names nothing belongs to all. Of the endpoint only the address is filled in. A secret never is: the code reads it from
 * its environment.
 */
import type { WebhookVersion } from '../../../src/sdk/verify.ts';

const mark = /^\s*(?:\/\/|#)~(.*)$/;

export function exampleOf(source: string, said: { version: WebhookVersion; url: string }): string {
  const { shown, path } = readEndpoint(said.url);
  let isWanted = true;
  const lines: string[] = [];
  for (const line of source.split('\n')) {
    const named = mark.exec(line)?.[1]?.trim();
    if (named === undefined) {
      if (isWanted) lines.push(line);
    } else isWanted = named === '' || named.split(' ').includes(said.version);
  }
  return lines.join('\n').replaceAll('ENDPOINT_URL', shown).replaceAll('ENDPOINT_PATH', path);
}

/** Without userinfo and query, which may be credentials; what would end a quoted text is escaped as in any address. */
function readEndpoint(url: string): { shown: string; path: string } {
  const { origin, pathname } = new URL(url);
  const path = pathname.replaceAll("'", '%27').replaceAll('$', '%24').replaceAll('\\', '%5C');
  return { shown: origin + path, path };
}
