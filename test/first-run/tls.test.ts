/** PostgreSQL over TLS: what the URL's `sslmode` and `sslrootcert` ask for holds, and a refusal says what to do. */
import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { dumpDatabase } from '../../src/store/postgres/dump.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { makeAuthority } from '../support/certificates.ts';
import { serveToEnd } from '../support/childServer.ts';
import { freePort } from '../support/freePort.ts';
import { startCluster, userOf } from '../support/postgres.ts';

const password = 'hidden from everybody';
const key = Buffer.alloc(32, 'key 7');
const folder = mkdtempSync(path.join(tmpdir(), 'waybell-tls-'));
const { uid, gid } = userOf();
if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);

const authority = await makeAuthority();
const other = await makeAuthority('Another authority of a test');
const own = await authority.sign({
  names: [
    { type: 'ip', value: '127.0.0.1' },
    { type: 'dns', value: 'db.test' },
  ],
});
const files = {
  authority: write('authority.pem', authority.cert),
  other: write('other.pem', other.cert),
  cert: write('server.pem', own.cert),
  key: write('server.key', own.key),
  hba: write('hba.conf', 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n'),
};
const port = await freePort();
const cluster = await startCluster({
  wanted: {
    port,
    listen_addresses: '127.0.0.1',
    ssl: 'on',
    ssl_cert_file: files.cert,
    ssl_key_file: files.key,
    hba_file: files.hba,
  },
});
after(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});
const database = await cluster.create();
await cluster.query(database, `alter role waybell password '${password}'`);

for (const mode of [`verify-full&sslrootcert=${files.authority}`, 'no-verify', 'disable']) {
  test(`a store is opened with sslmode=${mode.replace(/&.*/, ' and sslrootcert')}`, async () => {
    const store = await open(urlOf('127.0.0.1', mode));
    const encrypted = await cluster.query(
      database,
      "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'waybell'",
    );
    await store.close();
    assert.deepEqual([...new Set(encrypted.map(({ ssl }) => ssl))], [mode !== 'disable']);
  });
}

const refused: Record<string, { url: string; says: RegExp }> = {
  'of an authority that nobody named': {
    url: urlOf('127.0.0.1', 'verify-full'),
    says: /authority that is not trusted here: name the file .+ sslrootcert=/,
  },
  'of another authority than the one named': {
    url: urlOf('127.0.0.1', `verify-full&sslrootcert=${files.other}`),
    says: /authority that is not trusted here: name the file .+ sslrootcert=/,
  },
  'for another name than the URL has': {
    url: urlOf('localhost', `verify-full&sslrootcert=${files.authority}`),
    says: /certificate is for another name: give the URL that name/,
  },
  'to be checked by a file that is not there': {
    url: urlOf('127.0.0.1', 'verify-full&sslrootcert=/no/such/file.pem'),
    says: /\/no\/such\/file\.pem.+ Check the files that the URL names: sslrootcert/,
  },
};

for (const [what, { url, says }] of Object.entries(refused)) {
  test(`a certificate ${what} is refused`, async () => {
    const { code, stdout, stderr } = await serveToEnd(['--data', 'data', '--port', '0'], folder, {
      WAYBELL_DATABASE: url,
      WAYBELL_VAULT_KEY: key.toString('base64'),
    });
    assert.equal(code, 1, stdout);
    assert.match(stderr, /The database (127\.0\.0\.1|localhost):\d+\/test_1 cannot be opened: /);
    assert.match(stderr, says);
    assert.doesNotMatch(stdout + stderr, /hidden|everybody/);
  });
}

const programs = cluster.programs;
const noDump = existsSync(path.join(programs, 'pg_dump')) ? false : `There is no pg_dump in ${programs}.`;
const dumps: Record<string, boolean> = {
  [`require&sslrootcert=${files.authority}`]: true,
  'no-verify': true,
  require: false,
  prefer: false,
  'verify-full': false,
  [`verify-ca&sslrootcert=${files.other}`]: false,
};

for (const [mode, isMade] of Object.entries(dumps)) {
  const how = mode.replace(/&.*\//, ' and ');
  test(`a dump with sslmode=${how} is ${isMade ? 'made' : 'refused'}, as a store is`, {
    skip: noDump,
  }, async () => {
    const dump = dumpDatabase({
      url: urlOf('127.0.0.1', mode),
      file: path.join(folder, `${mode.length}.dump`),
      environment: { PATH: programs, HOME: folder },
    });
    if (isMade) assert.ok((await dump) > 0);
    else await assert.rejects(dump, says(/certificate verify failed/));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes('-ca')),
      [],
    );
  });
}

test('a wrong password is refused without being told', async () => {
  const wrong = urlOf('127.0.0.1', `verify-full&sslrootcert=${files.authority}`).replace('hidden', 'wrong');
  await assert.rejects(open(wrong), says(/password authentication failed for user "waybell"/));
});

test('a server without TLS is refused where the URL asks for it', async () => {
  const plain = await startCluster({ wanted: { port: await freePort(), listen_addresses: '127.0.0.1' } });
  const url = (await plain.create()).replace(/host=[^&]*/, 'host=127.0.0.1&sslmode=verify-full');
  await assert.rejects(open(url), says(/Switch TLS on there .+ or say sslmode=disable/));
  await plain.stop();
});

function says(pattern: RegExp) {
  return ({ message }: Error) => {
    assert.match(message, pattern);
    assert.doesNotMatch(message, /hidden|everybody/);
    return true;
  };
}

function open(url: string) {
  return openPostgresStore({ url, name: 'of the tests', key });
}

function urlOf(host: string, sslmode: string): string {
  const secret = encodeURIComponent(password);
  return `postgres://waybell:${secret}@${host}:${port}/test_1?sslmode=${sslmode}`;
}

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
  return file;
}
