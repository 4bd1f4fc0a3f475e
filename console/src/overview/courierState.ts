/** How a courier fares, in one word. */
import type { CourierFigures } from '../../../src/sdk/overview.ts';

/** It fails where it has not answered since it last failed, and is shaky where more than a tenth was not answered. */
export function courierState({
  asked,
  failed,
  last_answer_at: answered,
  last_failure_at: failing,
}: CourierFigures) {
  if (asked === 0) return 'idle';
  const isFailing = failing !== null && (answered === null || Date.parse(failing) > Date.parse(answered));
  if (isFailing) return 'failing';
  return failed * 10 > asked ? 'shaky' : 'well';
}
