/** `data` in the version that a webhook speaks: rendered once, stored with the event, the same bytes in every attempt. */
import type { WebhookVersion } from '../domain/status.ts';
import type { Rendering } from './rendering.ts';
import { renderStandard } from './standard.ts';
import { renderV2 } from './v2.ts';
import { renderV3 } from './v3.ts';
import { renderV4 } from './v4.ts';

const renderers: Readonly<Record<WebhookVersion, (rendering: Rendering) => string>> = {
  v2: renderV2,
  v3: renderV3,
  v4: renderV4,
  standard: renderStandard,
};

export function renderData(version: WebhookVersion, rendering: Rendering): string {
  return renderers[version](rendering);
}
