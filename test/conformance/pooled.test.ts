/**
 * The PostgreSQL store behind PgBouncer, which lends it a connection for a transaction at a time: it finds that out by
 * itself, and passes the suite of a store all the same.
 */
import { after } from 'node:test';
import { bouncerVersion, needsBouncer, startBouncer } from '../support/pgbouncer.ts';
import { startDatabases } from './database.ts';
import { storeSuite } from './store.ts';

if (needsBouncer.skip) {
  // A file without tests passes; say why.
  const { it } = await import('node:test');
  it('the PostgreSQL store behind PgBouncer', needsBouncer);
} else {
  const databases = await startDatabases();
  const bouncer = await startBouncer(databases.cluster.urlOf('postgres'));
  after(async () => {
    await bouncer.stop();
    await databases.cluster.stop();
  });
  storeSuite(`the PostgreSQL store behind ${bouncerVersion}`, () => databases.openTemporary(bouncer.through));
}
