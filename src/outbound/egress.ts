/**
 * How requests leave this machine, the same for all webhooks: the certificate authorities that are trusted besides the
 * system's, the certificate that is shown to receivers who ask for one, and the proxy that everything goes through.
 * Everything is read and checked once, at the start, so that a wrong file is told before a delivery meets it.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { makeProxy, type OutboundProxy } from './proxy.ts';

export interface EgressFiles {
  /** PEM files with one or more certificates of authorities. */
  readonly ca: readonly string[];
  /** PEM file of the client certificate, its chain behind it; with `clientKey` or not at all. */
  readonly clientCert: string | null;
  readonly clientKey: string | null;
  /** `http://` or `https://`, with credentials if it wants them. */
  readonly proxy: string | null;
}

export interface Egress {
  /** Null: what Node takes by itself. */
  readonly tls: SecureContext | null;
  /** Certificates that are trusted besides Node's own. */
  readonly authorities: readonly string[];
  readonly proxy: OutboundProxy | null;
}

export const directEgress: Egress = { tls: null, authorities: [], proxy: null };

/** @throws Error in words for the operator: the flag, the file, what is wrong with it */
export function readEgress({ ca, clientCert, clientKey, proxy }: EgressFiles): Egress {
  if ((clientCert === null) !== (clientKey === null)) {
    throw new Error('--client-cert and --client-key go together: the one needs the other.');
  }
  const authorities = ca.flatMap((file) => certificatesOf('--ca', file));
  const trusted = authorities.length === 0 ? undefined : [...getCACertificates('default'), ...authorities];
  const shown = clientCert === null || clientKey === null ? {} : identity(clientCert, clientKey);
  return {
    tls: trusted === undefined && clientCert === null ? null : createSecureContext({ ca: trusted, ...shown }),
    authorities,
    // The certificate is for receivers: a proxy is not shown it.
    proxy: proxy === null ? null : makeProxy(new URL(proxy), trusted),
  };
}

function identity(certFile: string, keyFile: string): { cert: string; key: string } {
  const chain = certificatesOf('--client-cert', certFile);
  const key = read('--client-key', keyFile);
  try {
    const own = new X509Certificate(chain[0] ?? '');
    if (!own.checkPrivateKey(createPrivateKey(key))) {
      throw new Error(`it is not the key of the certificate in ${certFile}`);
    }
  } catch (error) {
    throw new Error(`--client-key ${keyFile} cannot be used: ${(error as Error).message}.`);
  }
  return { cert: chain.join('\n'), key };
}

const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function certificatesOf(flag: string, file: string): readonly string[] {
  const found = read(flag, file).match(pem) ?? [];
  if (found.length === 0) {
    throw new Error(`${flag} ${file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).`);
  }
  for (const [index, text] of found.entries()) {
    try {
      new X509Certificate(text);
    } catch (error) {
      throw new Error(`${flag} ${file}: certificate ${index + 1} cannot be read.`, { cause: error });
    }
  }
  return found;
}

function read(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${flag} ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
