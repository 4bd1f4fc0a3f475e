/** By what couriers know the account. Answers may have more members than are named here; none has a value that was set. */
import { type Calls, one } from './calls.ts';
import type { Page } from './pages.ts';

/** The calls of `/api/v1/courier-credentials`. */
export function makeCourierCredentials({ get, put, remove }: Calls) {
  return {
    /** Of every courier that asks for some. */
    list: () => get<Page<CourierCredentials>>('/api/v1/courier-credentials'),
    /** What is left out stays as it is; null takes away. */
    set: (courierCode: string, values: Record<string, string | null>) =>
      put<CourierCredentials>(one('courier-credentials', courierCode), { values }),
    remove: (courierCode: string) => remove(one('courier-credentials', courierCode)),
  };
}

export interface CourierCredentials {
  courier_code: string;
  /** Of the courier. */
  name: string;
  fields: { name: string; label: string; secret: boolean; required: boolean; set: boolean }[];
  updated_at: string | null;
}
