/**
 * A backup of the scale-out store: PostgreSQL's own `pg_dump`, on the machine of whoever asks for it (`waybell backup`), of the
 * database as it is at one moment, while servers use it.
 */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import tls from 'node:tls';
import { makeWhole } from '../backupFile.ts';
import { connectDirectly, PoolerBetween } from './connection.ts';

export interface DumpTarget {
  /** Of the database, `postgres://…`. */
  readonly url: string;
  /** An absolute path. */
  readonly file: string;
  /** What the child's environment is made from. */
  readonly environment: NodeJS.ProcessEnv;
}

/** It cannot be done here, in words that end in the command to run instead. */
export class DumpFailed extends Error {}

/**
 * Writes a dump in PostgreSQL's custom format, whole and synced or not at all. Gives its bytes.
 * @throws DumpFailed where `pg_dump` is missing, too old, or fails
 */
export async function dumpDatabase({ url, file, environment }: DumpTarget): Promise<number> {
  const { address, secret } = withoutPassword(url);
  await refusePooler(url);
  return makeWhole(file, async (draft) => {
    const authorities =
      /sslmode=verify-full/.test(address) && !/sslrootcert=/.test(address) ? `${draft}-ca` : null;
    const trusted = authorities === null ? {} : { PGSSLROOTCERT: authorities };
    if (authorities !== null) writeFileSync(authorities, tls.getCACertificates('default').join('\n'));
    const { code, stderr } = await run(dumpCommand(address, draft), {
      ...environment,
      ...secret,
      ...trusted,
    }).finally(() => authorities !== null && rmSync(authorities, { force: true }));
    if (code === 0) return;
    const other = shellCommand(address, file);
    if (code === null) {
      throw new DumpFailed(
        `pg_dump is not on the PATH of this machine. Install PostgreSQL's client programs, or run this where they are:\n  ${other}`,
      );
    }
    const said = stderr.trim();
    if (said.includes('server version mismatch')) {
      throw new DumpFailed(
        `The pg_dump on the PATH is older than the server: ${oneLine(said)}. Install the client programs of the server's version, or run this where they are:\n  ${other}`,
      );
    }
    throw new DumpFailed(
      `pg_dump failed: ${oneLine(said) || `exit code ${code}`}. Nothing was left behind. Check --database (WAYBELL_DATABASE), and see what it says by itself:\n  ${other}`,
    );
  });
}

/**
 * pg_dump changes settings of its session, which a pooler would lend to others next: their statements fail then.
 * @throws DumpFailed
 */
async function refusePooler(url: string): Promise<void> {
  try {
    await (await connectDirectly(url)).end();
  } catch (error) {
    if (error instanceof PoolerBetween) {
      throw new DumpFailed(
        'A dump cannot be made through a pooler, whose connections others are lent next. Name the server itself with --database, or leave that out and set WAYBELL_DATABASE_DIRECT.',
      );
    }
    // Of anything else pg_dump tells.
  }
}

function dumpCommand(address: string, file: string): string[] {
  // Whoever restores it is the owner there, and the roles of here may not exist.
  const flags = ['--format=custom', '--no-owner', '--no-privileges', '--no-password'];
  return ['pg_dump', ...flags, `--file=${file}`, `--dbname=${address}`];
}

/** To be pasted: the password is left to the shell's own environment, or to ~/.pgpass. */
function shellCommand(address: string, file: string): string {
  const words = dumpCommand(address, file).filter((word) => word !== '--no-password');
  return words
    .map((word) => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/** @returns exit code null: there is no such program */
function run(
  [program = '', ...args]: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ code: null, stderr: '' });
      else reject(error);
    });
    child.on('close', (code, signal) => resolve({ code: code ?? 1, stderr: stderr || `ended by ${signal}` }));
  });
}

/** As the driver takes them: every other checks the certificate and the name, also those that PostgreSQL's library takes lightly. */
const modes = new Map([
  ['disable', 'disable'],
  ['no-verify', 'require'],
]);

/** What PostgreSQL's own library knows of a URL's parameters; it refuses those that are the driver's alone. */
const parametersKept = new Set(
  'host port dbname user sslmode sslrootcert sslcert sslkey sslcrl connect_timeout application_name options target_session_attrs channel_binding gssencmode krbsrvname'.split(
    ' ',
  ),
);

/**
 * A command line is seen by everybody on the machine: the password goes by the environment, which is not.
 * @throws DumpFailed where it cannot be told what is the password
 */
export function withoutPassword(url: string): { address: string; secret: Record<string, string> } {
  const [, scheme = '', user, hosts = '', query = ''] =
    /^(\w+:\/\/)(?:([^/?]*)@)?([^?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  if (hosts.includes('@') || query.includes('@')) {
    throw new DumpFailed(
      'The URL of the database cannot be read: write `/`, `?`, `#` and `@` in its user and password as %2F, %3F, %23 and %40.',
    );
  }
  const [name = '', password] = user === undefined ? [] : splitOnce(user, ':');
  const parameters = query.split('&').filter((pair) => pair !== '');
  const given =
    parameters.find((pair) => pair.startsWith('password='))?.slice('password='.length) ?? password;
  const isCompatible = parameters.includes('uselibpqcompat=true');
  const kept = parameters.flatMap((pair) => {
    const [parameter = '', value = ''] = splitOnce(pair, '=');
    if (parameter === 'ssl') return ['true', '1'].includes(value) ? ['sslmode=verify-full'] : [];
    if (parameter === 'sslmode' && !isCompatible) return [`sslmode=${modes.get(value) ?? 'verify-full'}`];
    return parametersKept.has(parameter) ? [pair] : [];
  });
  return {
    address: `${scheme}${name === '' ? '' : `${name}@`}${hosts}${kept.length === 0 ? '' : `?${kept.join('&')}`}`,
    // Its messages are read here, so they are in one language.
    secret: { LC_ALL: 'C', ...(given === undefined ? {} : { PGPASSWORD: decodeURIComponent(given) }) },
  };
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, '; ').replace(/\.$/, '');
}
