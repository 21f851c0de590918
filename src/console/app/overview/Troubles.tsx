/** What is wrong now, with the gateway and with its servers, and what to do about it. */
import type { Overview } from '../../../edges/admin/contract/overview.ts';
import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { Icon } from '../parts/Icon.tsx';
import { RelativeTime } from '../parts/RelativeTime.tsx';
import { Text } from '../parts/Text.tsx';
import { to } from '../route.ts';
import { adviceFor } from './advice.ts';

interface Trouble {
  readonly key: string;
  readonly what: string;
  readonly advice: string | undefined;
  readonly since: number | undefined;
  readonly server?: string;
}

export function Troubles({
  overview,
  servers,
}: {
  readonly overview: Overview;
  readonly servers: readonly ServerView[];
}) {
  const troubles = [...overview.troubles.map(ofGateway), ...servers.filter(isSick).map(ofServer)];
  if (troubles.length === 0) return null;
  return (
    <section aria-labelledby="troubles" className="rounded-lg border border-warn bg-warn-ground px-4 py-3">
      <h2 id="troubles" className="flex items-center gap-2 font-semibold text-warn">
        <Icon name="warning" />
        Not well
      </h2>
      <ul className="mt-1 flex flex-col gap-2">
        {troubles.map(({ key, what, advice, since, server }) => (
          <li key={key}>
            <p className="font-medium">
              {server !== undefined && (
                <>
                  <a href={to(['servers', server])} className="underline">
                    <Text value={server} max={60} />
                  </a>
                  {': '}
                </>
              )}
              <Text value={what} />{' '}
              {since !== undefined && (
                <span className="font-normal text-soft">
                  <RelativeTime at={since} />
                </span>
              )}
            </p>
            {advice !== undefined && (
              <p>
                <Text value={advice} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function isSick({ state }: ServerView): boolean {
  return state === 'backoff' || state === 'failed';
}

function ofGateway({ code, message, since }: Overview['troubles'][number]): Trouble {
  return { key: `gateway ${code}`, what: message, advice: adviceFor(code), since };
}

function ofServer({ name, reason, state, lastFault }: ServerView): Trouble {
  const what = lastFault?.message ?? reason ?? `It is in the state ${state}.`;
  return {
    key: `server ${name}`,
    server: name,
    what,
    // Never the same twice.
    advice: lastFault?.hint ?? (reason === what ? undefined : reason),
    since: lastFault?.at,
  };
}
