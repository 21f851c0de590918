import type { SessionDetail } from '../../../edges/admin/contract/session.ts';
import { bytes, count, many, span } from '../format.ts';
import { Card } from '../parts/Card.tsx';
import { Text } from '../parts/Text.tsx';

/** More of each are counted. */
const SHOWN = 20;

/** What a session waits for, and the streams over which it hears. Nothing where there is nothing. */
export function UnderWay({ session: { calls, followed } }: { readonly session: SessionDetail }) {
  if (calls.length === 0 && followed.length === 0) return null;
  return (
    <div className="mb-4 grid gap-4 lg:grid-cols-2">
      <Card title={`In flight: ${count(calls.length)}`}>
        {calls.length === 0 && <p className="text-soft">No request waits for its answer.</p>}
        <ul>
          {calls.slice(0, SHOWN).map(({ method, server, ms }, at) => (
            <li key={at}>
              <Text value={method} max={80} isMono /> at <Text value={server} max={60} />, for {span(ms)}
            </li>
          ))}
          <More all={calls.length} />
        </ul>
      </Card>
      <Card title={`Streams: ${count(followed.length)}`}>
        {followed.length === 0 && <p className="text-soft">It has no stream.</p>}
        <ul>
          {followed.slice(0, SHOWN).map(({ number, isFollowed, events, queuedBytes }) => (
            <li key={number}>
              {number === 0 ? 'Of the session' : `Of a request (${number})`}:{' '}
              {isFollowed ? 'read now' : 'waits to be taken up again'}, {many(events, 'event')}
              {queuedBytes > 0 && `, ${bytes(queuedBytes)} queued`}
            </li>
          ))}
          <More all={followed.length} />
        </ul>
      </Card>
    </div>
  );
}

function More({ all }: { readonly all: number }) {
  return all > SHOWN && <li className="text-soft">and {count(all - SHOWN)} more</li>;
}
