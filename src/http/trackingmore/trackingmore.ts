/** Every version of TrackingMore's API that is spoken: the server is handed all of them at once. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../route.ts';
import type { TrackingmoreServices } from './services.ts';
import type { Skin } from './skin.ts';
import { makeV2 } from './v2/v2.ts';
import { makeV3 } from './v3/v3.ts';
import { makeV4 } from './v4/v4.ts';
import { type SkinOptions, sendRefusal, wearSkin } from './wear.ts';

export type { TrackingmoreServices } from './services.ts';

export interface Trackingmore {
  wear(server: Api, options: SkinOptions): Promise<void>;
  /** Whether it is for one of the versions. An address is one that `plainAddress` has been over. */
  isFor(url: string): boolean;
  /** Refuses what could not even be routed; false where it is not for one of the versions. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): boolean;
}

/** The versions, each a table of its endpoints. */
export function makeSkins(services: TrackingmoreServices): readonly Skin[] {
  return [makeV2(services), makeV3(services), makeV4(services)];
}

export function makeTrackingmore(services: TrackingmoreServices): Trackingmore {
  const skins = makeSkins(services);
  function skinOf(url: string): Skin | undefined {
    return skins.find(
      ({ prefix }) => url === prefix || (/^[/?]/.test(url.slice(prefix.length)) && url.startsWith(prefix)),
    );
  }
  return {
    isFor: (url) => skinOf(url) !== undefined,
    async wear(server, options) {
      for (const skin of skins) await wearSkin(server, skin, options);
    },
    refuse(error, request, reply) {
      const skin = skinOf(request.url);
      if (skin === undefined) return false;
      sendRefusal(skin, { error, request, reply });
      return true;
    },
  };
}
