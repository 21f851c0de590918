import { ago, moment } from '../format.ts';
import { useNow } from '../now.ts';

/** How long ago something was, kept true; the moment itself on hover. */
export function RelativeTime({ at }: { readonly at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={moment(at)} className="whitespace-nowrap">
      {ago(at, now)}
    </time>
  );
}
