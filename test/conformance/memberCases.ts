/** Conformance: members, their sessions, and the audit log. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Account } from '../../src/domain/account.ts';
import type { AuditEntry, Member, MemberSession } from '../../src/domain/member.ts';
import type { Store } from '../../src/store/store.ts';
import { testNow } from '../support/build.ts';
import type { WithStore } from './store.ts';
import { heardAll, ids, settled, wholeList } from './world.ts';

const change = { heard: heardAll, ends: 'none' } as const;
const begun = { passwordHash: 'hash', sessionsMax: 10 };

export function memberCases(withStore: WithStore): void {
  it(
    'keeps members in the order of their ids, and finds them by email in all accounts and by their link',
    withStore(async (store, opened) => {
      const [mine, other] = [(await settled(store)).account, (await settled(store)).account];
      const anna = await put(store, aMember(mine, { linkHash: 'link', linkUntil: 7 }));
      const bela = await put(store, aMember(mine, { name: 'Béla 📦', role: 'read-only', language: 'pt-BR' }));
      const same = await put(store, aMember(other, { email: anna.email.toUpperCase() }));
      const again = await opened.reopen();
      assert.deepEqual(await again.members(mine.id), [anna, bela]);
      assert.deepEqual(await again.member(mine.id, anna.id), anna);
      assert.equal(await again.member(other.id, anna.id), null);
      assert.deepEqual(await again.membersByEmail(anna.email), [anna, same]);
      assert.deepEqual(await again.membersByEmail(same.email), [], 'it asks for what is folded');
      assert.deepEqual(await again.memberByLink('link'), anna);
      assert.equal(await again.memberByLink('another'), null);
    }),
  );

  it(
    'takes an email once in an account, however it is written, and any number of times without a link',
    withStore(async (store) => {
      const [mine, other] = [(await settled(store)).account, (await settled(store)).account];
      await put(store, aMember(mine, { email: 'Anna@shop.example' }));
      assert.equal(await store.insertMember(aMember(mine, { email: 'aNNA@shop.example' }), heardAll), false);
      assert.equal((await store.members(mine.id)).length, 1);
      await put(store, aMember(other, { email: 'anna@shop.example' }));
    }),
  );

  it(
    'changes a member, but neither the email nor when they signed in, and by the right account alone',
    withStore(async (store) => {
      const [mine, other] = [(await settled(store)).account, (await settled(store)).account];
      const anna = await put(store, aMember(mine));
      const session = aSession(anna);
      assert.equal(await store.insertSession(session, begun), true);
      const changed: Member = {
        ...anna,
        ...{ name: 'Anna', role: 'member', passwordHash: 'new', linkHash: 'l', linkUntil: 5, language: 'ko' },
      };
      assert.equal(await store.updateMember({ ...changed, email: 'x', signedInAt: null }, change), true);
      assert.deepEqual(await store.member(mine.id, anna.id), { ...changed, signedInAt: session.createdAt });
      assert.equal(await store.updateMember({ ...changed, accountId: other.id }, change), false);
      assert.equal(await store.updateMember(aMember(mine), change), false);
      assert.equal((await store.members(mine.id)).length, 1);
    }),
  );

  it(
    'shows a session with its member and account as they are now, until it expires',
    withStore(async (store) => {
      const { account } = await settled(store);
      const anna = await put(store, aMember(account));
      const session = aSession(anna, {
        browser: 'Browser 📦',
        address: '2001:db8::1',
        expiresAt: testNow + 10,
      });
      await store.insertSession(session, begun);
      const member = { ...anna, signedInAt: session.createdAt };
      assert.deepEqual(await store.sessionByHash(session.hash, testNow + 9), {
        ...{ session, member, isSuspended: false },
      });
      assert.equal(await store.sessionByHash(session.hash, testNow + 10), null);
      assert.equal(await store.sessionByHash('another', testNow), null);
      await store.updateAccount({ ...account, suspended: true }, heardAll);
      await store.updateMember({ ...member, role: 'read-only' }, change);
      const seen = await store.sessionByHash(session.hash, testNow);
      assert.deepEqual([seen?.isSuspended, seen?.member.role], [true, 'read-only']);
    }),
  );

  it(
    'moves the end of a session that goes on, and revives none that has ended',
    withStore(async (store) => {
      const { account } = await settled(store);
      const anna = await put(store, aMember(account));
      const session = aSession(anna, { expiresAt: testNow + 10 });
      await store.insertSession(session, begun);
      const touched = { ...session, lastSeenAt: testNow + 5, expiresAt: testNow + 20 };
      await store.touchSession(touched);
      assert.deepEqual(await store.sessions(account.id, anna.id, testNow + 15), [touched]);
      await store.endSession(account.id, session.id);
      await store.touchSession({ ...touched, expiresAt: testNow + 30 });
      assert.deepEqual(await store.sessions(account.id, anna.id, testNow), []);
    }),
  );

  it(
    'begins no session for a password that was changed, or a member who was removed',
    withStore(async (store) => {
      const { account } = await settled(store);
      const anna = await put(store, aMember(account));
      await store.updateMember({ ...anna, passwordHash: 'new' }, change);
      assert.equal(await store.insertSession(aSession(anna), begun), false);
      await store.updateMember({ ...anna, passwordHash: null }, change);
      assert.equal(await store.insertSession(aSession(anna), begun), false);
      await store.updateMember(anna, change);
      await store.deleteMember(account.id, anna.id, heardAll);
      assert.equal(await store.insertSession(aSession(anna), begun), false);
      assert.deepEqual(await store.sessions(account.id, anna.id, 0), []);
    }),
  );

  it(
    'ends all sessions of a member, all but one, or none, and those of no other',
    withStore(async (store) => {
      const { account } = await settled(store);
      const [anna, bela] = [await put(store, aMember(account)), await put(store, aMember(account))];
      const [one, two] = [await begin(store, anna), await begin(store, anna)];
      await begin(store, anna);
      const his = await begin(store, bela);
      const left = () => store.sessions(account.id, anna.id, testNow);
      await store.endSessions(account.id, anna.id, 'none');
      assert.equal((await left()).length, 3);
      await store.endSessions(account.id, anna.id, { but: two.id });
      assert.deepEqual(await left(), [two]);
      assert.equal(await store.sessionByHash(one.hash, testNow), null);
      await store.updateMember({ ...anna, passwordHash: 'new' }, { heard: heardAll, ends: { but: two.id } });
      assert.deepEqual(await left(), [two]);
      await store.updateMember(anna, { heard: heardAll, ends: 'all' });
      assert.deepEqual(await left(), []);
      assert.deepEqual(await store.sessions(account.id, bela.id, testNow), [his]);
    }),
  );

  it(
    'removes a member with all sessions, by the right account alone',
    withStore(async (store) => {
      const [mine, other] = [(await settled(store)).account, (await settled(store)).account];
      const anna = await put(store, aMember(mine));
      const session = await begin(store, anna);
      assert.equal(await store.deleteMember(other.id, anna.id, heardAll), false);
      assert.ok(await store.sessionByHash(session.hash, testNow));
      assert.equal(await store.deleteMember(mine.id, anna.id, heardAll), true);
      assert.equal(await store.deleteMember(mine.id, anna.id, heardAll), false);
      assert.equal(await store.sessionByHash(session.hash, testNow), null);
      assert.deepEqual(await store.members(mine.id), []);
    }),
  );

  it(
    'keeps the newest sessions of a member, and forgets those that have expired',
    withStore(async (store) => {
      const { account } = await settled(store);
      const [anna, bela] = [await put(store, aMember(account)), await put(store, aMember(account))];
      const his = await begin(store, bela);
      const all: MemberSession[] = [];
      for (let count = 0; count < 5; count++) {
        const session = aSession(anna, { expiresAt: testNow + 10 + count });
        await store.insertSession(session, { ...begun, sessionsMax: 3 });
        all.push(session);
      }
      assert.deepEqual(await store.sessions(account.id, anna.id, 0), all.slice(2));
      await store.forgetSessions(testNow + 14);
      assert.deepEqual(await store.sessions(account.id, anna.id, 0), all.slice(4));
      assert.deepEqual(await store.sessions(account.id, bela.id, 0), [his]);
    }),
  );

  it(
    'lists the audit log newest first, page by page, for its account alone, and forgets what is old',
    withStore(async (store, opened) => {
      const [mine, other] = [(await settled(store)).account, (await settled(store)).account];
      const entries = Array.from({ length: 7 }, (_, count) => anEntry(mine, { at: testNow + count }));
      for (const entry of entries) await store.insertAuditEntry(entry);
      const others = anEntry(other, { about: null, at: testNow });
      await store.insertAuditEntry(others);
      const again = await opened.reopen();
      const list = (account: Account) => wholeList((page) => again.auditEntries(account.id, page), 3);
      assert.deepEqual(await list(mine), entries.toReversed());
      assert.deepEqual(await list(other), [others]);
      await again.forgetAuditEntries(testNow + 5);
      assert.deepEqual(await list(mine), entries.slice(5).toReversed());
      assert.deepEqual(await list(other), []);
    }),
  );
}

export function aMember({ id: accountId }: Pick<Account, 'id'>, said: Partial<Member> = {}): Member {
  const id = ids.next('mem');
  return {
    ...{ id, accountId, email: `${id}@shop.example`, name: null, role: 'owner', passwordHash: 'hash' },
    ...{ linkHash: null, linkUntil: null, language: null, createdAt: testNow, signedInAt: null },
    ...said,
  };
}

export function aSession(
  { accountId, id: memberId }: Member,
  said: Partial<MemberSession> = {},
): MemberSession {
  const id = ids.next('ses');
  return {
    ...{ id, hash: `hash of ${id}`, accountId, memberId, createdAt: testNow, lastSeenAt: testNow },
    ...{ expiresAt: testNow + 1000, browser: '', address: '192.0.2.1' },
    ...said,
  };
}

export function anEntry({ id: accountId }: Pick<Account, 'id'>, said: Partial<AuditEntry> = {}): AuditEntry {
  const id = ids.next('aud');
  return {
    ...{
      id,
      accountId,
      at: testNow,
      actor: 'operator',
      action: 'key.created',
      about: 'key_1',
      address: '::1',
    },
    ...said,
  };
}

async function put(store: Store, member: Member): Promise<Member> {
  assert.equal(await store.insertMember(member, heardAll), true);
  return member;
}

async function begin(store: Store, member: Member): Promise<MemberSession> {
  const session = aSession(member);
  assert.equal(await store.insertSession(session, begun), true);
  return session;
}
