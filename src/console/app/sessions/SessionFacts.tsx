import type { ReactNode } from 'react';
import type { SessionView } from '../../../edges/admin/contract/session.ts';
import { bytes, moment, span } from '../format.ts';
import { useNow } from '../now.ts';
import { Card } from '../parts/Card.tsx';
import { RelativeTime } from '../parts/RelativeTime.tsx';
import { Text } from '../parts/Text.tsx';

/** All that is known of a session. */
export function SessionFacts({ session }: { readonly session: SessionView }) {
  const now = useNow();
  const { client, closedAt, openedAt, reason, version, era } = session;
  return (
    <Card className="mb-4">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-6">
        <Fact name="Server" text={session.server} />
        <Fact name="Client" text={client && `${client.name} ${client.version}`} />
        <Fact name="Caller" text={session.principal} />
        <Fact name="Address" text={session.address} />
        <Fact name="Origin" text={session.origin} />
        <Fact name="User agent" text={session.userAgent} />
        <Fact name="Dialect" text={session.dialect} />
        <Fact name="Protocol" text={version === undefined ? era : `${version} (${era})`} />
        <Fact name="Opened">{moment(openedAt)}</Fact>
        <Fact name="Age">{span(Math.max(0, (closedAt ?? now) - openedAt))}</Fact>
        {closedAt === undefined ? (
          <>
            <Fact name="Last seen">
              <RelativeTime at={session.lastSeenAt} />
            </Fact>
            <Fact name="Streams">{session.streams}</Fact>
            <Fact name="In flight">{session.inFlight}</Fact>
            <Fact name="Queued">{bytes(session.queuedBytes)}</Fact>
          </>
        ) : (
          <>
            <Fact name="Ended">{moment(closedAt)}</Fact>
            <Fact name="Why it ended" text={reason} />
          </>
        )}
      </dl>
    </Card>
  );
}

function Fact({
  name,
  text,
  children,
}: {
  readonly name: string;
  /** What others wrote. */
  readonly text?: string | undefined;
  readonly children?: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-soft">{name}</dt>
      <dd>
        {children ??
          (text ? <Text value={text} max={120} canGrow /> : <span className="text-soft">not told</span>)}
      </dd>
    </div>
  );
}
