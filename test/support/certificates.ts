/** Certificates made for one test run: an authority, and what it (or nobody) signs, with any dates and names. */
import { dayMs } from '../../src/base/durations.ts';
import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  BasicConstraintsExtension,
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Scope } from './childServer.ts';

export interface Pair {
  /** Both in PEM form. */
  readonly cert: string;
  readonly key: string;
}

export interface Wish {
  /** DNS names and addresses; 127.0.0.1 where not given. */
  readonly names?: readonly JsonGeneralName[];
  /** Days from now at which it ends. */
  readonly endsInDays?: number;
}

export interface Authority extends Pair {
  sign(wish?: Wish): Promise<Pair>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const here: JsonGeneralName[] = [{ type: 'ip', value: '127.0.0.1' }];

export async function makeAuthority(name = 'Authority of a test'): Promise<Authority> {
  const keys = await makeKeys();
  const own = await X509CertificateGenerator.createSelfSigned({
    ...dates(30),
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    ...(await pairOf(own.toString('pem'), keys)),
    async sign({ names = here, endsInDays = 30 } = {}) {
      const theirs = await makeKeys();
      const signed = await X509CertificateGenerator.create({
        ...dates(endsInDays),
        subject: 'CN=Receiver of a test',
        issuer: own.subject,
        publicKey: theirs.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [new SubjectAlternativeNameExtension([...names])],
      });
      return pairOf(signed.toString('pem'), theirs);
    },
  };
}

/** Signed by nobody but itself. */
export async function selfSigned(): Promise<Pair> {
  const keys = await makeKeys();
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...dates(30),
    name: 'CN=Receiver of a test',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension(here)],
  });
  return pairOf(cert.toString('pem'), keys);
}

/** Writes each text to a file of its own; gone after the test. @returns the paths, by name */
export function asFiles<N extends string>(t: Scope, texts: Readonly<Record<N, string>>): Record<N, string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'waybell-pem-'));
  t.after(async () => rmSync(folder, { recursive: true, force: true }));
  const files = {} as Record<N, string>;
  for (const name of Object.keys(texts) as N[]) {
    files[name] = path.join(folder, name);
    writeFileSync(files[name], texts[name], { mode: 0o600 });
  }
  return files;
}

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function pairOf(cert: string, { privateKey }: CryptoKeyPair): Promise<Pair> {
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return { cert, key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
}

function dates(endsInDays: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 60 * dayMs), notAfter: new Date(now + endsInDays * dayMs) };
}
