/** Asks as a browser does: it keeps the cookie that it is given, sends it back, and says where its page is from. */
import { type Caller, callerOf } from './server.ts';

export interface CookieCaller extends Caller {
  /** What it holds, as it is sent back; null: nothing. */
  cookie(): string | null;
  /** The last `Set-Cookie` as it came. */
  set(): string | null;
}

/** @param url of the server @param cookie what it holds from before */
export function openCookieCaller(url: string, cookie: string | null = null): CookieCaller {
  const ask = callerOf(url, '');
  let held = cookie;
  let set: string | null = null;
  const call: Caller = Object.assign(
    async (...[method, path, { headers = {}, ...said } = {}]: Parameters<Caller>) => {
      const own = { 'sec-fetch-site': 'same-origin', ...(held === null ? {} : { cookie: held }) };
      const answer = await ask(method, path, { ...said, headers: { ...own, ...headers } });
      const given = answer.headers.getSetCookie().at(-1);
      if (given !== undefined) {
        set = given;
        held = /Max-Age=0/.test(given) ? null : (given.split(';')[0] as string);
      }
      return answer;
    },
    { key: '' },
  );
  return Object.assign(call, { cookie: () => held, set: () => set });
}
