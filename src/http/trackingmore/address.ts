/**
 * Addresses as TrackingMore's clients write them: `/v4//awb`, `/v4/trackings///create`. Slashes are collapsed before the
 * routes are looked at; a redirect would lose the body.
 */
const ofAVersion = /^\/+v[234](?=[/?]|$)/;

export function plainAddress(url: string): string {
  if (!ofAVersion.test(url)) return url;
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return `${path.replace(/\/{2,}/g, '/')}${query === -1 ? '' : url.slice(query)}`;
}
