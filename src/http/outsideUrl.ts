/**
 * Where browsers reach this server, for links in answers: as its operator says, else as the request has it, since whoever asks is
 * reached that way. Letters never go by a request: whoever makes one could have a link to anywhere sent in our name.
 */
import type { FastifyRequest } from 'fastify';

/** Without a slash at the end. */
export type OutsideUrl = (request: Pick<FastifyRequest, 'protocol' | 'host'>) => string;

/** @param publicUrl null: nobody said */
export function makeOutsideUrl(publicUrl: string | null): OutsideUrl {
  return ({ protocol, host }) => publicUrl ?? `${protocol}://${host}`;
}
