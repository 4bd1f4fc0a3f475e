import assert from 'node:assert/strict';
import test from 'node:test';
import { withoutPassword } from './dump.ts';

const told: Record<string, [address: string, password?: string]> = {
  'postgres://anna:s%40cret@db.example.org:5433/shop': ['postgres://anna@db.example.org:5433/shop', 's@cret'],
  'postgresql://anna@db/shop?password=hidden&sslmode=verify-full': [
    'postgresql://anna@db/shop?sslmode=verify-full',
    'hidden',
  ],
  'postgres://waybell@localhost/shop?host=%2Frun%2Fpostgresql': [
    'postgres://waybell@localhost/shop?host=%2Frun%2Fpostgresql',
  ],
  'postgres:///shop': ['postgres:///shop'],
  'postgres://a:b:c@one,two:5433/shop?target_session_attrs=read-write': [
    'postgres://a@one,two:5433/shop?target_session_attrs=read-write',
    'b:c',
  ],
  'postgres://a:b@db/shop?ssl=true': ['postgres://a@db/shop?sslmode=verify-full', 'b'],
  'postgres://a:b@db/shop?sslmode=require': ['postgres://a@db/shop?sslmode=verify-full', 'b'],
  'postgres://a:b@db/shop?sslmode=prefer': ['postgres://a@db/shop?sslmode=verify-full', 'b'],
  'postgres://a:b@db/shop?sslmode=disable': ['postgres://a@db/shop?sslmode=disable', 'b'],
  'postgres://a:b@db/shop?sslmode=require&uselibpqcompat=true': ['postgres://a@db/shop?sslmode=require', 'b'],
  'postgres://a:b@db/shop?sslmode=no-verify': ['postgres://a@db/shop?sslmode=require', 'b'],
  'postgres://:b@db/shop': ['postgres://db/shop', 'b'],
};

for (const [url, [address, password]] of Object.entries(told)) {
  test(`of ${url} the command line has no password`, () => {
    const { address: shown, secret } = withoutPassword(url);
    assert.deepEqual([shown, secret.PGPASSWORD], [address, password]);
  });
}

test('a URL whose password cannot be told is refused without a word of it', () => {
  for (const at of ['/', '?']) {
    assert.throws(
      () => withoutPassword(`postgres://anna:hid${at}den@db/shop`),
      (error: Error) => /%2F/.test(error.message) && !/hid|den/.test(error.message),
    );
  }
});
