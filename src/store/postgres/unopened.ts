/** What to do about a database that cannot be opened, by the code or the words of the reason; for the operator. */

const authority =
  'Its certificate is of an authority that is not trusted here: name the file of that authority in the URL, sslrootcert=/path/ca.pem.';

/** In the order they are tried; the first that fits counts. */
const remedies: readonly (readonly [reason: RegExp, remedy: string])[] = [
  [/^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(VERIFY|GET_ISSUER)/, authority],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID/,
    "Its certificate is for another name: give the URL that name as its host, or the server a certificate for the URL's.",
  ],
  [/^CERT_HAS_EXPIRED/, 'Give the server a new certificate.'],
  [
    /does not support SSL/,
    'Switch TLS on there (ssl in PostgreSQL, client_tls_sslmode in PgBouncer), or say sslmode=disable in the URL where the network between is trusted.',
  ],
  [/no encryption|SSL required/, 'The server wants TLS: say sslmode=verify-full in the URL.'],
  [
    /^53300|no more connections allowed/,
    'Raise max_connections in PostgreSQL (max_client_conn in PgBouncer), or lower --database-connections of the processes on it.',
  ],
  [
    /^ENOENT|^EACCES/,
    'Check the files that the URL names: sslrootcert, sslcert, sslkey, or the folder of the socket.',
  ],
];

/**
 * @param reason an error of the connection or of the server
 * @param direct whether a direct URL was given as well
 */
export function remedyFor(reason: Error & { readonly code?: string }, direct: boolean): string {
  const otherwise = `See --database (WAYBELL_DATABASE)${direct ? ' and --database-direct (WAYBELL_DATABASE_DIRECT)' : ''}.`;
  const known = `${reason.code ?? ''} ${reason.message}`;
  return remedies.find(([pattern]) => pattern.test(known.trimStart()))?.[1] ?? otherwise;
}
