/** `/api/v1/backups`: copies of the whole store, for the operator. */
import Type from 'typebox';
import type { Backup, Backups } from '../../backups/backups.ts';
import { formatInstant } from '../../wire/time.ts';
import { type Idempotency, written } from '../idempotency.ts';
import { type List, PageQuery, pageJson, pageWithin, readPage } from '../page.ts';
import type { Api } from '../route.ts';
import { IdParams, listOf, nullable, oneOf, ref, refusals } from './fields.ts';

export interface BackupsServices {
  readonly backups: Backups;
  readonly idempotency: Idempotency;
}

const list: List = { name: 'backups', prefix: null };
const tags = ['backups'];

const Body = Type.Object(
  {
    include_key: Type.Optional(
      Type.Boolean({
        description:
          'Put the key of its secrets beside it, as a file of its own. Whoever has both can read every webhook secret.',
      }),
    ),
    keep: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'How many backups to keep once this one is whole, it included; else all.',
      }),
    ),
  },
  { additionalProperties: false },
);

const beforeThisStart = 'null for a backup made before the server was last started';

const BackupSchema = Type.Object({
  id: Type.String(),
  state: oneOf(['running', 'done', 'failed']),
  path: Type.String({ description: "On the server's machine; the file is there once it is `done`." }),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  bytes: nullable(Type.Integer({ description: 'null until it is done.' })),
  seconds: nullable(Type.Number({ description: `How long it took; ${beforeThisStart}.` })),
  schema_version: nullable(Type.Integer({ description: `${beforeThisStart}.` })),
  key_included: Type.Boolean({ description: 'Whether the key of its secrets lies beside it.' }),
  key_path: nullable(
    Type.String({
      description: `Where the key is that its secrets cannot be read without: beside it, or in the data directory; ${beforeThisStart}.`,
    }),
  ),
  key_id: nullable(Type.String({ description: 'A digest of that key, which tells it from others.' })),
  removed: Type.Array(Type.String(), { description: 'Older ones that gave way to it.' }),
  error: nullable(Type.String({ description: 'Why it failed.' })),
  started_at: Type.String({ description: 'ISO 8601, UTC.' }),
});

export function backupsRoutes(api: Api, { backups, idempotency }: BackupsServices): void {
  api.addSchema({ $id: 'Backup', ...BackupSchema });

  api.post(
    '/backups',
    {
      config: { access: 'operator', audit: null },
      schema: {
        tags,
        summary: 'Begin a backup of the whole store, while it is in use; ask for it until it is `done`',
        body: nullable(Body),
        response: { 202: ref('Backup'), ...refusals },
      },
    },
    (request, reply) =>
      idempotency.onceThen(request, reply, async () => {
        const { include_key: includeKey = false, keep = null } = request.body ?? {};
        return written(202, backupJson(await backups.start({ includeKey, keep })));
      }),
  );

  api.get(
    '/backups',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'List the backups in the data directory, oldest first',
        querystring: PageQuery,
        response: { 200: listOf('Backup'), ...refusals },
      },
    },
    async (request) =>
      pageJson(
        list,
        pageWithin(await backups.list(), ({ id }) => id, readPage(list, request.query)),
        backupJson,
      ),
  );

  api.get(
    '/backups/:id',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'One backup, and how far it is',
        params: IdParams,
        response: { 200: ref('Backup'), ...refusals },
      },
    },
    async (request) => backupJson(await backups.get(request.params.id)),
  );
}

function backupJson(backup: Backup) {
  return {
    id: backup.id,
    state: backup.state,
    path: backup.path,
    progress: backup.progress,
    bytes: backup.bytes,
    seconds: backup.seconds,
    schema_version: backup.schemaVersion,
    key_included: backup.includedKey !== null,
    key_path: backup.includedKey ?? backup.keyFile,
    key_id: backup.keyId,
    removed: backup.removed,
    error: backup.error,
    started_at: formatInstant(backup.startedAt, 'UTC'),
  };
}
