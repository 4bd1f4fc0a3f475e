/** The table of settings and its page say the same: names, variables, keys and defaults, in the same order. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { type DatabaseConfig, readConfig } from '../../src/config/config.ts';
import { FIRST_ACCOUNT_VARIABLES, SECRET_VARIABLES, SETTINGS } from '../../src/config/settings.ts';
import { connectionsDefault } from '../../src/store/postgres/database.ts';

const page = readFileSync(new URL('../../docs/reference/settings.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(--[^`]+)` +\| `(\w+)` +\| `(\w+)` +\| (.+?) +\| (.+) \|$/gm)].map(
  ([, flag = '', variable = '', key = '', shown = '', meaning = '']) => ({
    flag,
    variable,
    key,
    shown,
    meaning,
  }),
);

test('every setting is on the page, in the order of the table, and nothing else is', () => {
  const expected = Object.entries(SETTINGS).map(([key, setting]) => ({
    flag: 'value' in setting ? `${setting.flag} ${setting.value}` : setting.flag,
    variable: setting.variable,
    key,
  }));
  assert.deepEqual(
    rows.map(({ flag, variable, key }) => ({ flag, variable, key })),
    expected,
  );
});

test('the page tells the default of every setting', () => {
  const { directUrl: databaseDirect, connections: databaseConnections } = readConfig(
    { database: 'postgres://localhost/d' },
    null,
    { WAYBELL_VAULT_KEY: Buffer.alloc(32, 'key 0').toString('base64') },
  ).database as DatabaseConfig;
  assert.equal(databaseConnections, connectionsDefault);
  const defaults: Readonly<Record<string, unknown>> = {
    ...readConfig({}, null, {}),
    ...{ databaseDirect, databaseConnections },
    ...{ smtp: readConfig({}, null, {}).mail, mailFrom: null },
  };
  for (const { key, shown } of rows) {
    const value = defaults[key];
    const isNone = value === null || (Array.isArray(value) && value.length === 0);
    assert.equal(shown, isNone ? 'none' : `\`${value}\``, key);
  }
});

test('every variable of the first account is on the page, and no variable that nothing reads', () => {
  const [, firstSection = '', secretSection = ''] = page.split(/\n## (?:The first account|Secrets)\n/);
  const secrets = [...secretSection.matchAll(/^\| `(WAYBELL_\w+)` +\| .+ \|$/gm)].map(([, name]) => name);
  assert.deepEqual(secrets, Object.values(SECRET_VARIABLES));
  const told = [...firstSection.matchAll(/^\| `(WAYBELL_\w+)` +\| .+ \| .+ \|$/gm)].map(([, name]) => name);
  assert.deepEqual(told, Object.values(FIRST_ACCOUNT_VARIABLES));

  const known = new Set<string>([
    ...Object.values(SETTINGS).map(({ variable }) => variable),
    ...Object.values(FIRST_ACCOUNT_VARIABLES),
    ...Object.values(SECRET_VARIABLES),
  ]);
  const unknown = [...page.matchAll(/WAYBELL_\w+/g)].filter(([name]) => !known.has(name));
  assert.deepEqual(unknown, []);
});

test('the sample file on the page is one that is taken', () => {
  const [, json = ''] = /```json\n([\s\S]+?)```/.exec(page) ?? [];
  const keys = Object.keys(JSON.parse(json));
  assert.ok(keys.length > 0);
  assert.deepEqual(
    keys.filter((key) => !Object.hasOwn(SETTINGS, key)),
    [],
  );
});
