/** What every transaction runs under, and what the URL's own `options` say of it. */

/** No statement of a healthy store comes near these, milliseconds. */
const statementMsMax = 30_000;
const lockMsMax = 5000;
const idleInTransactionMsMax = 10_000;
/** How long the way of an answer may take once the statement is over, milliseconds. */
const wayMsMax = 5000;

/** The URL may say otherwise. All statements look rows up by key: plans are made by index, not by what statistics of an empty queue suggest. */
const defaults = {
  statement_timeout: `${statementMsMax}ms`,
  lock_timeout: `${lockMsMax}ms`,
  idle_in_transaction_session_timeout: `${idleInTransactionMsMax}ms`,
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};

/** What is acknowledged is on the server's disk, whatever its default. */
const promise = { synchronous_commit: 'on' };

/**
 * The URL without its `options`, and all settings by name. A pooler refuses options of a connection's start, so they are
 * given to none.
 * @throws Error, in words for the operator, where the options hold something else than settings
 */
export function settingsOf(url: string): { address: string; settings: Readonly<Record<string, string>> } {
  const at = url.indexOf('?');
  if (at < 0) return { address: url, settings: { ...defaults, ...promise } };
  const query = new URLSearchParams(url.slice(at));
  const theirs = parsed(query.getAll('options').at(-1) ?? '');
  query.delete('options');
  return { address: `${url.slice(0, at)}?${query}`, settings: { ...defaults, ...theirs, ...promise } };
}

/** Words of a server's command line (PostgreSQL's manual, `libpq-connect`): `-c name=value`, with `\` before a space in it. */
function parsed(options: string): Record<string, string> {
  const words = options.replace(/(^|\s)-c\s*/g, '$1--').match(/(?:\\.|\S)+/gs) ?? [];
  const entries = words.map((word) => {
    const [, name = '', value = ''] = /^--([\w.-]+)=(.*)$/s.exec(word) ?? [];
    if (name === '')
      throw new Error(
        "the URL's options hold something that is no setting; they look like -c statement_timeout=60s, with %20 for a space",
      );
    return [name.replaceAll('-', '_').toLowerCase(), value.replace(/\\(.)/gs, '$1')];
  });
  return Object.fromEntries(entries);
}

const unitMs: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/**
 * How long an answer may take before the connection is given up, milliseconds: longer than the server lets a statement take.
 * 0 where that has no end, or one that cannot be told from here.
 */
export function answerMsMax({ statement_timeout: limit = '' }: Readonly<Record<string, string>>): number {
  const [, count, unit = ''] = /^\s*(\d{1,9})\s*([a-z]*)\s*$/.exec(limit) ?? [];
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN);
  return ms > 0 ? ms + wayMsMax : 0;
}
