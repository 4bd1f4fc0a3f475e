/** Couriers as all versions tell them. */
import { courierOf } from '../../couriers/catalogue.ts';
import { detect } from '../../couriers/numbers/detect.ts';
import type { Courier } from '../../domain/courier.ts';

/** Those that a number may belong to, the likeliest first. */
export function couriersOfNumber(number: string): readonly Courier[] {
  return detect(number).flatMap(({ courierCode }) => courierOf(courierCode) ?? []);
}

export function courierType({ kind }: Courier): string {
  return kind === 'post' ? 'globalpost' : 'express';
}
