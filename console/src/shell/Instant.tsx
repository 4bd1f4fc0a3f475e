/** A moment, short as it is read, whole where the pointer rests. */
import { useFormat } from './format.ts';

export function Instant({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.whole(at)}>
      {format.instant(at)}
    </time>
  );
}
